"""An engine that records commands and says what a test wants it to say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.audio.devices import OutputDevice
from engine.catalog import VoiceRow
from engine.events import Event
from engine.protocols import SpeechEngineInfo, Voice
from engine.settings import Settings
from engine.source import SourceEvent
from engine.translate.measured import Measured
from engine.translate.options import TranslatorOption

VOICES = (
    Voice("openjtalk:mei", "openjtalk", "mei", gender="female", licence="CC BY 3.0"),
    Voice("kokoro:jf_alpha", "kokoro", "jf_alpha", gender="female", licence="Apache-2.0"),
    Voice("kokoro:jm_kumo", "kokoro", "jm_kumo", gender="male", licence="Apache-2.0"),
    Voice("edge:ja-JP-NanamiNeural", "edge", "Nanami", gender="female", offline=False, licence="Microsoft, online"),
    Voice("edge:ja-JP-KeitaNeural", "edge", "Keita", gender="male", offline=False, licence="Microsoft, online"),
    Voice("edge:en-US-AriaNeural", "edge", "Aria", "en-US", "female", False, "Microsoft, online"),
    Voice("gtts:ja", "gtts", "Google Translate", offline=False, licence="Google, online"),
)
ENGINES = (
    SpeechEngineInfo("openjtalk", True, "BSD-3-Clause"),
    SpeechEngineInfo("kokoro", True, "Apache-2.0", "Kokoro is not installed: pip install 'streamtts[kokoro]'"),
    SpeechEngineInfo("edge", False, "Microsoft, online"),
    SpeechEngineInfo("gtts", False, "Google, online"),
    SpeechEngineInfo("say", True, "Apple", "`say` is a program of macOS; this is Linux"),
)
DEVICES = (
    OutputDevice("Built-in Audio Analog Stereo", True, 2, 48000),
    OutputDevice("USB Headset", False, 1, 44100),
    OutputDevice("HDMI 1: ディスプレイ", False, 8, 48000),
    OutputDevice("USB Headset", False, 1, 16000),
)
MISSING_VOICES = (
    VoiceRow(
        id="piper:css10",
        runtime="piper",
        name="CSS10 Japanese",
        size_bytes=39_660_000,
        licence="public domain recordings",
        is_non_commercial=False,
        files=(),
        hub=None,
        wheels=None,
        quality="neural, an audio book reader's voice",
        gender="",
    ),
)
TRANSLATORS = (
    TranslatorOption(
        id="auto",
        name="streamtts chooses",
        runtime="",
        device="",
        quality="takes llama:qwen2.5-coder-1.5b: no GPU that torch can use, and its weights are here",
        is_here=True,
    ),
    TranslatorOption(
        id="llama:qwen2.5-coder-1.5b",
        name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
        runtime="llama",
        device="cpu",
        quality="good on talk about code",
        licence="Apache-2.0",
        size_bytes=1_117_320_768,
        is_here=True,
        measured=Measured("llama:qwen2.5-coder-1.5b", 505.0, 1320.0, 44.1),
    ),
    TranslatorOption(
        id="torch:nllb-600m",
        name="NLLB-200 distilled 600M",
        runtime="torch",
        device="cpu",
        quality="even on every subject; may drop or repeat words, so every output is checked",
        licence="CC-BY-NC-4.0",
        size_bytes=2_482_800_000,
        is_non_commercial=True,
    ),
    TranslatorOption(
        id="ct2:quickmt",
        name="quickmt en-ja",
        runtime="ct2",
        device="cpu",
        quality="made for this pair and for the CPU",
        licence="CC-BY-4.0",
        size_bytes=403_640_000,
        measured=Measured("ct2:quickmt", 140.0, 310.0, 42.0),
    ),
    TranslatorOption(
        id="llama:/home/me/old.gguf",
        name="/home/me/old.gguf",
        runtime="llama",
        device="cpu",
        quality="weights of your own",
        licence="your own",
        unavailable="/home/me/old.gguf does not exist",
    ),
    TranslatorOption(
        id="http:openai",
        name="any server that speaks the OpenAI API",
        runtime="http",
        device="remote",
        quality="the server at http://127.0.0.1:11434/v1",
        licence="the server's",
        is_here=True,
    ),
)
LONGEST_WAIT_S = 60.0


@dataclass
class FakeEngine:
    """`calls` has every command in order, as (name, arguments …)."""

    calls: list[tuple[Any, ...]] = field(default_factory=list)
    fed: list[SourceEvent] = field(default_factory=list)
    subscribers: list[Callable[[Event], None]] = field(default_factory=list)
    settings: Settings = field(default_factory=Settings)
    """what was applied last"""
    may_list: threading.Event = field(default_factory=threading.Event)
    """voices and devices wait until it is set, as for a server that is slow"""

    def __post_init__(self) -> None:
        self.may_list.set()

    def say(self, *events: Event) -> None:
        """Send events to the subscribers, on the calling thread."""
        for event in events:
            for subscriber in list(self.subscribers):
                subscriber(event)

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        self.subscribers.append(callback)
        return lambda: self.subscribers.remove(callback)

    def start(self) -> None:
        self.calls.append(("start",))

    def close(self, timeout_s: float = 2.0) -> None:
        self.calls.append(("close",))

    def feed(self, event: SourceEvent) -> None:
        self.fed.append(event)

    def stop(self) -> None:
        self.calls.append(("stop",))

    def skip(self) -> None:
        self.calls.append(("skip",))

    def set_muted(self, muted: bool) -> None:
        self.calls.append(("set_muted", muted))

    def set_paused(self, paused: bool) -> None:
        self.calls.append(("set_paused", paused))

    def set_ducked(self, ducked: bool) -> None:
        self.calls.append(("set_ducked", ducked))

    def set_rate(self, rate: float) -> None:
        self.calls.append(("set_rate", rate))

    def set_voice(self, voice_id: str, *, fetch: bool = False) -> None:
        self.calls.append(("fetch_voice" if fetch else "set_voice", voice_id))

    def apply(self, settings: Settings, names: Collection[str] = ()) -> None:
        self.settings = settings
        self.calls.append(("apply", *names))

    def set_translator(self, translator_id: str) -> None:
        self.calls.append(("set_translator", translator_id))

    def replay(self, sentence_id: int | None = None, voice: str | None = None) -> None:
        self.calls.append(("replay", sentence_id, voice) if voice else ("replay", sentence_id))

    def say_again(self, japanese: str) -> None:
        self.calls.append(("say_again", japanese))

    def preview(self, voice_id: str) -> None:
        self.calls.append(("preview", voice_id))

    def set_device(self, device_name: str) -> None:
        self.calls.append(("set_device", device_name))

    def output_devices(self) -> Sequence[OutputDevice]:
        self.may_list.wait(LONGEST_WAIT_S)
        return DEVICES

    def voices(self) -> Sequence[Voice]:
        self.may_list.wait(LONGEST_WAIT_S)
        return VOICES

    def missing_voices(self) -> Sequence[VoiceRow]:
        return MISSING_VOICES

    def translators(self) -> Sequence[TranslatorOption]:
        self.may_list.wait(LONGEST_WAIT_S)
        return TRANSLATORS

    def engine_infos(self) -> Sequence[SpeechEngineInfo]:
        return ENGINES
