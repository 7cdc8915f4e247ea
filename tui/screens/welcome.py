"""The first start: language, translator and voice, in one small window over a Claude that starts meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.background import on_own_thread
from tui.screens.welcome_offers import Offer, first_voice
from tui.widgets.links import Links
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import span_style
from tui.widgets.wrap import clean, fit, pad, wrap

INTRODUCTION = (
    "Claude starts behind this window. What it writes appears beside it in your language, and is spoken. "
    "Choose, or just press Enter. What you type is Claude's."
)
LINKS = (("start", "Enter", "start"), ("next", "Tab", "next"), ("leave", "Esc", "start as it is"))
QUIET_S = 0.2
"""So long after the last key that was passed on, none is under way to this screen any more."""
_KEYS = {
    "enter": "start",
    "escape": "leave",
    "ctrl+c": "leave",
    "tab": "next",
    "right": "next",
    "shift+tab": "previous",
    "left": "previous",
}
_MOVES = {
    "down": "cursor_down",
    "up": "cursor_up",
    "pagedown": "page_down",
    "pageup": "page_up",
    "home": "first",
    "end": "last",
}
_LABEL_WIDTH, _STATE_WIDTH = 12, 17


class Topic(StrEnum):
    """What is chosen; the value is the setting."""

    LANGUAGE = "translate.to"
    TRANSLATOR = "translate.translator"
    VOICE = "speech.voice"


_LABELS = {Topic.LANGUAGE: "Language", Topic.TRANSLATOR: "Translator", Topic.VOICE: "Voice"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Start with these: values of settings, `section.key`."""

    values: Mapping[str, str]


class Typed:
    """Somebody typed to Claude: the window gave way."""


Outcome = Chosen | Typed | None
"""None: left as it is"""


@dataclass(frozen=True, slots=True)
class OfferSource:
    """Where the offers come from. All may wait for servers and the hub: they are called on threads."""

    languages: Callable[[], Sequence[Offer]]
    translators: Callable[[str], Sequence[Offer]]
    """for a language"""
    voices: Callable[[str], Sequence[Offer]]
    """for a language"""


