"""What the settings make of things inside a sentence; checked on what Open JTalk's reader then says."""

from __future__ import annotations

import pytest

from engine.glossary import Glossary
from engine.settings import Speech
from engine.speech.manners import Manners
from engine.speech.reading import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def said(reader: Reader, text: str, **settings: str) -> str:
    return reader.read(Manners(Speech(**settings)).apply(text))  # type: ignore[arg-type]


URL_TEXT = "https://www.example.com/docs/api?x=1#top を見てください。"
PATH_TEXT = "src/engine/main.pyと~/notes/todoを開きます。"
HASH_TEXT = "コミット3f786850eです。"


def test_by_default_urls_and_hashes_are_named_and_paths_are_read(reader: Reader) -> None:
    assert said(reader, URL_TEXT) == "ユーアールエルを見てください。"
    assert said(reader, "コミット 3f786850e です。") == "コミット ハッシュです。"
    assert "メイン ドット パイ" in said(reader, PATH_TEXT)


def test_a_url_is_read_without_what_nobody_says(reader: Reader) -> None:
    read = said(reader, URL_TEXT, urls="read")
    assert read.startswith("イグザンプル ドット コム スラッシュ")
    assert "ダブリュー" not in read
    assert "トップ" not in read


def test_a_path_is_named_by_its_last_part(reader: Reader) -> None:
    assert said(reader, PATH_TEXT, paths="name") == "メイン ドット パイとトゥードゥーを開きます。"


def test_a_hash_is_read_digit_by_digit(reader: Reader) -> None:
    assert said(reader, "コミット a1b2c3d です。", hashes="read") == "コミット エー1ビー2シー3ディーです。"


@pytest.mark.parametrize(("text", "kind"), [(URL_TEXT, "urls"), ("コミット 3f786850e です。", "hashes")])
def test_what_is_skipped_is_not_said(reader: Reader, text: str, kind: str) -> None:
    spoken = said(reader, text, **{kind: "skip"})
    assert "ユーアールエル" not in spoken
    assert "ハッシュ" not in spoken
    assert spoken.endswith("。")


@pytest.mark.parametrize("text", ["TCP/IPとCI/CDを使います。", "1/2です。", "and/or", "はい/いいえ"])
def test_a_slash_alone_makes_no_path(text: str) -> None:
    assert Manners(Speech(paths="skip")).apply(text) == text


def test_the_users_readings_hold_for_every_voice() -> None:
    manners = Manners(Speech(), Glossary(read={"kubectl": "クーベコントロール"}))
    assert manners.apply("Kubectlを実行します。") == "クーベコントロールを実行します。"
