"""What is provisional is dim; what is committed stays; and the user's place stays whatever comes."""

from __future__ import annotations

from engine.events import (
    DraftChanged,
    Event,
    PhraseStarted,
    SentenceAdded,
    SpeechChanged,
    SpeechPhase,
    TranslationChanged,
)
from engine.sentence import Guard, Kind, Sentence
from tests.tui.conftest import RunApp, Screen

VIEW = {"layout": "bilingual"}


def added(*numbers: int) -> list[Event]:
    return [SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence {number}.")) for number in numbers]


def spoken(number: int) -> list[Event]:
    """Everything that happens to a sentence after it was added."""
    return [
        TranslationChanged(number, "これは、", False),
        TranslationChanged(number, "これは、日本語の文です。", True, guard=Guard.OK),
        SpeechChanged(number, SpeechPhase.STARTED),
        PhraseStarted(number, 0, 4),
        PhraseStarted(number, 4, 12),
        SpeechChanged(number, SpeechPhase.FINISHED),
    ]


def english(screen: Screen, number: int) -> tuple[str, str]:
    """The English of a row and its role."""
    rows = screen.view.rows
    spans = [span for y in range(rows.height) for span in rows.line(y)[0]]
    (span,) = [span for span in spans if f"Sentence {number}" in span.text]
    return span.text, span.role


async def test_a_draft_is_dim_until_it_is_a_sentence_which_never_changes(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        for text in ("Sentence 1", "Sentence 1 i"):
            await screen.say(DraftChanged(Kind.PROSE, text))
            assert english(screen, 1) == (text, "draft")
        await screen.say(*added(1), DraftChanged(Kind.PROSE, "Sentence 2"))
        assert english(screen, 1) == ("Sentence 1.", "english")
        assert english(screen, 2) == ("Sentence 2", "draft")
        for event in spoken(1):
            await screen.say(event)
            assert english(screen, 1) == ("Sentence 1.", "english")


async def test_japanese_only_grows_in_its_row(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*added(1, 2))
        heights = []
        for event in spoken(1):
            await screen.say(event)
            heights.append(screen.view.rows.height)
        assert set(heights) == {2}


async def test_the_place_stays_while_phrases_search_and_readings_change_the_rows(run_app: RunApp) -> None:
    """And one key goes back to what is new."""
    async with run_app(**VIEW) as screen:
        await screen.say(*added(*range(1, 101)))
        await screen.press("pageup")
        top = screen.rows()[0]
        assert not screen.view.is_following
        for number in range(98, 101):
            await screen.say(*spoken(number))
        await screen.say(*added(*range(101, 121)), DraftChanged(Kind.PROSE, "Sentence 121"))
        assert screen.rows()[0] == top
        await screen.press("b", "b")  # Japanese only: each row has another text, the first row is the same
        await screen.press("b")
        assert screen.rows()[0] == top
        await screen.press("slash", *"sentence 9")
        await screen.press("escape")
        await screen.pilot.pause()
        place = screen.view.selected
        assert place is not None
        await screen.say(*added(*range(121, 141)))
        assert any(f"Sentence {place}." in line for line in screen.rows())
        await screen.press("G")
        assert screen.view.is_following
        assert any("Sentence 140." in line for line in screen.rows())
        await screen.say(*added(141))
        assert any("Sentence 141." in line for line in screen.rows())
