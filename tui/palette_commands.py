"""What the command palette lists: providers, each a function that returns commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from engine.protocols import SpeechEngineInfo, Voice
from tui.actions import ACTIONS, Action
from tui.keymap import Keymap

if TYPE_CHECKING:
    from engine.translate.options import TranslatorOption


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette."""

    id: str
    name: str
    """what is searched first"""
    about: str
    """what it does"""
    carry_out: Callable[[], None]
    keys: str = ""
    """its keys, for people"""
    is_usable: bool = True

    @property
    def words(self) -> str:
        """What else it is found by."""
        return f"{self.name} {self.about} {self.keys} {self.id}"


def action_commands(keymap: Keymap, in_view: bool, carry_out: Callable[[Action], None]) -> list[Command]:
    """Every action of the registry but the palette itself, with the keys that work where the keyboard is."""
    return [
        Command(
            action.id, action.label, action.help, partial(carry_out, action), " · ".join(keymap.signs(action, in_view))
        )
        for action in ACTIONS
        if action.id != "palette"
    ]


def theme_commands(names: Sequence[str], shown: str, show: Callable[[str], None]) -> list[Command]:
    """Every theme by name."""
    return [
        Command(f"theme:{name}", f"Theme: {name}", "is shown now" if name == shown else "", partial(show, name))
        for name in names
    ]


def voice_commands(
    voices: Sequence[Voice], infos: Sequence[SpeechEngineInfo], choose: Callable[[str], None]
) -> list[Command]:
    """Every voice that can speak here, by name."""
    unusable = {info.id for info in infos if info.unavailable}
    return [
        Command(f"voice:{voice.id}", f"Voice: {voice.id}", _about(voice), partial(choose, voice.id))
        for voice in voices
        if voice.engine not in unusable
    ]


def translator_commands(options: Sequence[TranslatorOption], choose: Callable[[str], None]) -> list[Command]:
    """Every translator that can start without fetching anything, and `auto`."""
    return [
        Command(f"translator:{one.id}", f"Translator: {one.id}", one.quality, partial(choose, one.id))
        for one in options
        if one.unavailable is None and (one.is_here or one.id == "auto")
    ]


def _about(voice: Voice) -> str:
    return ", ".join(filter(None, (voice.gender, "" if voice.offline else "cloud", voice.licence)))
