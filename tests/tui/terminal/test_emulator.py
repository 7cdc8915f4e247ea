from __future__ import annotations

import pytest

from tui.terminal.cells import PLAIN, CellStyle, Run
from tui.terminal.emulator import Cursor, CursorShape, Emulator


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(20, 4)


def _draw(emulator: Emulator, text: str) -> Emulator:
    emulator.feed(text.encode())
    emulator.take_dirty()
    return emulator


def _styles(emulator: Emulator, y: int = 0) -> list[tuple[str, CellStyle]]:
    return [(run.text.rstrip(" ") or " ", run.style) for run in emulator.row(y)]


@pytest.mark.parametrize(
    ("sequence", "style"),
    [
        ("1", CellStyle(bold=True)),
        ("2", CellStyle(faint=True)),
        ("3", CellStyle(italic=True)),
        ("4", CellStyle(underline=1)),
        ("4:2", CellStyle(underline=2)),
        ("4:3", CellStyle(underline=3)),
        ("5", CellStyle(blink=True)),
        ("7", CellStyle(inverse=True)),
        ("8", CellStyle(invisible=True)),
        ("9", CellStyle(strikethrough=True)),
        ("53", CellStyle(overline=True)),
        ("31", CellStyle(foreground=1)),
        ("94", CellStyle(foreground=12)),
        ("42", CellStyle(background=2)),
        ("105", CellStyle(background=13)),
        ("38;5;208", CellStyle(foreground=208)),
        ("48;5;17", CellStyle(background=17)),
        ("38;2;1;2;3", CellStyle(foreground=(1, 2, 3))),
        ("48;2;250;251;252", CellStyle(background=(250, 251, 252))),
        ("58;5;9;4", CellStyle(underline=1, underline_color=9)),
        ("1;3;7;38;2;9;8;7;44", CellStyle(bold=True, italic=True, inverse=True, foreground=(9, 8, 7), background=4)),
    ],
)
def test_styles_and_colours(emulator: Emulator, sequence: str, style: CellStyle) -> None:
    _draw(emulator, f"a\x1b[{sequence}mB\x1b[0mc")
    assert _styles(emulator) == [("a", PLAIN), ("B", style), ("c", PLAIN)]


def test_erasing_with_a_background_colours_the_rest_of_the_row(emulator: Emulator) -> None:
    _draw(emulator, "ab\x1b[41m\x1b[K\x1b[48;2;9;8;7m\r\n\x1b[K")
    assert emulator.row(0) == (Run("ab", 2, PLAIN), Run(" " * 18, 18, CellStyle(background=1)))
    assert emulator.row(1) == (Run(" " * 20, 20, CellStyle(background=(9, 8, 7))),)


def test_links_are_kept_apart(emulator: Emulator) -> None:
    _draw(emulator, "\x1b]8;;http://a/\x1b\\A\x1b]8;;http://b/\x1b\\B\x1b]8;;\x1b\\C")
    assert [(text, style.link) for text, style in _styles(emulator)] == [
        ("A", "http://a/"),
        ("B", "http://b/"),
        ("C", ""),
    ]


def test_a_link_is_one_run(emulator: Emulator) -> None:
    _draw(emulator, "\x1b]8;;http://a/\x1b\\ab\x1b[1mcd日e\x1b[m\x1b]8;;\x1b\\fg")
    (plain, bold, rest) = emulator.row(0)
    link = CellStyle(link="http://a/")
    assert plain == Run("ab", 2, link)
    assert bold == Run("cd日e", 5, link._replace(bold=True), (("c", 1), ("d", 1), ("日", 2), ("e", 1)))
    assert rest.style == PLAIN


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("日本", [("日", 2), ("本", 2)]),
        ("e\u0301x", [("e\u0301", 1), ("x", 1)]),
        ("か\u3099", [("か\u3099", 2)]),
        ("👨\u200d👩\u200d👧", [("👨\u200d👩\u200d👧", 2)]),
        ("👍🏽", [("👍🏽", 2)]),
        ("🇯🇵", [("🇯🇵", 2)]),
        ("❤\ufe0f", [("❤\ufe0f", 2)]),
        ("ｱ─", [("ｱ", 1), ("─", 1)]),
    ],
)
def test_wide_and_combined_characters(emulator: Emulator, text: str, clusters: list[tuple[str, int]]) -> None:
    _draw(emulator, text)
    (run,) = emulator.row(0)
    assert [cluster for cluster in run.clusters if cluster != (" ", 1)] == clusters
    assert run.width == sum(width for _, width in run.clusters) == 20
    assert emulator.cursor.x == sum(width for _, width in clusters)


