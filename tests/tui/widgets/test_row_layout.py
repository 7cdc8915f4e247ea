"""What a row shows, in both forms, and what events make of it."""

from __future__ import annotations

import pytest

from engine.events import SpeechChanged, SpeechPhase, TranslationChanged
from engine.sentence import Guard, Kind, Sentence, State
from tui.widgets.row import MARKS, Row
from tui.widgets.row_layout import DIVIDER, SIDE_BY_SIDE_WIDTH, draft_lines, note_lines, row_lines, separator_lines
from tui.widgets.spans import line_width, plain

WIDE, NARROW = 100, 60
JA = "日本語の文です。"


def row(kind: Kind = Kind.PROSE, en: str = "An English sentence.", **more: object) -> Row:
    return Row.of(Sentence(1, kind, en, **more))  # type: ignore[arg-type]


def shown(row: Row, width: int = WIDE) -> list[str]:
    return plain(row_lines(row, width))


def test_side_by_side_when_wide() -> None:
    (line,) = shown(row(ja=JA))
    english, japanese = line.split(DIVIDER.strip())
    assert english.strip() == "· An English sentence."
    assert japanese.strip() == JA


def test_english_above_japanese_when_narrow() -> None:
    assert shown(row(ja=JA), NARROW) == [" · An English sentence.", "   " + JA]


def test_both_columns_stay_aligned_when_one_is_longer() -> None:
    lines = shown(row(en="word " * 30, ja=JA))
    columns = {line.index("│") for line in lines}
    assert len(lines) > 2
    assert len(columns) == 1


@pytest.mark.parametrize("width", [60, SIDE_BY_SIDE_WIDTH - 1, SIDE_BY_SIDE_WIDTH, 80, 100, 201])
@pytest.mark.parametrize("kind", list(Kind))
def test_no_line_is_wider_than_the_view(kind: Kind, width: int) -> None:
    long = "A rather long sentence with averyveryverylongwordinitthatdoesnotfitanywhereatall, and more. " * 3
    entry = row(kind, long, markdown=f"| {long} | b |\n|---|---|\n| c | d |", ja=JA * 12, level=3, ordinal="12.")
    assert all(line_width(line) <= width for line in row_lines(entry, width))


def test_headings_have_air_above_and_are_bold_in_both_languages() -> None:
    lines = row_lines(row(Kind.HEADING, "Title", ja="題", level=2), WIDE)
    assert lines[0] == ()
    roles = {span.role for span in lines[1] if span.text in ("Title", "題")}
    assert roles == {"heading-english", "heading-japanese"}


def test_list_items_have_bullet_ordinal_and_indent() -> None:
    assert shown(row(Kind.LIST, "One.", level=1, markdown="- One."))[0].startswith(" · • One.")
    assert shown(row(Kind.LIST, "Two.", level=2, ordinal="3.", markdown="  3. Two."))[0].startswith(" ·   3. Two.")


def test_a_later_sentence_of_an_item_stands_under_the_first_without_a_bullet() -> None:
    assert shown(row(Kind.LIST, "Second.", level=1, markdown="Second."))[0].startswith(" ·   Second.")


def test_wrapped_list_lines_stand_under_the_text() -> None:
    lines = shown(row(Kind.LIST, "word " * 30, level=1, markdown="- word"), NARROW)
    assert all(line.startswith("     word") for line in lines[1:])


def test_quotes_have_a_bar_on_every_line() -> None:
    lines = shown(row(Kind.QUOTE, "word " * 30), NARROW)
    assert len(lines) > 1
    assert all(line[3] == "▏" for line in lines)


def test_code_is_folded() -> None:
    code = "```python\n" + "\n".join(f"    x = {n}" for n in range(15)) + "\n```"
    lines = shown(row(Kind.CODE, "", markdown=code, language="python", lines=15, ja="コードブロック、15行"))
    assert lines[0] == " · python · 15 lines   コードブロック、15行"
    assert lines[1] == "   ▏     x = 0"
    assert lines[12] == "   ▏     x = 11"
    assert lines[13:] == ["   ▏ … 3 more lines (z)"]


def test_code_that_just_fits_is_not_folded() -> None:
    lines = shown(row(Kind.CODE, "", markdown="\n".join(["~~~", *map(str, range(12)), "~~~"]), lines=12))
    assert lines[0] == " · code · 12 lines"
    assert lines[-1] == "   ▏ 11"


def test_tables_have_aligned_cells_and_no_markdown() -> None:
    table = "| Key | 意味 |\n|:---|---:|\n| `日本` | **b** |\n| c \\| d |"
    lines = shown(row(Kind.TABLE, "", markdown=table, lines=2))
    assert lines == [
        " · table · 2 rows",
        "   ▏ Key   │ 意味",
        "   ▏ ──────┼─────",
        "   ▏ 日本  │    b",
        "   ▏ c | d │",
    ]


