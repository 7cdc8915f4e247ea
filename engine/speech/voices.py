"""Which engines and voices there are. Nothing heavy is imported for it."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from typing import Any, cast

from engine.protocols import AsyncSpeechEngine, SpeechEngine, SpeechEngineInfo, SpeechError, Voice

NO_VOICE = "none"
"""The voice id that means silence."""

_LOCAL = {
    "openjtalk": "engine.speech.openjtalk:OpenJTalk",
    "kokoro": "engine.speech.kokoro:Kokoro",
    "say": "engine.speech.say:Say",
}
"""They block, and live in the speech worker."""
_REMOTE = {
    "edge": "engine.speech.edge:Edge",
    "gtts": "engine.speech.gtts:GoogleTranslate",
}
"""They are coroutines on the engine's loop."""


def engine_infos() -> list[SpeechEngineInfo]:
    """Every engine, the default one first, with the reason when it cannot be used here."""
    return [engine.info for engine in _all_engines()]


def all_voices() -> list[Voice]:
    """Every voice that can be chosen here, the default one first."""
    return [voice for engine in _all_engines() for voice in engine.voices()]


def find_voice(voice_id: str) -> Voice:
    """Return the voice with this id; `none` is a voice too, of no engine.

    Raises SpeechError: `unknown_voice`, naming the nearest ones; `unavailable`, with the reason, when its engine
    cannot be used here.
    """
    if voice_id == NO_VOICE:
        return Voice(NO_VOICE, engine="", name=NO_VOICE)
    engine_id = voice_id.partition(":")[0]
    if engine_id in _LOCAL or engine_id in _REMOTE:
        engine = _create(engine_id)
        if reason := engine.info.unavailable:
            raise SpeechError("unavailable", f"{voice_id} cannot be used: {reason}")
        for voice in engine.voices():
            if voice.id == voice_id:
                return voice
    raise SpeechError("unknown_voice", f"There is no voice {voice_id!r}. {_nearest(voice_id)}")


def is_known(voice_id: str) -> bool:
    """Say whether the id can be chosen here; `none` can."""
    try:
        find_voice(voice_id)
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
    return cast(SpeechEngine, _create(engine_id))


def create_async(engine_id: str) -> AsyncSpeechEngine:
    """Return a new engine for the engine's loop. Raises SpeechError (`not_remote`) for one that does not go there."""
    if engine_id not in _REMOTE:
        raise SpeechError("not_remote", f"{engine_id or NO_VOICE} is not a voice on the network")
    return cast(AsyncSpeechEngine, _create(engine_id))


def _all_engines() -> list[SpeechEngine | AsyncSpeechEngine]:
    return [_create(engine_id) for engine_id in (*_LOCAL, *_REMOTE)]


def _create(engine_id: str) -> SpeechEngine | AsyncSpeechEngine:
    module, _, name = (_LOCAL | _REMOTE)[engine_id].partition(":")
    factory = cast(Callable[[], Any], getattr(importlib.import_module(module), name))
    return cast(SpeechEngine | AsyncSpeechEngine, factory())


def _nearest(voice_id: str) -> str:
    ids = [voice.id for voice in all_voices()]
    lowered = {known.lower(): known for known in ids}
    # People leave out the engine: the name alone is compared as well.
    lowered |= {known.partition(":")[2].lower(): known for known in ids}
    near = difflib.get_close_matches(voice_id.lower(), lowered, n=3, cutoff=0.5)
    if near:
        return "Did you mean " + " or ".join(dict.fromkeys(lowered[match] for match in near)) + "?"
    return "`streamtts voices` lists them"
