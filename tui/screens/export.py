"""The dialog of an export: which shape, which file; and, while one is under way, whether to stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.commands.exporting import Order
from engine.events import Loading, Notice
from engine.history.records import SessionRecord
from tui.screens.export_targets import TARGETS, Target, in_the_way, problem_with, proposed_name, renamed
from tui.screens.history_items import title_of, when
from tui.screens.picker import cell
from tui.widgets.wrap import clean, fit

LEAST_WIDTH = 40
_NAME_WIDTH = 13


class ExportScreen(ModalScreen[Order | None]):
    """Ends with what is to be exported, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", show=False),
        Binding("tab,shift+tab", "switch", show=False),
    ]

    def __init__(self, session: SessionRecord, folder: Path, voice: str) -> None:
        """`folder` is where the file is proposed to go; `voice` speaks."""
        super().__init__()
        self._session = session
        self._folder = folder
        self._voice = voice
        self._target: Target = TARGETS[0]
        self._replaces: Order | None = None
        """what was asked about; Enter again replaces the files"""

    def compose(self) -> ComposeResult:
        """Lay out the shapes, the file's name and the message."""
        with Vertical(id="export") as frame:
            frame.border_title = "Export"
            frame.border_subtitle = "↑ ↓ shape · Tab file · Enter export · Esc leave"
            yield Static(
                Text(clean(f"{when(self._session)}  {title_of(self._session)}"), no_wrap=True), id="export-what"
            )
            yield OptionList(id="export-targets")
            yield Static("File", id="export-label")
            yield Input(self._proposed(), select_on_focus=False, id="export-file")
            yield Static(id="export-message", markup=False)

    def on_mount(self) -> None:
        """Begin with the shapes."""
        self._list = self.query_one(OptionList)
        self._file = self.query_one(Input)
        self._list.focus()

    def on_resize(self) -> None:
        """Cut the lines to the width."""
        self.call_after_refresh(self._fill)

    def _fill(self) -> None:
        at = self._list.highlighted or 0
        width = max(self._list.scrollable_content_region.width, LEAST_WIDTH)
        self._list.clear_options()
        for target in TARGETS:
            line = f"{cell(target.name, _NAME_WIDTH)}{cell(target.suffix, 8)}{target.help}"
            self._list.add_option(Option(Text(fit(line, width), no_wrap=True)))
        self._list.highlighted = at

    def _proposed(self) -> str:
        path = self._folder / proposed_name(self._session, self._target)
        home = Path.home()
        return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        before, self._target = self._target, TARGETS[message.option_index]
        self._file.value = renamed(self._file.value, before, self._target)
        self._explain()

    @on(Input.Changed)
    def _explain(self) -> None:
        self._replaces = None
        spoken = f"; {self._voice} speaks it, which takes a while" if self._target.has_sound else ""
        self._say(f"{self._target.help}{spoken}")

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _export(self) -> None:
        typed = self._file.value.strip()
        if not typed:
            self._say("Type the name of a file.")
            return
        order = self._target.order(self._session.id, Path(typed).expanduser().absolute())
        if problem := problem_with(order):
            self._say(problem)
        elif order != self._replaces and (there := in_the_way(order)):
            self._replaces = order
            noun = "is" if len(there) == 1 else "are"
            self._say(f"{' and '.join(path.name for path in there)} {noun} there already: Enter again replaces.")
        else:
            self.dismiss(order)

    def _say(self, message: str) -> None:
        self.query_one("#export-message", Static).update(Text(clean(message)))

    def action_switch(self) -> None:
        """Keyboard to the file's name, or back to the shapes."""
        (self._list if self.focused is self._file else self._file).focus()

    def on_key(self, event: events.Key) -> None:
        """The arrows choose a shape wherever the keyboard is."""
        if self.focused is self._file and event.key in ("up", "down"):
            self._list.action_cursor_down() if event.key == "down" else self._list.action_cursor_up()
            event.stop()
            event.prevent_default()

    def action_leave(self) -> None:
        """Export nothing."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Underway:
    """The export that is under way."""

    progress: Callable[[], Loading | None]
    """how far it is; None: it has ended"""
    listen: Callable[[Callable[[Loading | Notice], None]], Callable[[], None]]


class StopExportScreen(ModalScreen[bool]):
    """Shows how far the export is; ends with whether it is to be stopped."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c,q,e", "leave", show=False),
        Binding("enter", "stop", show=False),
    ]

    def __init__(self, underway: Underway) -> None:
        super().__init__()
        self._underway = underway

    def compose(self) -> ComposeResult:
        """Lay out one line."""
        with Vertical(id="stop-export") as frame:
            frame.border_title = "An export is under way"
            frame.border_subtitle = "Enter stop it · Esc let it go on"
            yield Static(id="stop-export-progress", markup=False)

    def on_mount(self) -> None:
        """Follow it."""
        # Kept: news may come while the screen is taken apart.
        self._line = self.query_one(Static)
        self._unlisten = self._underway.listen(lambda _: self._show())
        self._show()

    def on_unmount(self) -> None:
        """Follow it no more."""
        self._unlisten()

    def _show(self) -> None:
        progress = self._underway.progress()
        if progress is None:
            self._line.update("It has ended.")
            return
        percent = "" if progress.fraction is None else f"  {progress.fraction * 100:.0f} %  {progress.detail}"
        self._line.update(Text(clean(f"{progress.what}{percent}")))

    def action_stop(self) -> None:
        """Stop it, and leave nothing of it."""
        self.dismiss(True)

    def action_leave(self) -> None:
        """Let it go on."""
        self.dismiss(False)
