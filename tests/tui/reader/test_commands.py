from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from tests.support.fake_engine import FakeEngine
from tui.reader.commands import Commands
from tui.reader.lines_out import LinesOut, Shown
from tui.voice_control import VoiceControl


class Person:
    """Types commands, and sees what they print and do."""

    def __init__(self) -> None:
        self.engine = FakeEngine()
        self._out = io.StringIO()
        self.lines = LinesOut(self._out)
        self.did: list[str] = []
        control = VoiceControl(self.engine, voice="openjtalk:mei")
        self.commands = Commands(
            self.engine,
            control,
            self.lines,
            stop=lambda: self.did.append("stop"),
            leave=lambda: self.did.append("leave"),
            later=self._later,
        )

    def _later(self, what: Callable[[], str]) -> None:
        self.lines.say(what())

    def type(self, line: str) -> str:
        """What is printed then."""
        self._out.truncate(0)
        self._out.seek(0)
        assert self.commands.take(line)
        return self._out.getvalue().rstrip("\n")


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.mark.parametrize(
    ("line", "call", "says"),
    [
        (":mute", ("set_muted", True), "The voice is muted."),
        (":pause", ("set_paused", True), "The voice waits."),
        (":skip", ("skip",), ""),
        (":replay", ("replay", None), ""),
        (":slower", ("set_rate", 0.9), "Speed 0.9."),
        (":faster", ("set_rate", 1.1), "Speed 1.1."),
        (
            ":voice edge:ja-JP-NanamiNeural",
            ("set_voice", "edge:ja-JP-NanamiNeural"),
            "Voice: edge:ja-JP-NanamiNeural, ",
        ),
        (":translator ct2:quickmt", ("set_translator", "ct2:quickmt"), "Translator: ct2:quickmt, "),
        ("：ｍute".replace("ｍ", "m"), ("set_muted", True), "The voice is muted."),
        (":MUTE", ("set_muted", True), "The voice is muted."),
        (":mu", ("set_muted", True), "The voice is muted."),
    ],
)
def test_a_command_reaches_the_engine_and_says_what_is_so_now(
    person: Person, line: str, call: tuple[object, ...], says: str
) -> None:
    assert person.type(line).startswith(says)
    assert person.engine.calls[-1] == call


def test_mute_twice_is_as_before(person: Person) -> None:
    person.type(":mute")
    assert person.type(":mute") == "The voice is on."


def test_stop_silences_and_stops_claude(person: Person) -> None:
    assert person.type(":stop") == "Stopped."
    assert person.engine.calls[-1] == ("stop",)
    assert person.did == ["stop"]


def test_quit_leaves(person: Person) -> None:
    person.type(":quit")
    assert person.did == ["leave"]


def test_the_list_names_every_command_with_what_it_does(person: Person) -> None:
    page = person.type(":help").splitlines()
    assert ":mute: mute or unmute the voice; text goes on" in page
    assert ":show both, english or japanese: which languages are printed" in page
    for line in page[:-1]:
        word = line.split(":")[1].split(" ")[0]
        if word != "quit":
            person.type(f":{word}")


@pytest.mark.parametrize("line", [":nonsense", ":s", ":", ":  "])
def test_a_word_that_is_unknown_or_not_clear_does_nothing(person: Person, line: str) -> None:
    assert person.type(line).endswith(":help lists them.")
    assert person.engine.calls == []


def test_what_does_not_begin_with_a_colon_is_for_claude(person: Person) -> None:
    assert person.commands.take("mute the logger") is False


def test_languages_are_chosen_by_name(person: Person) -> None:
    assert person.type(":show japanese") == "Printed from now on: japanese."
    assert person.lines.shown is Shown.JAPANESE
    assert person.type(":show") == "Say :show and one of both, english, japanese. Now: japanese."
    assert person.lines.shown is Shown.JAPANESE


def test_voices_that_cannot_be_used_here_are_not_listed(person: Person) -> None:
    listed = person.type(":voices").splitlines()
    assert "openjtalk:mei" in listed
    assert not any(voice.startswith("kokoro:") for voice in listed)


def test_a_translator_that_cannot_be_used_says_why(person: Person) -> None:
    listed = person.type(":translators").splitlines()
    assert listed[0] == "auto"
    assert any(", cannot be used: " in line for line in listed)
    assert person.type(":translator") == "Which one? :translators lists them."


def test_without_an_id_the_voice_is_named(person: Person) -> None:
    assert person.type(":voice") == "The voice is openjtalk:mei."
