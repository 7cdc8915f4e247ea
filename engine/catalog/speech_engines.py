"""The table of speech engines."""

from __future__ import annotations

from engine.catalog.rows import SpeechEngineRow

SPEECH_ENGINES: tuple[SpeechEngineRow, ...] = (
    SpeechEngineRow(
        "openjtalk", "Open JTalk", "MIT; voice Mei: CC-BY-3.0", True, "dictionary and voice inside: always works"
    ),
    SpeechEngineRow("kokoro", "Kokoro", "Apache-2.0", True, "neural, slower; the `kokoro` extra installs it"),
    SpeechEngineRow(
        "piper",
        "piper-plus",
        "MIT; each voice's own",
        True,
        "neural, small; the `piper` extra installs it, `streamtts models pull` its voices",
    ),
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


def find_speech_engine(engine_id: str) -> SpeechEngineRow | None:
    """Return the row with this id, or None."""
    return next((row for row in SPEECH_ENGINES if row.id == engine_id), None)
