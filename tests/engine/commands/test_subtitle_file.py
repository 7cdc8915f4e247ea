"""Subtitles that grow beside the sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.subtitle_file import SubtitleFile
from engine.events import SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.sentence import Guard, Kind, Sentence


def told(file: SubtitleFile, number: int, en: str, ja: str) -> None:
    file.take(SentenceAdded(Sentence(number, Kind.PROSE, en)))
    file.take(TranslationChanged(number, ja, final=True, guard=Guard.OK))


def ended(
    file: SubtitleFile,
    number: int,
    start_s: float | None,
    end_s: float | None,
    phase: SpeechPhase = SpeechPhase.FINISHED,
    *,
    is_replay: bool = False,
) -> None:
    file.take(SpeechChanged(number, phase, start_s=start_s, end_s=end_s, is_replay=is_replay))


def test_each_sentence_is_in_the_file_as_soon_as_it_has_sounded(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    with SubtitleFile(path) as file:
        told(file, 1, "It works.", "動きます。")
        told(file, 2, "Really.", "本当に。")
        file.take(SpeechChanged(1, SpeechPhase.STARTED))
        assert path.read_text() == ""
        ended(file, 1, 0.0, 1.25)
        first = "1\n00:00:00,000 --> 00:00:01,250\n動きます。\nIt works.\n\n"
        assert path.read_text(encoding="utf-8") == first
        ended(file, 2, 1.4, 3601.5)
        second = "2\n00:00:01,400 --> 01:00:01,500\n本当に。\nReally.\n\n"
        assert path.read_text(encoding="utf-8") == first + second


def test_web_subtitles_have_their_head_at_once_and_no_markup(tmp_path: Path) -> None:
    path = tmp_path / "talk.VTT"
    with SubtitleFile(path) as file:
        assert path.read_text() == "WEBVTT\n\n"
        told(file, 1, "a < b\n\n& c --> d", "a < b")
        ended(file, 1, 0.5, 1.0)
    cue = "00:00:00.500 --> 00:00:01.000\na &lt; b\na &lt; b &amp; c --&gt; d\n\n"
    assert path.read_text() == f"WEBVTT\n\n{cue}"


def test_what_did_not_sound_is_left_out_and_numbers_go_on(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    with SubtitleFile(path) as file:
        for number in (1, 2, 3, 4):
            told(file, number, f"Sentence {number}.", f"文{number}")
        ended(file, 1, None, None, SpeechPhase.SKIPPED)
        ended(file, 2, 0.0, 0.5, SpeechPhase.SKIPPED)
        ended(file, 2, 7.0, 7.5, is_replay=True)
        ended(file, 3, 1.0, 1.0, SpeechPhase.MUTED)
        ended(file, 4, 1.0, 2.0, SpeechPhase.FAILED)
        file.take(TranslationChanged(1, "遅い", final=True))
    text = path.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("文")] == ["文2", "文4"]
    assert text.splitlines()[5] == "2"


def test_what_stayed_english_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    with SubtitleFile(path) as file:
        told(file, 1, "README.md", "README.md")
        ended(file, 1, 0.0, 1.0)
    assert path.read_text().count("README.md") == 1


def test_a_full_disk_is_said_once_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")

    class Srt(type(full)):  # type: ignore[misc]
        suffix = ".srt"

    with SubtitleFile(Srt("/dev/full")) as file:
        for number in (1, 2):
            told(file, number, "It works.", "動きます。")
            ended(file, number, number, number + 1.0)
    assert capsys.readouterr().err.count("there are no more subtitles") == 1


@pytest.mark.parametrize("name", ["talk", "talk.ass", "talk.srt.txt"])
def test_another_name_is_refused_before_a_file_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"\.srt or \.vtt"):
        SubtitleFile(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
