"""`streamtts speak --follow` and `--subtitles` through the installed entry point."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import cast

import pytest

from engine.commands.speak import hold_back
from engine.pipeline import Engine
from tests.support.speak_process import WITHOUT_TRANSLATOR, SpeakProcess


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


@pytest.mark.parametrize("from_start", [False, True])
def test_a_growing_file_is_spoken_until_ctrl_c(tmp_path: Path, from_start: bool) -> None:
    path = tmp_path / "notes.md"
    path.write_text("This was said before.\n\n")
    extra = ("--from-start",) if from_start else ()
    with SpeakProcess(str(path), "--follow", *extra, "--sink", "null", *WITHOUT_TRANSLATOR) as speak:
        # What is written while it still loads is spoken, too.
        speak.wait_for_event("notice", code="translator_failed")
        append(path, "This is new.\n\n")
        speak.wait_for_event("sentence", en="This is new.")
        append(path, "And this has no full stop\n")
        speak.wait_for_event("sentence", en="And this has no full stop")
        path.write_text("Cut.\n\n")
        speak.wait_for_event("notice", code="input_began_again")
        speak.wait_for_event("sentence", en="Cut.")
        status, errors = speak.interrupt()
    assert (status, errors) == (130, "")
    said = [event["en"] for event in speak.events if event["event"] == "sentence"]
    assert said[:1] == ["This was said before." if from_start else "This is new."]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--follow"], "--follow needs a file"),
        (["--follow", "-"], "--follow needs a file"),
        (["--follow", "/no/such/file"], "No such file"),
        (["--follow", "/"], "no regular file"),
        (["--from-start"], "goes with --follow"),
        (["--subtitles", "talk.txt"], ".srt or .vtt"),
        (["--subtitles", "talk.srt", "--voice", "none"], "--voice none"),
        (["--subtitles", "/no/such/folder/talk.srt"], "No such file"),
    ],
)
def test_what_makes_no_sense_is_status_2_with_a_reason(arguments: list[str], message: str) -> None:
    with SpeakProcess(*arguments) as speak:
        status, errors = speak.finish()
    assert status == 2
    assert message in errors
    assert "Traceback" not in errors
    assert speak.events == []


def test_a_file_is_not_followed_for_an_engine_that_has_broken_down() -> None:
    class Broken:
        has_ended = False
        in_hand, untaken = 10_000, 0

        def break_down(self) -> None:
            self.has_ended = True

    engine = Broken()
    later = threading.Timer(0.05, engine.break_down)
    later.start()
    with pytest.raises(RuntimeError, match="has ended"):
        hold_back(cast(Engine, engine))
    later.join()


def test_subtitles_beside_a_sound_file(tmp_path: Path) -> None:
    arguments = ("--sink", f"wav:{tmp_path}/talk.wav", "--subtitles", f"{tmp_path}/talk.srt")
    with SpeakProcess(*arguments, *WITHOUT_TRANSLATOR) as speak:
        # Japanese is spoken as it is.
        speak.write("これは一番目です。そしてこれは二番目です。")
        speak.end_input()
        speak.finish()
    audio_s = [event["audio_s"] for event in speak.events if event.get("state") == "finished"]
    first, second = ((tmp_path / "talk.srt").read_text(encoding="utf-8")).strip().split("\n\n")
    number, times, text = first.splitlines()
    assert (number, times[:16], text) == ("1", "00:00:00,000 -->", "これは一番目です。")
    number, times, text = second.splitlines()
    assert (number, text) == ("2", "そしてこれは二番目です。")
    assert _seconds(times) == pytest.approx(audio_s[1], abs=0.01)


def _seconds(times: str) -> float:
    begin, end = (stamp.replace(",", ".").split(":") for stamp in times.split(" --> "))
    return sum((float(b) - float(a)) * factor for a, b, factor in zip(begin, end, (3600, 60, 1), strict=True))
