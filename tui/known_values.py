"""Values that are known for settings which take any text: which translators, voices, devices and themes there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from engine.protocols import Voice
from engine.translate.languages import LANGUAGES
from tui.control import EngineControl
from tui.screens.picker import megabytes
from tui.screens.setting_editor import Known
from tui.screens.welcome_offers import translators

if TYPE_CHECKING:
    from tui.app import StreamttsApp

Look = Callable[[], Sequence[Known]]
"""May wait for servers and drivers: called on a thread."""


def known_values(app: StreamttsApp) -> Callable[[str], Look | None]:
    """For a setting, `section.key`: what lists its known values, where something does."""
    engine = app.engine
    themes = [Known(name) for name in app.theme_names]
    looks: Mapping[str, Look] = {
        "translate.translator": lambda: _translators(engine),
        "translate.to": _languages,
        "speech.voice": lambda: [*_voices(engine.voices()), *_missing_voices(engine), Known("none", "text only")],
        "speech.subagent_voice": lambda: [Known("", "the same voice"), *_voices(engine.voices())],
        "speech.notice_voice": lambda: [Known("", "the same voice"), *_voices(engine.voices())],
        "audio.device": lambda: _devices(engine),
        "screen.theme": lambda: themes,
    }
    return looks.get


def _translators(engine: EngineControl) -> list[Known]:
    offers = translators(engine.translators())
    return [Known(offer.id, _about(offer.state, offer.licence or offer.detail)) for offer in offers]


def _voices(voices: Iterable[Voice]) -> list[Known]:
    return [Known(voice.id, _about(voice.language, voice.gender, voice.licence)) for voice in voices]


def _missing_voices(engine: EngineControl) -> list[Known]:
    rows = engine.missing_voices()
    return [Known(row.id, _about(row.language, f"{megabytes(row.size_bytes)} to fetch", row.licence)) for row in rows]


def _about(*words: str) -> str:
    return " · ".join(filter(None, words))


def _languages() -> list[Known]:
    return [Known(language.code, language.name) for language in LANGUAGES]


def _devices(engine: EngineControl) -> list[Known]:
    names = dict.fromkeys(device.name for device in engine.output_devices())
    return [Known("", "the system's choice"), *(Known(name) for name in names)]
