"""Which voice is to speak: the one that was chosen, if it speaks the language, and who stands in for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.protocols import AsyncSpeechEngine, SpeechError, Voice
from engine.settings import Speech
from engine.speech import voices

NO_VOICE = "none"
FALLBACK_VOICE = "openjtalk:mei"
"""Speaks Japanese whatever happens: dictionary and voice are part of the package."""
SAMPLES = {
    "ja": "こんにちは。この声で読み上げます。",
    "en": "Hello. This voice will read to you.",
    "zh": "你好。我用这个声音朗读。",
    "ko": "안녕하세요. 이 목소리로 읽어 드립니다.",
    "fr": "Bonjour. Cette voix vous fera la lecture.",
    "de": "Hallo. Diese Stimme liest Ihnen vor.",
    "es": "Hola. Esta voz le leerá en voz alta.",
}
_ANY_SAMPLE = "1, 2, 3, OK."


class VoiceCatalog(Protocol):
    """The voices that there are."""

    def find(self, voice_id: str) -> Voice:
        """Return a voice. Raises SpeechError."""
        ...

    def all(self) -> Sequence[Voice]:
        """Every voice that can be chosen."""
        ...

    def is_local(self, voice_id: str) -> bool:
        """Whether it lives in the speech worker."""
        ...

    def create(self, engine_id: str) -> AsyncSpeechEngine:
        """Return a new engine for the loop. Raises SpeechError."""
        ...


class InstalledVoices:
    """The voices of this machine, with these settings."""

    def __init__(self, settings: Speech) -> None:
        self._settings = settings

    def find(self, voice_id: str) -> Voice:
        """Return a voice. Raises SpeechError."""
        return voices.find_voice(voice_id, self._settings)

    def all(self) -> Sequence[Voice]:
        """Every voice that can be chosen."""
        return voices.all_voices(self._settings)

    def is_local(self, voice_id: str) -> bool:
        """Whether it lives in the speech worker."""
        return voices.is_local(voice_id)

    def create(self, engine_id: str) -> AsyncSpeechEngine:
        """Return a new engine for the loop. Raises SpeechError."""
        return voices.create_async(engine_id, self._settings)


def speaks(catalog: VoiceCatalog, voice_id: str, language: str) -> bool:
    """Whether a voice speaks a language (ISO 639); true of one that cannot be found, which is told elsewhere."""
    try:
        voice = catalog.find(voice_id)
    except SpeechError:
        return True
    return voice.id == NO_VOICE or voice.language.partition("-")[0] == language


def stand_ins(catalog: VoiceCatalog, named: str, language: str) -> list[str]:
    """The voices to go on with when one fails, best first; `named` is the setting, ids with commas between."""
    chosen = [name.strip() for name in named.split(",") if name.strip()]
    last = [FALLBACK_VOICE]
    if language != "ja":
        # An offline voice does not send the text anywhere that the user has not chosen.
        last = [voice.id for voice in catalog.all() if voice.offline and speaks(catalog, voice.id, language)][:1]
    return list(dict.fromkeys([*(name for name in chosen if speaks(catalog, name, language)), *last]))


def voice_for(catalog: VoiceCatalog, chosen: str, others: Sequence[str], language: str) -> str:
    """The chosen voice when it speaks the language, else the best that does; `none` when there is none."""
    if chosen == NO_VOICE or speaks(catalog, chosen, language):
        return chosen
    known = [voice.id for voice in catalog.all() if voice.language.partition("-")[0] == language]
    return next(iter([*others, *known]), NO_VOICE)


def sample_for(catalog: VoiceCatalog, voice_id: str) -> str:
    """What a voice says of itself."""
    try:
        language = catalog.find(voice_id).language.partition("-")[0]
    except SpeechError:
        language = "ja"
    return SAMPLES.get(language, _ANY_SAMPLE)