def test_a_rule_is_a_line() -> None:
    (line,) = shown(row(Kind.RULE, ""))
    assert set(line.strip(" ·")) == {"─"}


def test_text_of_a_model_is_never_markup_or_control() -> None:
    (line,) = shown(row(en="[bold red]x[/] \x1b[2J", ja="[link=https://x]日本\x07"), WIDE)
    assert "[bold red]x[/] �[2J" in line
    assert "[link=https://x]日本�" in line


def test_every_state_has_its_own_one_cell_mark() -> None:
    assert set(MARKS) == set(State)
    assert len(set(MARKS.values())) == len(MARKS)


@pytest.mark.parametrize("state", list(State))
def test_the_mark_has_the_states_colour(state: State) -> None:
    first = row_lines(row(ja=JA, state=state), WIDE)[0]
    assert (first[0].text, first[0].role) == (f" {MARKS[state]} ", f"state-{state}")


def test_a_failure_says_why_and_keeps_the_english() -> None:
    (line,) = shown(row(state=State.FAILED, reason="the voice gave no sound"))
    assert "An English sentence." in line
    assert "! the voice gave no sound" in line


def test_english_that_was_not_translated_is_marked() -> None:
    (line,) = shown(row(ja="An English sentence.", guard=Guard.ENGLISH))
    assert "(EN) An English sentence." in line


def test_translation_grows_and_settles() -> None:
    entry = row()
    entry.apply_translation(TranslationChanged(1, "日本", False))
    assert (entry.sentence.ja, entry.mark) == ("日本", MARKS[State.TRANSLATING])
    entry.apply_translation(TranslationChanged(1, JA, True, guard=Guard.OK))
    assert (entry.sentence.ja, entry.mark) == (JA, MARKS[State.TRANSLATED])


def test_a_late_translation_does_not_take_the_voice_back() -> None:
    entry = row()
    entry.apply_speech(SpeechChanged(1, SpeechPhase.STARTED))
    entry.apply_translation(TranslationChanged(1, JA, True))
    assert entry.is_sounding
    assert entry.sentence.ja == JA


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (SpeechPhase.FINISHED, State.SPOKEN),
        (SpeechPhase.SKIPPED, State.SKIPPED),
        (SpeechPhase.MUTED, State.MUTED),
        (SpeechPhase.FAILED, State.FAILED),
    ],
)
def test_every_end_has_its_state(phase: SpeechPhase, state: State) -> None:
    entry = row()
    entry.apply_speech(SpeechChanged(1, phase, reason="why"))
    assert entry.sentence.state is state
    assert not entry.is_sounding


def test_a_replay_lights_the_row_and_leaves_its_state() -> None:
    entry = row(state=State.SPOKEN, ja=JA)
    entry.apply_speech(SpeechChanged(1, SpeechPhase.STARTED, is_replay=True))
    assert (entry.is_sounding, entry.mark) == (True, MARKS[State.SPEAKING])
    entry.apply_speech(SpeechChanged(1, SpeechPhase.SKIPPED, is_replay=True))
    assert (entry.is_sounding, entry.mark) == (False, MARKS[State.SPOKEN])


def test_the_row_has_its_own_copy() -> None:
    sentence = Sentence(1, Kind.PROSE, "x")
    Row.of(sentence).apply_speech(SpeechChanged(1, SpeechPhase.FINISHED))
    assert sentence.state is State.WAITING


def test_the_draft_is_where_its_row_will_be() -> None:
    assert plain(draft_lines(Kind.PROSE, "Being writ", NARROW)) == ["   Being writ"]
    assert {span.role for line in draft_lines(Kind.LIST, "x", WIDE) for span in line if span.text == "x"} == {"draft"}
    assert plain(draft_lines(Kind.CODE, "x = 1", WIDE)) == ["   ▏ x = 1"]


def test_a_turn_has_its_prompt_and_the_time_only_if_given() -> None:
    without, with_time = (plain(separator_lines("直して\x1b please", time, 60)) for time in (None, "14:03"))
    assert "❯ 直して� please ─" in without[1]
    assert not any(character.isdigit() for character in without[1])
    assert with_time[1].endswith(" 14:03 ─")


@pytest.mark.parametrize("prompt", ["", "short", "とても長い" * 40, "word " * 60])
def test_a_turns_line_is_exactly_as_wide_as_the_view(prompt: str) -> None:
    for time in (None, "14:03"):
        assert line_width(separator_lines(prompt, time, 80)[1]) == 80


def test_a_note_is_wrapped() -> None:
    assert all(len(line) <= 60 for line in plain(note_lines("— interrupted — " * 9, 60)))