def test_a_wide_character_does_not_cross_the_right_edge(emulator: Emulator) -> None:
    _draw(emulator, "1234567890123456789日本")
    assert emulator.text()[:2] == ["1234567890123456789", "日本"]
    assert [sum(run.width for run in emulator.row(y)) for y in (0, 1)] == [20, 20]


def test_overwriting_half_a_wide_character_removes_it(emulator: Emulator) -> None:
    _draw(emulator, "日本\x1b[1;2Hx")
    assert emulator.text()[0] == " x本"


def test_control_characters_never_get_into_the_text(emulator: Emulator) -> None:
    emulator.feed(b"a\xc2\x9bb\x7fc\x00d\xed\xa0\x80e\xff")
    emulator.take_dirty()
    assert all(character.isprintable() for row in emulator.text() for character in row)


def test_only_what_changed_is_dirty(emulator: Emulator) -> None:
    _draw(emulator, "one\r\ntwo\r\nthree")
    assert emulator.take_dirty() == ()
    emulator.feed(b"\x1b[2;1HTWO")
    assert set(emulator.take_dirty()) == {1, 2}  # the row that the cursor left is drawn without it
    assert emulator.text() == ["one", "TWO", "three", ""]


def test_cursor(emulator: Emulator) -> None:
    assert _draw(emulator, "\x1b[3;5H").cursor == Cursor(4, 2, visible=True, shape=CursorShape.BLOCK)
    assert _draw(emulator, "\x1b[4 q").cursor.shape is CursorShape.UNDERLINE
    assert _draw(emulator, "\x1b[6 q").cursor.shape is CursorShape.BAR
    assert not _draw(emulator, "\x1b[?25l").cursor.visible


def test_modes(emulator: Emulator) -> None:
    before = emulator.modes
    emulator.feed(b"\x1b[?1049h\x1b[?2004h\x1b[?1002h\x1b[?1004h\x1b[?2026h\x1b[?2031h")
    after = emulator.modes
    names = ("alternate_screen", "bracketed_paste", "mouse", "focus", "synchronized", "color_scheme")
    assert [getattr(before, name) for name in names] == [False] * 6
    assert [getattr(after, name) for name in names] == [True] * 6


def test_a_synchronized_update_is_held_until_its_end(emulator: Emulator) -> None:
    emulator.feed(b"\x1b[?2026hhalf")
    assert emulator.is_held
    emulator.feed(b"whole\x1b[?2026l")
    assert not emulator.is_held


@pytest.mark.parametrize(
    ("query", "reply"),
    [
        (b"\x1b[6n", b"\x1b[1;1R"),
        (b"\x1b[?u", b"\x1b[?0u"),
        (b"\x1b[18t", b"\x1b[8;4;20t"),
        (b"\x1b]10;?\x1b\\", b"\x1b]10;rgb:e0e0/e1e1/e2e2\x1b\\"),
        (b"\x1b]11;?\x1b\\", b"\x1b]11;rgb:1010/1111/1212\x1b\\"),
        (b"\x1b[?996n", b"\x1b[?997;1n"),
        (b"\x1b[?2004$p", b"\x1b[?2004;2$y"),
    ],
)
def test_queries_are_answered(emulator: Emulator, query: bytes, reply: bytes) -> None:
    replies: list[bytes] = []
    emulator.events.on_reply = replies.append
    emulator.set_default_colors((0xE0, 0xE1, 0xE2), (0x10, 0x11, 0x12))
    emulator.feed(query)
    assert replies == [reply]


