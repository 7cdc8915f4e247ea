"""The command palette: every action, theme, voice and translator, found by a few of its letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.fuzzy import FuzzySearch

from tui.keymap import Keys
from tui.palette_commands import Command
from tui.screens.picker import Picker
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import span_style
from tui.widgets.wrap import clean, fit, pad

_NAMES_WIDTH = 16
"""An action's name fits; what is named longer begins its description later."""
_ALL_KEYS_WIDTH = 90
"""A narrower line has only the shortest way."""


class PaletteScreen(Picker[Command]):
    """Ends with the id of the command that is to be carried out, or None; `command` finds it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    what = "commands"
    hint = "Enter carry out · type to search · ↑ ↓ move · Esc leave"
    placeholder = "Type a few letters: mute, thm light, voice mei …"
    is_ranked = True

    def __init__(
        self, commands: Sequence[Command], more: Callable[[], Sequence[Command]], own_keys: Keys | None = None
    ) -> None:
        """`commands` are there at once; `more` may wait for servers. `own_keys` open the palette, and close it."""
        super().__init__("Commands", "")
        self._at_once = list(commands)
        self._more = more
        self._own_keys = own_keys or Keys()
        self._search = FuzzySearch()
        self._choices = self._at_once

    def look(self) -> Sequence[Command]:
        """Ask for what is not there at once."""
        return [*self._at_once, *self._more()]

    def command(self, command_id: str) -> Command:
        """The command of that id. Raises StopIteration when there is none."""
        return next(command for command in self._choices if command.id == command_id)

    def takes(self, key: str, in_list: bool) -> bool:
        """Close on a key that opens the palette."""
        view_keys = [key for key in self._own_keys.view if "+" in key]  # A letter is typed.
        if key in (*self._own_keys.everywhere, *view_keys):
            self.dismiss(None)
            return True
        return False

    def matching(self, typed: str) -> Sequence[Command]:
        """The best first: letters of the name in their order, then words anywhere in what is said of it."""
        if not (wanted := typed.strip()):
            return self._choices
        ranked = [(self._rank(wanted, command), command) for command in self._choices]
        return [command for rank, command in sorted(ranked, key=lambda one: -one[0]) if rank > 0]

    def _rank(self, wanted: str, command: Command) -> float:
        by_name = self._search.match(wanted, command.name)[0]
        words = wanted.casefold().split()
        # Whole words anywhere go before letters that are scattered over a long name.
        return by_name + (2 * len(wanted) if all(word in command.words.casefold() for word in words) else 0)

    def line(self, choice: Command, width: int) -> Text:
        """Draw a line: name with what was found in it, what it does, its keys at the right."""
        name = pad(f"{fit(clean(choice.name), width - 2)} ", _NAMES_WIDTH)
        keys = choice.keys if width >= _ALL_KEYS_WIDTH else choice.keys.partition(" · ")[0]
        room = max(width - cell_len(name) - cell_len(keys) - 2, 0)
        text = Text(name, no_wrap=True)
        wanted = self._filter.value.strip()
        for position in self._search.match(wanted, choice.name)[1] if wanted else ():
            text.stylize("bold underline", position, position + 1)
        text.append(pad(f" {fit(clean(choice.about), room - 1)}", room + 1), span_style(self, "dim"))
        return text.append(f" {keys}" if keys else "", span_style(self, "key"))

    def detail(self, choice: Command) -> str:
        """Say in full what it does, and what the config calls it."""
        config = "" if ":" in choice.id else f"keys.{choice.id} in the config"
        return " · ".join(filter(None, (choice.name, choice.about, choice.keys, config)))
