"""What can be typed besides prompts: a colon and a word. Most of them are actions of the screen, by the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tui.actions import find_action
from tui.control import EngineControl
from tui.reader.lines_out import LinesOut, Shown
from tui.voice_control import VoiceControl

SIGNS = (":", "：")
"""An input method for Japanese writes the wide one."""


@dataclass(frozen=True, slots=True)
class Command:
    """One word, and what it does with what is typed after it. It returns what to print; empty is nothing."""

    word: str
    help: str
    act: Callable[[str], str]
    takes: str = ""
    """what may follow the word, for the list"""


@dataclass(slots=True)
class Commands:
    """`stop` ends Claude's answer, `leave` the program; `later` does on a thread what may wait for servers."""

    engine: EngineControl
    control: VoiceControl
    out: LinesOut
    stop: Callable[[], None]
    leave: Callable[[], None]
    later: Callable[[Callable[[], str]], None]
    _by_word: dict[str, Command] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_word = {command.word: command for command in self._all()}

    def take(self, line: str) -> bool:
        """Act on a line that begins with a colon; every other is none of ours."""
        if not line.startswith(SIGNS):
            return False
        word, _, rest = line[1:].strip().partition(" ")
        command = self._by_word.get(word.casefold()) or self._by_beginning(word.casefold())
        if command is None:
            self.out.say(f"There is no command {word!r}. :help lists them.")
        elif said := command.act(rest.strip()):
            self.out.say(said)
        return True

    def _by_beginning(self, word: str) -> Command | None:
        """A word may be cut short where it stays clear: `:sl` is `:slower`."""
        found = [command for name, command in self._by_word.items() if word and name.startswith(word)]
        return found[0] if len(found) == 1 else None

    def _all(self) -> Iterable[Command]:
        control, engine = self.control, self.engine
        yield Command("help", "this list", lambda _: self._help())
        yield Command("stop", "silence now, and Claude stops its answer", lambda _: self._stop())
        yield _of_action("mute", lambda _: _then(control.toggle_mute, self._muted))
        yield _of_action("pause", lambda _: _then(control.toggle_pause, self._paused))
        yield _of_action("skip", lambda _: _then(engine.skip))
        yield Command("replay", find_action("replay_last").help, lambda _: _then(engine.replay))
        yield _of_action("slower", lambda _: _then(lambda: control.change_rate(-1), self._rate))
        yield _of_action("faster", lambda _: _then(lambda: control.change_rate(+1), self._rate))
        yield Command("voice", "the voice, or another one", self._voice, "ID")
        yield Command("voices", "the voices that can be used here", lambda _: _then(lambda: self.later(self._voices)))
        yield Command("translator", "another translator", self._translator, "ID")
        yield Command(
            "translators", "the translators that there are", lambda _: _then(lambda: self.later(self._translators))
        )
        yield Command("show", "which languages are printed", self._show, "both, english or japanese")
        yield Command("quit", "leave", lambda _: _then(self.leave))

    def _help(self) -> str:
        lines = [f":{c.word} {c.takes}".rstrip() + f": {c.help[0].lower()}{c.help[1:]}" for c in self._by_word.values()]
        return "\n".join([*lines, "Everything else that you type goes to Claude."])

    def _stop(self) -> str:
        self.engine.stop()
        self.stop()
        return "Stopped."

    def _muted(self) -> str:
        return "The voice is muted." if self.control.is_muted else "The voice is on."

    def _paused(self) -> str:
        return "The voice waits." if self.control.is_paused else "The voice goes on."

    def _rate(self) -> str:
        return f"Speed {self.control.rate:g}."

    def _voice(self, voice_id: str) -> str:
        if not voice_id:
            return f"The voice is {self.control.voice}."
        self.control.choose(voice_id)
        return f"Voice: {voice_id}, from the next sentence on."

    def _voices(self) -> str:
        usable = {info.id for info in self.engine.engine_infos() if not info.unavailable}
        return "\n".join(voice.id for voice in self.engine.voices() if voice.engine in usable)

    def _translator(self, translator_id: str) -> str:
        if not translator_id:
            return "Which one? :translators lists them."
        self.engine.set_translator(translator_id)
        return f"Translator: {translator_id}, as soon as it is loaded."

    def _translators(self) -> str:
        return "\n".join(
            option.id + (f", cannot be used: {option.unavailable}" if option.unavailable else "")
            for option in self.engine.translators()
        )

    def _show(self, languages: str) -> str:
        try:
            self.out.shown = Shown(languages.casefold())
        except ValueError:
            return f"Say :show and one of {', '.join(Shown)}. Now: {self.out.shown}."
        return f"Printed from now on: {self.out.shown}."


def _of_action(action_id: str, act: Callable[[str], str]) -> Command:
    return Command(action_id, find_action(action_id).help, act)


def _then(do: Callable[[], object], say: Callable[[], str] = lambda: "") -> str:
    do()
    return say()
