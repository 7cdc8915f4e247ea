"""Which engines and voices there are. Nothing heavy is imported for it."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from engine.protocols import AsyncSpeechEngine, SpeechEngine, SpeechEngineInfo, SpeechError, Voice
from engine.settings import Speech

NO_VOICE = "none"
"""The voice id that means silence."""

_LOCAL = {
    "openjtalk": "engine.speech.openjtalk:OpenJTalk",
    "kokoro": "engine.speech.kokoro:Kokoro",
    "piper": "engine.speech.piper:Piper",
    "say": "engine.speech.say:Say",
}
"""They block, and live in the speech worker."""
_REMOTE = {
    "edge": "engine.speech.edge:Edge",
    "gtts": "engine.speech.gtts:GoogleTranslate",
    "voicevox": "engine.speech.voicevox:Voicevox",
    "openai": "engine.speech.openai:OpenAiSpeech",
}
"""They are coroutines on the engine's loop."""
_OPEN = ("voicevox", "openai")
"""Servers of one's own: made with the settings."""
_NAMED = (*_OPEN, "piper")
"""They have more voices than they list: asked for one by its name."""


class _NamedEngine(Protocol):
    def voice(self, name: str) -> Voice | None: ...


def engine_infos(settings: Speech = Speech()) -> list[SpeechEngineInfo]:
    """Every engine, the default one first, with the reason when it cannot be used here."""
    return [engine.info for engine in _all_engines(settings)]


def all_voices(settings: Speech = Speech()) -> list[Voice]:
    """Every voice that can be chosen here, the default one first."""
    return [voice for engine in _all_engines(settings) for voice in engine.voices()]


def find_voice(voice_id: str, settings: Speech = Speech()) -> Voice:
    """Return the voice with this id; `none` is a voice too, of no engine.

    Raises SpeechError: `unknown_voice`, naming the nearest ones; `unavailable`, with the reason, when its engine
    cannot be used here.
    """
    if voice_id == NO_VOICE:
        return Voice(NO_VOICE, engine="", name=NO_VOICE)
    engine_id, _, name = voice_id.partition(":")
    if engine_id in _NAMED and (voice := cast(_NamedEngine, _create(engine_id, settings)).voice(name)):
        return voice
    if engine_id in _LOCAL or engine_id in _REMOTE:
        engine = _create(engine_id, settings)
        if reason := engine.info.unavailable:
            raise SpeechError("unavailable", f"{voice_id} cannot be used: {reason}")
        for voice in engine.voices():
            if voice.id == voice_id:
                return voice
    raise SpeechError("unknown_voice", f"There is no voice {voice_id!r}. {_nearest(voice_id, settings)}")


def missing_voices() -> Sequence[Voice]:
    """Voices that could be chosen once `streamtts models pull` has fetched their weights."""
    from engine.speech.piper import Piper

    return Piper().missing()


def is_known(voice_id: str, settings: Speech = Speech()) -> bool:
    """Say whether the id can be chosen here; `none` can."""
    try:
        find_voice(voice_id, settings)
    except SpeechError:
        return False
    return True


def is_local(voice_id: str) -> bool:
    """Say whether the voice lives in the speech worker; `none` does not."""
    return voice_id.partition(":")[0] in _LOCAL


def create_local(engine_id: str) -> SpeechEngine:
    """Return a new engine for the speech worker. Raises SpeechError (`not_local`) for one that does not go there."""
    if engine_id not in _LOCAL:
        raise SpeechError("not_local", f"{engine_id or NO_VOICE} does not run in the speech worker")
    return cast(SpeechEngine, _create(engine_id, Speech()))


def create_async(engine_id: str, settings: Speech = Speech()) -> AsyncSpeechEngine:
    """Return a new engine for the engine's loop. Raises SpeechError (`not_remote`) for one that does not go there."""
    if engine_id not in _REMOTE:
        raise SpeechError("not_remote", f"{engine_id or NO_VOICE} is not a voice on the network")
    return cast(AsyncSpeechEngine, _create(engine_id, settings))


def _all_engines(settings: Speech) -> list[SpeechEngine | AsyncSpeechEngine]:
    return [_create(engine_id, settings) for engine_id in (*_LOCAL, *_REMOTE)]


def _create(engine_id: str, settings: Speech) -> SpeechEngine | AsyncSpeechEngine:
    module, _, name = (_LOCAL | _REMOTE)[engine_id].partition(":")
    factory = cast(Callable[..., Any], getattr(importlib.import_module(module), name))
    return cast(SpeechEngine | AsyncSpeechEngine, factory(settings) if engine_id in _OPEN else factory())


def _nearest(voice_id: str, settings: Speech) -> str:
    ids = [voice.id for voice in all_voices(settings)]
    lowered = {known.lower(): known for known in ids}
    # People leave out the engine: the name alone is compared as well.
    lowered |= {known.partition(":")[2].lower(): known for known in ids}
    near = difflib.get_close_matches(voice_id.lower(), lowered, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + " or ".join(dict.fromkeys(lowered[match] for match in near)) + "?"
    return "`streamtts voices` lists them"
