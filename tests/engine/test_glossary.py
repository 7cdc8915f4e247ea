from __future__ import annotations

from pathlib import Path

import pytest

from engine import glossary
from engine.glossary import Glossary, GlossaryError

FILE = """
keep = ["Foo Bar", "C++"]
[translate]
"pull request" = "プルリクエスト"
"request" = "要求"
[read]
"kubectl" = "クーベコントロール"
"""


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "glossary.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_gives_its_three_parts(tmp_path: Path) -> None:
    words = glossary.load(_write(tmp_path, FILE))
    assert words.keep == ("Foo Bar", "C++")
    assert dict(words.translate) == {"pull request": "プルリクエスト", "request": "要求"}
    assert dict(words.read) == {"kubectl": "クーベコントロール"}
    assert words
    assert not Glossary()


def _found(english: str) -> list[tuple[str, str]]:
    words = Glossary(("Foo Bar", "C++"), {"pull request": "プルリクエスト", "request": "要求"})
    return [(english[match.start : match.end], match.replacement) for match in words.find(english)]


def test_terms_match_whole_words_of_any_case_the_longest_first() -> None:
    assert _found("A Pull Request is a request in foo bar.") == [
        ("Pull Request", "プルリクエスト"),
        ("request", "要求"),
        ("foo bar", "foo bar"),
    ]
    assert _found("Requests, foo_bar and request_id are other words.") == []
    assert _found("It is C++, not C.") == [("C++", "C++")]


def test_a_voice_reads_a_name_as_told() -> None:
    words = Glossary(read={"kubectl": "クーベコントロール", "db": "ディービー"})
    assert words.spoken("Kubectlを実行し、DBとdb_nameを見ます。") == (
        "クーベコントロールを実行し、ディービーとdb_nameを見ます。"
    )
    assert Glossary().spoken("kubectl") == "kubectl"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('keep = ["a"\n[translate]', r"glossary\.toml: .*line 2"),
        ('keep = "Foo"', "keep must be a list"),
        ('keep = ["Foo", 3]', "keep, entry 2"),
        ('keep = [" "]', "keep, entry 1"),
        ('translate = ["a"]', "translate must be a table"),
        ('[translate]\n"pull request" = 3', r'\[translate\] "pull request"'),
        ('[read]\n"kubectl" = ""', r'\[read\] "kubectl"'),
        ('[read]\n"" = "ア"', r"\[read\] has an empty key"),
        ("[kept]", 'unknown key "kept"; there are keep, translate and read'),
        (b'keep = ["\xff"]', r"not UTF-8 \(byte 9\)"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str | bytes, says: str) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(GlossaryError, match=says) as caught:
        glossary.load(path)
    assert str(path) in str(caught.value)


def test_the_file_lies_beside_the_config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "config.toml"))
    assert not glossary.load_for("")
    _write(tmp_path, FILE)
    assert glossary.load_for("").keep == ("Foo Bar", "C++")


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"nothing\.toml"):
        glossary.load_for(str(tmp_path / "nothing.toml"))