@pytest.mark.parametrize("query", [b"\x1b[c", b"\x1b[>0q", b"\x1b[>c"])
def test_identity_queries_are_answered(emulator: Emulator, query: bytes) -> None:
    replies: list[bytes] = []
    emulator.events.on_reply = replies.append
    emulator.feed(query)
    assert len(replies) == 1
    assert replies[0].startswith(b"\x1b")


def test_a_program_that_wants_to_know_hears_when_dark_becomes_light(emulator: Emulator) -> None:
    replies: list[bytes] = []
    emulator.events.on_reply = replies.append
    emulator.set_default_colors((255, 255, 255), (0, 0, 0))
    emulator.feed(b"\x1b[?2031h")
    emulator.set_default_colors((0, 0, 0), (255, 255, 255))
    emulator.set_default_colors((10, 10, 10), (250, 250, 250))
    assert replies == [b"\x1b[?997;2n"]


def test_the_clipboard_cannot_be_read(emulator: Emulator) -> None:
    replies: list[bytes] = []
    emulator.events.on_reply = replies.append
    emulator.feed(b"\x1b]52;c;?\x1b\\")
    assert replies == []


def test_title_bell_and_clipboard(emulator: Emulator) -> None:
    heard: list[str] = []
    emulator.events.on_title = heard.append
    emulator.events.on_bell = lambda: heard.append("bell")
    emulator.events.on_clipboard = heard.append
    emulator.feed("\x1b]0;題名\x07\x07\x1b]52;c;Y29waWVk\x07".encode())
    assert heard == ["題名", "bell", "copied"]
    assert emulator.title == "題名"


def test_a_palette_of_our_own_and_a_change_by_the_program(emulator: Emulator) -> None:
    emulator.set_palette([(index, index, index) for index in range(16)])
    emulator.feed(b"\x1b]4;3;#aabbcc\x1b\\")
    emulator.take_dirty()
    assert emulator.palette[2] == (2, 2, 2)
    assert emulator.palette[3] == (0xAA, 0xBB, 0xCC)
    assert emulator.palette[231] == (255, 255, 255)
    assert len(emulator.palette) == 256


def test_resizing_flows_the_lines_and_makes_all_rows_new(emulator: Emulator) -> None:
    _draw(emulator, "a long line of text")
    emulator.resize(10, 3)
    assert list(emulator.take_dirty()) == [0, 1, 2]
    assert emulator.text() == ["a long lin", "e of text", ""]
    assert (emulator.cols, emulator.rows) == (10, 3)


def test_no_size_is_too_small() -> None:
    emulator = Emulator(0, 0)
    emulator.feed("日本".encode())
    emulator.resize(0, 5)
    emulator.take_dirty()
    assert (emulator.cols, emulator.rows) == (1, 5)


def test_looking_back(emulator: Emulator) -> None:
    _draw(emulator, "\r\n".join(str(number) for number in range(10)))
    emulator.scroll(-5)
    emulator.take_dirty()
    assert emulator.text() == ["1", "2", "3", "4"]
    assert not emulator.cursor.in_view
    emulator.scroll_to_end()
    emulator.take_dirty()
    assert emulator.text() == ["6", "7", "8", "9"]
    assert emulator.cursor.in_view


def test_rows_outside_are_blank(emulator: Emulator) -> None:
    assert emulator.row(99) == (Run(" " * 20, 20, PLAIN),)


def test_an_error_in_a_callback_is_raised_by_feed(emulator: Emulator) -> None:
    def fail(data: bytes) -> None:
        raise ValueError("no one listens")

    emulator.events.on_reply = fail
    with pytest.raises(ValueError, match="no one listens"):
        emulator.feed(b"\x1b[c")
