from __future__ import annotations

import tomllib

import pytest

from engine.toml_errors import line_of, read_error

TEXT = '''\
name = "x"
# text = 1
[ ui ]  # here
 "panel" = 2
list = [
  "surface = 1",
]
inside . deep = 3
last = """
[text]
surface = 1
"""
surface = 1

[[many]]
one = { two = 2, three = { four = 4 } }
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("name", 1),
        ("ui", 3),
        ("ui.panel", 4),
        ("ui.list", 5),
        ("ui.inside", 8),
        ("ui.inside.deep", 8),
        ("ui.last", 9),
        ("ui.surface", 13),
        ("many", 15),
        ("many.one.three.four", 16),
        ("text", None),
        ("surface", None),
        ("", None),
    ],
)
def test_the_line_of_a_key_as_toml_can_write_it(key: str, line: int | None) -> None:
    tomllib.loads(TEXT)
    assert line_of(TEXT, key) == line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a = 1\nb = \n", "line 2: this is not TOML: invalid value"),
        (b"a = 1\na = 2\n", "line 2: this is not TOML: cannot overwrite a value"),
        (b"a = 1\nb = '\xe3\x81'\n", "line 2: this is not UTF-8"),
    ],
)
def test_what_is_no_toml_is_told_by_line(content: bytes, says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (both are ValueErrors, and read_error takes no other)
        tomllib.loads(content.decode())
    assert isinstance(caught.value, UnicodeDecodeError | tomllib.TOMLDecodeError)
    assert read_error("mine.toml", caught.value) == f"mine.toml, {says}"


def test_a_file_that_cannot_be_opened_is_told_with_the_reason() -> None:
    error = PermissionError(13, "Permission denied")
    assert read_error("mine.toml", error) == "mine.toml cannot be read: Permission denied"
