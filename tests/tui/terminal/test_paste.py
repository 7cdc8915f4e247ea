from __future__ import annotations

from tui.terminal.paste import encode_paste


def test_brackets() -> None:
    assert encode_paste("a\nb\tc", bracketed=True) == b"\x1b[200~a\nb\tc\x1b[201~"


def test_as_if_typed_without_brackets() -> None:
    assert encode_paste("a\nb", bracketed=False) == b"a\rb"


def test_pasted_text_cannot_end_the_paste_or_press_keys() -> None:
    data = encode_paste("x\x1b[201~rm -rf /\r\x03\x04\x1b[A\x7f", bracketed=True)
    inside = data.removeprefix(b"\x1b[200~").removesuffix(b"\x1b[201~")
    assert len(data) == len(inside) + 12
    assert b"rm -rf /" in inside
    assert not {0x03, 0x04, 0x1B, 0x7F} & set(inside)


def test_japanese_and_long_text_come_through() -> None:
    text = "日本語のテキスト👍\n" * 20_000
    assert encode_paste(text, bracketed=True) == b"\x1b[200~" + text.encode() + b"\x1b[201~"


def test_nothing() -> None:
    assert encode_paste("", bracketed=False) == b""
