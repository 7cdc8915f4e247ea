"""Settings that change while the engine runs: which can, and who has to know."""

# Without `annotations` of `__future__`: the names in quotes are what only a type checker needs.
import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from engine.catalog import find_voice_row
from engine.glossary import load_or_tell
from engine.settings import Settings, fields

if TYPE_CHECKING:
    from engine.pipeline.run import Run


def differing(before: Settings, after: Settings) -> set[str]:
    """The settings, `section.key`, that are not the same."""
    return {
        field.name
        for field in fields()
        if getattr(getattr(before, field.section), field.key) != getattr(getattr(after, field.section), field.key)
    }


def apply(run: "Run", settings: Settings, names: Collection[str]) -> None:
    """Have the stages go by `settings` as far as the settings `names`, `section.key`, are concerned."""
    changed = set(names)
    # First what is made of the settings, then what is chosen among it.
    if changed & _VOICES:
        run.voices.renew(settings.speech, run.glossary)
    for name, take_over in _AT_ONCE.items():
        if name in changed and not (name == _VOICE and _is_language_changing(run, changed)):
            take_over(run, settings)
    if changed & _TRANSLATORS:
        run.keep(_renew_translators(run, settings))
    elif _TRANSLATOR in changed:
        run.set_translator(settings.translate.translator)


def _is_language_changing(run: "Run", changed: Collection[str]) -> bool:
    """Whether a voice has to wait for its language."""
    return "translate.to" in changed or run.renewal.language not in (None, run.language)


def name_voices(run: "Run", settings: Settings) -> None:
    """Subagents and announcements have their voices, where those speak the language."""
    speech = settings.speech
    run.speaking.subagent_voice = speech.subagent_voice if run.voices.speaks(speech.subagent_voice) else ""
    run.speaking.notice_voice = speech.notice_voice if run.voices.speaks(speech.notice_voice) else ""


def announce(run: "Run", settings: Settings) -> None:
    """Announcements are spoken, or not: what is announced is Japanese."""
    run.announcer.is_on = settings.speech.announce and run.language == "ja"


def _set_voice(run: "Run", settings: Settings) -> None:
    voice = settings.speech.voice
    # Others come with their engine: there is nothing to fetch.
    run.set_voice(voice, fetch=find_voice_row(voice) is not None)


def _set_catch_up(run: "Run", settings: Settings) -> None:
    run.speaking.catch_up.manner = settings.speech.catch_up


def _treat_code(run: "Run", settings: Settings) -> None:
    run.intake.code_policy = settings.speech.code


def _set_context(run: "Run", settings: Settings) -> None:
    run.translating.context = settings.translate.context


async def _renew_translators(run: "Run", settings: Settings) -> None:
    wanted = settings.translate.glossary
    glossary = await asyncio.to_thread(load_or_tell, wanted, lambda problem: run.warn("glossary", problem))
    coming = await run.renewal.load(settings)
    if coming is None:
        return
    before, run.language, run.glossary = run.language, settings.translate.to, glossary
    old, run.translator = run.translator, coming
    in_hand = run.translating.change(coming, run.language, glossary)
    old.retire()
    run.voices.renew(run.settings.speech, glossary)
    if run.language != before:
        _change_language(run)
    run.renewal.tell(coming)
    try:
        if in_hand is not None:
            await asyncio.wait({in_hand})
    finally:
        await old.close()


def _change_language(run: "Run") -> None:
    settings = run.settings
    run.voices.set_language(run.language)
    announce(run, settings)
    name_voices(run, settings)
    wanted = settings.speech.voice
    if run.voices.speaks(wanted):
        _set_voice(run, settings)
    elif not run.voices.speaks(run.speaking.voice):
        run.set_voice(run.voices.choose(wanted))


_VOICE = "speech.voice"
_AT_ONCE: Mapping[str, Callable[["Run", Settings], None]] = {
    _VOICE: _set_voice,
    "speech.subagent_voice": name_voices,
    "speech.notice_voice": name_voices,
    "speech.rate": lambda run, settings: run.set_rate(settings.speech.rate),
    "speech.volume": lambda run, settings: run.player.set_volume(settings.speech.volume),
    "speech.muted": lambda run, settings: run.set_muted(settings.speech.muted),
    "speech.gap_ms": lambda run, settings: run.player.set_gap(settings.speech.gap_ms),
    "speech.announce": announce,
    "speech.catch_up": _set_catch_up,
    "speech.code": _treat_code,
    "audio.device": lambda run, settings: run.set_device(settings.audio.device),
    "audio.cache_mb": lambda run, settings: run.voices.store.set_limit(settings.audio.cache_mb),
    "translate.context": _set_context,
    "translate.fallback": lambda run, settings: run.keep(run.translator.set_fallback(settings.translate)),
}
_VOICES = frozenset(
    f"speech.{key}"
    for key in (
        *("fallback", "urls", "paths", "hashes", "voicevox_url"),
        *("openai_url", "openai_model", "openai_voices", "openai_key_env"),
    )
)
"""what the voices are made with"""
_TRANSLATOR = "translate.translator"
_TRANSLATORS = frozenset(
    f"translate.{key}"
    for key in ("device", "to", "quality", "threads", "glossary", "http_url", "http_model", "http_key_env")
)
"""what a translator is loaded with"""

LIVE = frozenset(_AT_ONCE) | _VOICES | _TRANSLATORS | {_TRANSLATOR}
"""The settings, `section.key`, that a running engine takes over; others count from its next start."""
