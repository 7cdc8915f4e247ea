"""One language alone, and readings above the Japanese: what a row shows, and how the keys change it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest
from rich.cells import cell_len

from engine.events import PhraseStarted, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.sentence import Guard, Kind, Sentence, State
from engine.text.readings import read
from engine.text.ruby import Readings, Ruby
from tests.tui.conftest import RunApp, Screen
from tui.widgets.look import Above, Languages, Look
from tui.widgets.row import Row
from tui.widgets.row_layout import READING, draft_lines, row_lines
from tui.widgets.ruby import ruby_lines
from tui.widgets.spans import Line, line_width, plain
from tui.widgets.wrap import NO_LINE_START

EN, JA = "The settings are read.", "設定を読み込みます。"
VIEW = {"layout": "bilingual"}
JAPANESE = (
    "設定ファイルを読み込み、pytest 12件のテストを実行して、結果を画面に表示します。",
    "翻訳機能実装後、自動試験全項目合格済。",
    "「お問い合わせ」は、一ヶ月後に承ります（詳細は docs/keys.md）。",
    "これはテストです。",
)


def row(**more: object) -> Row:
    fields: dict[str, object] = {"state": State.SPOKEN, "ja": JA} | more
    return Row.of(Sentence(1, Kind.PROSE, EN, **fields))  # type: ignore[arg-type]


def shown(row: Row, look: Look, width: int = 100) -> list[str]:
    return plain(row_lines(row, width, look))


# One language


@pytest.mark.parametrize("width", [60, 100])
def test_one_language_alone_has_the_whole_width(width: int) -> None:
    long = row(ja=JA * 6)
    assert shown(row(), Look(Languages.ENGLISH), width) == [f" ✓ {EN}"]
    assert shown(row(), Look(Languages.JAPANESE), width) == [f" ✓ {JA}"]
    lines = row_lines(long, width, Look(Languages.JAPANESE))
    assert width - 14 < line_width(lines[0]) < width


def test_english_alone_still_says_why_a_sentence_failed() -> None:
    failed = row(state=State.FAILED, reason="the voice gave no sound")
    assert shown(failed, Look(Languages.ENGLISH)) == [f" ! {EN} ! the voice gave no sound"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"ja": "", "state": State.WAITING}, " · …"),
        ({"ja": "設定", "state": State.TRANSLATING}, " … 設定"),
        ({"ja": "", "state": State.SPOKEN, "is_old": True}, f" ✓ {EN}"),
        ({"ja": EN, "guard": Guard.ENGLISH}, f" ✓ (EN) {EN}"),
        ({"ja": "", "state": State.FAILED, "reason": "no translator"}, " ! ! no translator"),
        ({"speaker": "Explore"}, f" ✓ ↳ Explore: {JA}"),
    ],
)
def test_japanese_alone_where_there_is_none_yet_or_never_will_be(more: dict[str, object], expected: str) -> None:
    assert shown(row(**more), Look(Languages.JAPANESE)) == [expected]


def test_the_draft_is_english_and_not_shown_where_japanese_stands_alone() -> None:
    assert plain(draft_lines(Kind.PROSE, "Being writ", 100, Look(Languages.ENGLISH))) == ["   Being writ"]
    assert plain(draft_lines(Kind.PROSE, "Being writ", 100, Look(Languages.JAPANESE))) == ["   …"]


def test_code_has_a_caption_in_the_language_that_is_shown() -> None:
    code = Row.of(Sentence(1, Kind.CODE, "", markdown="```\nx\n```", ja="コードブロック、1行"))
    captions = [shown(code, Look(languages))[0] for languages in Languages]
    assert captions == [
        " · code · 1 line   コードブロック、1行",
        " · code · 1 line",
        " · コードブロック、1行",
    ]


# Readings


def furigana() -> Look:
    return Look(above=Above.FURIGANA, readings=read)


def test_hiragana_stands_over_kanji_and_english_beside_the_text() -> None:
    assert shown(row(), furigana(), 80) == [
        "                                         │ せってい よ  こ",
        f" ✓ {EN:37} │ 設定を   読み込みます。",
    ]


def test_latin_letters_stand_over_every_japanese_word() -> None:
    look = Look(Languages.JAPANESE, Above.ROMAJI, readings=read)
    assert shown(row(), look) == ["   settei o yomikomimasu", " ✓ 設定  を 読み込みます。"]


def test_nothing_stands_over_japanese_that_grows_or_is_not_read_yet() -> None:
    assert shown(row(state=State.TRANSLATING), furigana(), 80) == shown(row(state=State.TRANSLATING), Look(), 80)
    unknown = replace(furigana(), readings=lambda japanese: None)
    assert shown(row(), unknown, 80) == shown(row(), Look(), 80)


def test_a_bullet_stands_before_the_text_and_not_before_its_readings() -> None:
    item = Row.of(Sentence(1, Kind.LIST, EN, ja=JA, state=State.SPOKEN, level=1, markdown="- The settings"))
    assert shown(item, replace(furigana(), languages=Languages.JAPANESE)) == [
        "     せってい よ  こ",
        " ✓ • 設定を   読み込みます。",
    ]


@pytest.mark.parametrize("above", [Above.FURIGANA, Above.ROMAJI])
@pytest.mark.parametrize("japanese", JAPANESE)
def test_widths_are_exact_and_kinsoku_is_kept_with_readings(above: Above, japanese: str) -> None:
    readings = read(japanese)
    rubies = readings.furigana if above is Above.FURIGANA else readings.romaji
    for width in range(8, 80, 3):
        lines = ruby_lines(japanese, rubies, width)
        assert all(line.total <= width for line in lines)
        below = ["".join(text for _, text in line.pieces) for line in lines]
        assert "".join("".join(below).split()) == "".join(japanese.split())
        if width >= 16:
            assert not any(text.lstrip()[0] in NO_LINE_START for text in below)


@pytest.mark.parametrize("above", [Above.FURIGANA, Above.ROMAJI])
def test_every_reading_stands_over_its_word(above: Above) -> None:
    """Each begins at its word, or at most so much before it as it is longer; and touches no other reading."""
    text = JAPANESE[0]
    rubies = read(text).furigana if above is Above.FURIGANA else read(text).romaji
    for width in (24, 40, 100):
        seen: list[str] = []
        for line in ruby_lines(text, rubies, width):
            cell = 0
            starts = {}
            for place, piece in line.pieces:
                starts[place] = (cell, cell + cell_len(piece))
                cell += cell_len(piece)
            at = 0
            for reading in line.above.split():
                at = line.above.index(reading, at)
                left = cell_len(line.above[:at])
                right = left + cell_len(reading)
                ruby = next(ruby for ruby in rubies[len(seen) :])
                word_left, word_right = starts[ruby.start]
                assert reading == ruby.text
                assert left < word_right
                assert right > word_left
                seen.append(reading)
                at += len(reading)
        assert seen == [ruby.text for ruby in rubies]


def test_a_word_that_is_wider_than_a_line_loses_its_reading_and_nothing_else() -> None:
    (first, *_) = lines = ruby_lines("超長大複合名詞", [Ruby(0, 7, "ちょうちょうだいふくごうめいし")], 8)
    assert first.above == ""
    assert "".join(text for line in lines for _, text in line.pieces) == "超長大複合名詞"


# What is spoken


def roles(lines: list[Line], role: str) -> list[str]:
    return [span.text for line in lines for span in line if span.role == role]


def test_the_phrase_that_sounds_is_marked_over_line_ends() -> None:
    spoken = row(ja="設定ファイルを読み込み、内容を確認して、結果を表示します。", state=State.TRANSLATED)
    spoken.apply_speech(SpeechChanged(1, SpeechPhase.STARTED))
    assert "".join(roles(row_lines(spoken, 100), "sounding")) == spoken.sentence.ja
    spoken.apply_phrase(PhraseStarted(1, 12, 20))
    lines = row_lines(spoken, 70)
    assert "".join(roles(lines, "sounding-phrase")) == "内容を確認して、"
    assert len(roles(lines, "sounding-phrase")) > 1
    spoken.apply_speech(SpeechChanged(1, SpeechPhase.FINISHED))
    assert roles(row_lines(spoken, 100), "sounding-phrase") == []


def test_it_is_marked_below_its_readings_and_after_signs_that_are_left_out() -> None:
    spoken = row(ja="\u200b設定を\x07読み、書きます。", state=State.TRANSLATED)
    spoken.apply_speech(SpeechChanged(1, SpeechPhase.STARTED, is_replay=True))
    spoken.apply_phrase(PhraseStarted(1, 8, 13, is_replay=True))
    assert roles(row_lines(spoken, 100), "sounding-phrase") == ["書きます。"]
    look = Look(above=Above.FURIGANA, readings=lambda text: Readings((Ruby(8, 9, "か"),)))
    assert "".join(roles(row_lines(spoken, 100, look), "sounding-phrase")) == "書きます。"
    assert roles(row_lines(spoken, 100, look), READING)[0].strip() == "か"


def test_the_mark_goes_on_over_the_gap_between_two_words() -> None:
    spoken = row(ja="翻訳機能実装。", state=State.TRANSLATED)
    spoken.apply_speech(SpeechChanged(1, SpeechPhase.STARTED))
    spoken.apply_phrase(PhraseStarted(1, 2, 7))
    lines = row_lines(spoken, 100, furigana())
    assert "".join(roles(lines, "sounding-phrase")) == "機能   実装。"


async def test_the_phrase_moves_on_the_screen(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(
            SentenceAdded(Sentence(1, Kind.PROSE, EN)),
            TranslationChanged(1, "設定を読み、書きます。", True, guard=Guard.OK),
            SpeechChanged(1, SpeechPhase.STARTED),
            PhraseStarted(1, 0, 6),
        )
        assert underlined(screen) == "設定を読み、"
        await screen.say(PhraseStarted(1, 6, 11))
        assert underlined(screen) == "書きます。"
        await screen.say(SpeechChanged(1, SpeechPhase.FINISHED))
        assert underlined(screen) == ""


def underlined(screen: Screen) -> str:
    height = screen.view.scrollable_content_region.height
    segments = [segment for y in range(height) for segment in screen.view.render_line(y)]
    return "".join(s.text for s in segments if s.style is not None and s.style.underline and s.style.bold)


# By key, through the worker process


async def until_shown(screen: Screen, text: str) -> None:
    deadline = time.monotonic() + 120
    while not any(text in line for line in screen.rows()):
        assert time.monotonic() < deadline, screen.rows()
        await asyncio.sleep(0.02)
        await screen.pilot.pause()


async def test_keys_go_through_languages_and_readings(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(SentenceAdded(Sentence(1, Kind.PROSE, EN)), TranslationChanged(1, JA, True, guard=Guard.OK))
        await screen.press("u")
        await until_shown(screen, "せってい")
        await screen.press("u")
        assert any("settei" in line for line in screen.rows())
        await screen.press("b")
        assert "English only" in screen.status()
        assert any(EN in line for line in screen.rows())
        assert not any("設定" in line for line in screen.rows())
        await screen.press("b")
        assert any("yomikomimasu" in line for line in screen.rows())
        assert not any(EN in line for line in screen.rows())
        await screen.press("b", "u")
        assert not any("settei" in line for line in screen.rows())
        assert any(EN in line and JA in line for line in screen.rows())


async def test_the_settings_say_how_rows_begin(run_app: RunApp) -> None:
    async with run_app(**VIEW, languages="japanese", readings="furigana") as screen:
        await screen.say(SentenceAdded(Sentence(1, Kind.PROSE, EN)), TranslationChanged(1, JA, True, guard=Guard.OK))
        await until_shown(screen, "せってい")
        assert not any(EN in line for line in screen.rows())


async def test_a_dictionary_that_cannot_be_loaded_is_told_and_the_rows_stay(
    run_app: RunApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.reading_desk.FACTORY", "engine.text.reading_host:no_such_thing")
    async with run_app(**VIEW) as screen:
        await screen.say(SentenceAdded(Sentence(1, Kind.PROSE, EN)), TranslationChanged(1, JA, True, guard=Guard.OK))
        await screen.press("u")
        deadline = time.monotonic() + 120
        while "Readings cannot be shown" not in screen.status():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        assert any(JA in line for line in screen.rows())
