"""A session in every shape that it can be exported to."""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.history.export import FORMATS, find_format
from engine.history.export.chapters import Chapter, mark
from engine.history.export.material import Material, Span
from engine.history.export.sound import SAMPLE_RATE, write
from engine.history.records import SentenceRecord, SessionRecord, TurnRecord
from engine.protocols import AudioChunk
from tests.support.sound_bytes import tone

SESSION = SessionRecord(7, 1000.0, 1060.0, "/home/me/<web>", "claude", "mod", "ja", 4, "Why does it fail?")
TURNS = {
    1: TurnRecord(1, "Why does it fail?", 1000.0, 1020.0, False),
    2: TurnRecord(2, "Fix it | now", 1030.0, None, False),
}


def sentence(number: int, en: str, ja: str, **changes: object) -> SentenceRecord:
    values: dict[str, object] = {
        "id": number,
        "session_id": 7,
        "number": number,
        "turn": 1,
        "kind": "prose",
        "level": 0,
        "ordinal": "",
        "code_language": "",
        "speaker": "",
        "is_old": False,
        "en": en,
        "markdown": en,
        "ja": ja,
        "state": "spoken",
        "reason": None,
        "translator": "llama:x",
        "guard": "ok",
        "voice": "openjtalk:mei",
        "written_at": 1001.0,
        "sounded_at": 1000.0 + number * 2,
        "audio_s": 1.5,
        "timings": {"translate_ms": 500.0},
    }
    return SentenceRecord(**(values | changes))  # type: ignore[arg-type]


SENTENCES = [
    sentence(1, "A file is missing.", "ファイルがありません。", markdown="A **file** is missing."),
    sentence(2, "print('<b>')", "Pythonのコード、1行", kind="code", code_language="python"),
    sentence(3, "Use a | b & c.", "「a | b & c」を使います。", turn=2),
    sentence(4, "=cmd()", "=cmd()", turn=2, state="failed", guard="english", sounded_at=None, audio_s=0.0),
]


def material(**changes: object) -> Material:
    return Material(SESSION, TURNS, lambda: SENTENCES, **changes)  # type: ignore[arg-type]


def export(name: str, **changes: object) -> str:
    found = find_format(name)
    assert found
    return "".join(found.write(material(**changes)))


def test_markdown_has_english_as_written_and_japanese_below_it() -> None:
    text = export("markdown")
    assert text.startswith("# Why does it fail?\n")
    assert "A **file** is missing.\n\n> ファイルがありません。\n" in text
    assert "```python\nprint('<b>')\n```" in text
    assert text.index("❯ Why does it fail?") < text.index("A **file**") < text.index("❯ Fix it | now")
    assert "> =cmd()" not in text


def test_columns_stand_side_by_side_and_a_bar_breaks_no_table() -> None:
    rows = [line for line in export("columns").splitlines() if line.startswith("| ")]
    assert "| A file is missing. | ファイルがありません。 |" in rows
    assert r"| Use a \| b & c. | 「a \| b & c」を使います。 |" in rows
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 3 for row in rows)


def test_json_lines_hold_all_that_is_known() -> None:
    records = [json.loads(line) for line in export("jsonl").splitlines()]
    assert [record["number"] for record in records] == [1, 2, 3, 4]
    assert records[0]["timings"] == {"translate_ms": 500.0}
    assert (records[0]["start_s"], records[0]["end_s"]) == (2.0, 3.5)
    assert records[3]["start_s"] is None
    assert records[2]["prompt"] == "Fix it | now"


def test_csv_is_read_by_a_spreadsheet_and_runs_nothing_in_it() -> None:
    text = export("csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["ja"] for row in rows][:2] == ["ファイルがありません。", "Pythonのコード、1行"]
    assert rows[3]["en"] == "'=cmd()"
    assert rows[0]["translate_ms"] == "500.0"


def test_subtitles_are_timed_to_the_sound_of_the_session() -> None:
    text = export("srt")
    assert text.startswith("1\n00:00:02,000 --> 00:00:03,500\nファイルがありません。\nA file is missing.\n\n2\n")
    assert "=cmd" not in text
    assert "00:00:06,000 --> 00:00:07,500" in text


def test_subtitles_follow_the_sound_of_the_export_and_do_not_overlap() -> None:
    spans = {1: Span(0.0, 5.0), 3: Span(3661.5, 3662.0)}
    text = export("vtt", audio="a.flac", spans=spans | {2: Span(4.0, 6.0)})
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n")
    assert "01:01:01.500 --> 01:01:02.000\n「a | b &amp; c」を使います。\nUse a | b &amp; c.\n" in text


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.starts: list[str] = []
        self.text = ""
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "hr"):
            self.open.append(tag)
        values = dict(attrs)
        if start := values.get("data-start"):
            self.starts.append(start)
        if source := values.get("src"):
            self.sources.append(source)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("audio", ["", "a&b.flac"])
def test_the_page_is_whole_and_shows_text_as_text(audio: str) -> None:
    page = Page()
    page.feed(export("html", audio=audio, spans={1: Span(0.5, 2.0)} if audio else {}))
    assert page.open == []
    assert "print('<b>')" in page.text
    assert "/home/me/<web>" in page.text
    assert page.sources == ([audio] if audio else [])
    assert page.starts == (["0.500"] if audio else [])


