"""Claude waits for the user: said once, in Japanese, or not at all."""

from __future__ import annotations

from engine.events import Event, Notice, NoticeWithdrawn
from engine.pipeline.announcing import NOTICE, Announcer
from engine.source import Attention, AttentionEnd, AttentionKind


class Said:
    """What the voice was given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_waiting = True
        self.is_withdrawn = False

    def withdraw(self) -> None:
        self.is_withdrawn = self.is_waiting
        self.is_waiting = False


class Voice:
    """Keeps what it is told to say; says nothing while muted."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.is_muted = False
        self.events: list[Event] = []
        self.announcer = Announcer(self._say, self.events.append)

    def _say(self, text: str) -> Said | None:
        if self.is_muted:
            return None
        self.said.append(Said(text))
        return self.said[-1]

    def begin(self, key: str, kind: AttentionKind = AttentionKind.PERMISSION, detail: str = "") -> None:
        self.announcer.begin(Attention(key, kind, 0.0, detail))

    def end(self, key: str) -> None:
        self.announcer.end(AttentionEnd(key, 1.0))

    @property
    def texts(self) -> list[str]:
        return [said.text for said in self.said]


def test_each_kind_has_its_sentence_and_its_notice() -> None:
    voice = Voice()
    for kind in AttentionKind:
        voice.begin(str(kind), kind, "Bash: make")
    assert voice.texts == [
        "Claudeが許可を求めています。",
        "Claudeが質問しています。",
        "Claudeが計画の承認を待っています。",
        "Claudeが入力を待っています。",
    ]
    assert [event.message for event in voice.events if isinstance(event, Notice)] == [
        "Claude asks for your permission: Bash: make",
        "Claude asks you a question.",
        "Claude's plan waits for your approval.",
        "Claude is waiting for your input.",
    ]


def test_one_prompt_is_never_said_twice() -> None:
    voice = Voice()
    voice.begin("a")
    voice.begin("a")
    assert len(voice.said) == len(voice.events) == 1


def test_what_is_answered_before_it_was_said_is_withdrawn() -> None:
    voice = Voice()
    voice.begin("a")
    voice.end("a")
    voice.end("a")
    assert voice.said[0].is_withdrawn
    assert [type(event) for event in voice.events] == [Notice, NoticeWithdrawn]
    assert voice.events[-1] == NoticeWithdrawn(NOTICE)


def test_several_of_a_kind_are_said_once_as_long_as_the_first_was_not() -> None:
    voice = Voice()
    voice.begin("a")
    voice.begin("b")
    voice.end("a")
    assert not voice.said[0].is_withdrawn
    voice.said[0].is_waiting = False
    voice.begin("c")
    assert len(voice.said) == 2
    voice.end("b")
    voice.end("c")
    assert voice.said[1].is_withdrawn


def test_muted_or_off_it_is_shown_and_not_said() -> None:
    voice = Voice()
    voice.is_muted = True
    voice.begin("a")
    voice.end("a")
    voice.is_muted = False
    voice.announcer.is_on = False
    voice.begin("b")
    assert voice.said == []
    assert [type(event) for event in voice.events] == [Notice, NoticeWithdrawn, Notice]


def test_the_end_of_what_never_began_is_nothing() -> None:
    voice = Voice()
    voice.end("a")
    assert voice.events == []