class WelcomeScreen(ModalScreen[Outcome], inherit_bindings=False):
    """Enter starts with what is chosen, Esc with what is set already; a letter gives way to Claude.

    Every key is taken by the screen itself: keys that come in one burst then keep their order.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    CSS = """
    WelcomeScreen { align: center middle; background: $background 60%; }
    WelcomeScreen.-gives-way { background: transparent; }
    WelcomeScreen.-gives-way #welcome { display: none; }
    #welcome {
        width: 96%;
        max-width: 96;
        height: auto;
        max-height: 100%;
        background: $surface;
        border: round $accent;
        border-title-color: $accent;
        border-title-style: bold;
        padding: 0 1;
    }
    #welcome-introduction { height: auto; color: $foreground; margin-bottom: 1; }
    .welcome-topic { height: 1; color: $foreground; }
    .welcome-topic.-current { background: $panel; text-style: bold; }
    #welcome-list {
        height: 7;
        margin-top: 1;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-color: $panel;
        scrollbar-background: $surface;
        border: none;
        background: $surface;
        background-tint: transparent;
        padding: 0;
    }
    #welcome-list > .option-list--option-highlighted {
        background: $st-text-lit-background;
        color: $st-text-lit;
        text-style: none;
    }
    #welcome-detail { height: 3; color: $st-text-dim; margin-top: 1; }
    """

    def __init__(
        self, source: OfferSource, now: Mapping[str, str], pass_on: Callable[[events.Key | events.Paste], None]
    ) -> None:
        """`now` has what is set, by setting: chosen beforehand. `pass_on` gets what was typed to Claude."""
        super().__init__()
        self._source = source
        self._pass_on = pass_on
        self._end: Timer | None = None
        """set while the window gives way"""
        self._chosen = dict(now)
        self._offers: dict[Topic, Sequence[Offer]] = {}
        self._topic = Topic.LANGUAGE
        self._looks = 0
        """counts the languages that were asked for: an answer for an earlier one is of no use"""

    @property
    def is_looking(self) -> bool:
        """Whether something is still being looked up."""
        return len(self._offers) < len(Topic)

    def compose(self) -> ComposeResult:
        """Lay out what is chosen, and what can be for one of it."""
        with Vertical(id="welcome") as frame:
            frame.border_title = "Welcome to streamtts"
            yield Static(INTRODUCTION, id="welcome-introduction", markup=False)
            for topic in Topic:
                yield Static(id=f"welcome-{topic.name.lower()}", classes="welcome-topic", markup=False)
            yield OptionList(id="welcome-list")
            yield Static(id="welcome-detail", markup=False)
            yield Links(LINKS)

    def on_mount(self) -> None:
        """Look up what there is."""
        self._list = self.query_one(OptionList)
        self._list.can_focus = False
        self.run_worker(self._look(Topic.LANGUAGE, self._source.languages, 0))
        self._look_for_language()

    def on_resize(self) -> None:
        """Make the lines anew for the width."""
        self.call_after_refresh(self._fill)

    # Keys and clicks

    def on_key(self, event: events.Key) -> None:
        """Choose and start; what is written is Claude's."""
        event.stop()
        event.prevent_default()
        if self._end is None and event.key in _KEYS:
            getattr(self, f"action_{_KEYS[event.key]}")()
        elif self._end is None and event.key in _MOVES:
            getattr(self._list, f"action_{_MOVES[event.key]}")()
        elif self._end is not None or (event.is_printable and event.key != "space"):
            self._give_way(events.Key(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted is Claude's, too."""
        event.stop()
        self._give_way(events.Paste(event.text))

    def _give_way(self, event: events.Key | events.Paste) -> None:
        """Pass on what was typed, and what follows it at once, in its order; then leave."""
        self._pass_on(event)
        self.add_class("-gives-way")
        if self._end is not None:
            self._end.stop()
        self._end = self.set_timer(QUIET_S, self._leave_to_claude)

    def _leave_to_claude(self) -> None:
        self.dismiss(Typed())

    def on_click(self, event: events.Click) -> None:
        """A line of what is chosen shows what else could be."""
        for topic in Topic:
            if event.widget is self._line_of(topic):
                self._show(topic)

    @on(Links.Chosen)
    def _clicked(self, message: Links.Chosen) -> None:
        getattr(self, f"action_{message.name}")()

    @on(OptionList.OptionHighlighted)
    def _choose(self) -> None:
        """What is highlighted is chosen, where it can be used."""
        offer = self._highlighted
        if offer is not None and offer.is_usable and offer.id != self._chosen[self._topic]:
            self._chosen[self._topic] = offer.id
            if self._topic is Topic.LANGUAGE:
                self._look_for_language()
            self._redraw_signs()
        self._show_chosen()

    def action_start(self) -> None:
        """Start with what is chosen."""
        self.dismiss(Chosen(self._chosen))

    def action_leave(self) -> None:
        """Start with what is set."""
        self.dismiss(None)

    def action_next(self) -> None:
        """Choose the next thing."""
        self._turn(+1)

    def action_previous(self) -> None:
        """Choose the thing before."""
        self._turn(-1)

    # Inside

    def _turn(self, step: int) -> None:
        topics = list(Topic)
        self._show(topics[(topics.index(self._topic) + step) % len(topics)])

    def _show(self, topic: Topic) -> None:
        self._topic = topic
        self._fill()

    def _look_for_language(self) -> None:
        self._looks += 1
        language = self._chosen[Topic.LANGUAGE]
        for topic, look in ((Topic.TRANSLATOR, self._source.translators), (Topic.VOICE, self._source.voices)):
            self._offers.pop(topic, None)
            self.run_worker(self._look(topic, partial(look, language), self._looks))

    async def _look(self, topic: Topic, look: Callable[[], Sequence[Offer]], number: int) -> None:
        try:
            offers = await on_own_thread(look)
        except Exception as error:  # whatever a server comes up with: one can start all the same
            offers = [Offer(self._chosen[topic], self._chosen[topic], detail=f"Nothing can be listed: {error}")]
        if topic is not Topic.LANGUAGE and number != self._looks:
            return
        self._offers[topic] = offers
        if topic is Topic.VOICE:
            self._chosen[topic] = first_voice(offers, self._chosen[topic])
        elif self._chosen[topic] not in (offer.id for offer in offers if offer.is_usable):
            self._chosen[topic] = next((offer.id for offer in offers if offer.is_usable), self._chosen[topic])
        self._fill()

    @property
    def _highlighted(self) -> Offer | None:
        offers, index = self._offers.get(self._topic, ()), self._list.highlighted
        return offers[index] if index is not None and index < len(offers) else None

    def _fill(self) -> None:
        offers = self._offers.get(self._topic, ())
        ids = [offer.id for offer in offers]
        chosen = self._chosen[self._topic]
        with self.prevent(OptionList.OptionHighlighted):
            self._list.clear_options()
            self._list.add_options(Option(self._line(offer)) for offer in offers)
            self._list.highlighted = ids.index(chosen) if chosen in ids else None
        self._show_chosen()

    def _redraw_signs(self) -> None:
        for index, offer in enumerate(self._offers.get(self._topic, ())):
            self._list.replace_option_prompt_at_index(index, self._line(offer))

    def _show_chosen(self) -> None:
        for topic in Topic:
            self._line_of(topic).update(self._chosen_line(topic))
            self._line_of(topic).set_class(topic is self._topic, "-current")
        offer = self._highlighted
        detail = offer.detail if offer is not None else "looking for what there is …"
        widget = self.query_one("#welcome-detail", Static)
        lines = wrap(clean(detail), max(widget.size.width, 30))
        widget.update(Text("\n".join([*lines[:2], fit(" ".join(lines[2:]), max(widget.size.width, 30))])))

    def _line_of(self, topic: Topic) -> Static:
        return self.query_one(f"#welcome-{topic.name.lower()}", Static)

    def _chosen_line(self, topic: Topic) -> Text:
        chosen = self._chosen[topic]
        offer = next((offer for offer in self._offers.get(topic, ()) if offer.id == chosen), None)
        sign = "▸" if topic is self._topic else " "
        text = Text(no_wrap=True)
        text.append(f"{sign} ", span_style(self, "key"))
        text.append(pad(_LABELS[topic], _LABEL_WIDTH), span_style(self, "dim"))
        text.append(clean(offer.name if offer else chosen))
        if offer is not None and offer.state:
            terms = f" · {offer.licence}" if offer.licence else ""
            text.append(clean(f"  {offer.state}{terms}"), span_style(self, "dim"))
        text.truncate(max(self._line_of(topic).size.width, 20), overflow="ellipsis")
        return text

    def _line(self, offer: Offer) -> Text:
        width = max(self._list.scrollable_content_region.width, 40)
        sign = "●" if offer.id == self._chosen[self._topic] else "×" if not offer.is_usable else " "
        if not offer.state and not offer.licence:
            return Text(f"{sign} {fit(clean(offer.name), width - 2)}", no_wrap=True)
        name_width = min(max(len(each.name) for each in self._offers[self._topic]) + 1, 30)
        line = f"{sign} {_cell(offer.name, name_width)}{_cell(offer.state, _STATE_WIDTH)}"
        rest = fit(clean(offer.licence), max(width - name_width - _STATE_WIDTH - 2, 4))
        return Text(line + rest, "" if offer.is_usable else span_style(self, "dim"), no_wrap=True)


def _cell(text: str, width: int) -> str:
    return pad(fit(clean(text), width - 1), width)