def test_the_study_list_has_words_with_readings() -> None:
    lines = [line.split("\t") for line in export("study").splitlines()]
    assert lines[0][:2] == ["word", "reading"]
    words = {line[0]: line[1] for line in lines[1:]}
    assert words["使う"] == "つかう" or words["使う"] == "つかい"
    assert all(len(line) == 6 for line in lines)


def test_a_format_is_known_by_its_name_or_the_files() -> None:
    for known in FORMATS:
        assert find_format(known.name) is known
    for name in ("talk.srt", "out/talk.vtt", "x.html", "x.csv", "x.jsonl", "x.tsv", "x.md"):
        assert find_format(name)
    assert find_format("talk.docx") is None


# --- sound ---


def speak(japanese: str) -> Iterator[AudioChunk]:
    """Half a second for every sentence, a third of that at another rate."""
    yield AudioChunk(tone(0.3, SAMPLE_RATE), SAMPLE_RATE)
    yield AudioChunk(tone(0.2, 24_000), 24_000)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_the_sound_has_every_sentence_where_it_is_said_to_be_and_a_chapter_a_prompt(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"talk{suffix}"
    spans = write(path, SENTENCES, TURNS, speak, gap_s=0.25)
    samples, sample_rate = soundfile.read(path)
    assert sample_rate == SAMPLE_RATE
    loud = np.abs(samples) > 0.1
    for number, span in spans.items():
        start, end = round(span.start_s * SAMPLE_RATE), round(span.end_s * SAMPLE_RATE)
        assert (end - start) / SAMPLE_RATE == pytest.approx(0.5, abs=0.01), number
        assert loud[start:end].mean() > 0.8
        assert not loud[end + 500 : end + 10_000].any()
    starts, titles = zip(*chapters_of(path), strict=True)
    assert titles == ("Why does it fail?", "Fix it | now")
    assert starts == pytest.approx((0.0, spans[3].start_s), abs=0.002)


def test_a_sound_that_fails_half_way_leaves_no_file(tmp_path: Path) -> None:
    def fail(japanese: str) -> Iterator[AudioChunk]:
        raise OSError("the voice is gone")

    path = tmp_path / "talk.flac"
    with pytest.raises(OSError, match="gone"):
        write(path, SENTENCES, TURNS, fail, gap_s=0.1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_a_disk_that_is_full_leaves_no_file_and_says_so(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talk{suffix}"
    path.write_bytes(b"what was there before")
    many = SENTENCES * 200
    with limited_file_size(200_000), pytest.raises(OSError, match="Perhaps the disk is full"):
        write(path, many, TURNS, speak, gap_s=0.1)
    assert [(left.name, left.read_bytes()) for left in tmp_path.iterdir()] == [(path.name, b"what was there before")]


def test_a_place_where_nothing_may_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write(tmp_path / "nowhere" / "talk.wav", SENTENCES, TURNS, speak, gap_s=0.1)


@contextmanager
def limited_file_size(most_bytes: int) -> Iterator[None]:
    """Let no file of this process grow further, as on a full disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_chapters_change_no_sample(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talk{suffix}"
    soundfile.write(path, tone(3.0, SAMPLE_RATE), SAMPLE_RATE)
    before = soundfile.read(path)[0]
    mark(path, [Chapter(i / 500, f"章 {i} " + "x" * 90) for i in range(900)], SAMPLE_RATE)
    np.testing.assert_array_equal(soundfile.read(path)[0], before)
    start, title = chapters_of(path)[1]
    assert start == pytest.approx(0.002)
    assert title == "章 1 " + "x" * 76
    assert len(chapters_of(path)) > 300


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg"])
def test_what_is_no_sound_gets_no_chapters(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talk{suffix}"
    path.write_bytes(b"no sound at all " * 20)
    with pytest.raises(ValueError, match=r"is no|no Ogg"):
        mark(path, [Chapter(0.0, "One")], SAMPLE_RATE)
    assert path.read_bytes() == b"no sound at all " * 20


def chapters_of(path: Path) -> list[tuple[float, str]]:
    """Read the chapters with no code of ours."""
    data = path.read_bytes()
    if path.suffix == ".wav":
        at = data.index(b"cue ") + 8
        (count,) = struct.unpack_from("<I", data, at)
        starts = [struct.unpack_from("<I", data, at + 4 + 24 * i + 20)[0] / SAMPLE_RATE for i in range(count)]
        titles = re.findall(rb"labl....(?:....)([^\0]*)\0", data, re.DOTALL)
        return [(start, title.decode()) for start, title in zip(starts, titles, strict=True)]
    text = data.decode("utf-8", errors="replace")
    stamps = re.findall(r"CHAPTER\d{3}=(\d\d):(\d\d):(\d\d\.\d{3})", text)
    titles_of = re.findall(r"CHAPTER\d{3}NAME=((?:(?!\ufffd|[\x00-\x1f]).)*)", text)
    starts = [int(h) * 3600 + int(m) * 60 + float(s) for h, m, s in stamps]
    return list(zip(starts, titles_of, strict=True))
