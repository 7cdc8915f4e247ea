from __future__ import annotations

from pathlib import Path

import pytest

from engine.translate import measured
from engine.translate.measured import Measured, best, recall, save

QUICK = Measured("ct2:quickmt", 60, 150, 42.0)
GOOD = Measured("llama:qwen2.5-coder-1.5b", 300, 700, 49.0)
SLOW = Measured("torch:nllb-600m", 2000, 2500, 55.0)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))


def test_what_was_saved_is_recalled_for_the_same_device() -> None:
    save("cpu", [QUICK, GOOD])
    assert recall("cpu") == [QUICK, GOOD]
    assert recall("auto") == []


def test_a_later_run_takes_the_place_of_the_earlier_one_and_leaves_other_devices() -> None:
    save("cpu", [QUICK])
    save("auto", [SLOW])
    save("cpu", [GOOD])
    assert (recall("cpu"), recall("auto")) == ([GOOD], [SLOW])


@pytest.mark.parametrize("change", ["cores", "processor", "torch", "ctranslate2", "streamtts"])
def test_another_machine_or_version_makes_it_void(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    save("cpu", [QUICK])
    now = dict(measured.machine())
    assert change in now
    monkeypatch.setattr(measured, "machine", lambda: now | {change: "another"})
    assert recall("cpu") == []


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", '{"cpu": 1}', '{"cpu": {"machine": null, "figures": [{"id": 3}]}}']
)
def test_a_damaged_file_counts_as_none_and_can_be_written_over(content: str) -> None:
    path = save("cpu", [QUICK])
    path.write_text(content)
    assert recall("cpu") == []
    save("cpu", [GOOD])
    assert recall("cpu") == [GOOD]


def test_figures_that_do_not_fit_the_form_count_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    path = save("cpu", [QUICK])
    path.write_text(path.read_text().replace("150", '"fast"'))
    assert recall("cpu") == []


def test_the_best_quality_of_those_fast_enough() -> None:
    assert best([QUICK, GOOD, SLOW]) == GOOD
    assert "the best of those fast enough" in measured.why(GOOD)


def test_the_fastest_when_none_is_fast_enough() -> None:
    slower = Measured("torch:nllb-1.3b", 1900, 6000, 60.0)
    assert best([slower, SLOW]) == SLOW
    assert "none is fast enough" in measured.why(SLOW)


def test_qualities_as_good_as_the_same_leave_the_choice_to_the_first_phrase() -> None:
    nearly = Measured("ct2:fugumt", 50, 100, GOOD.chrf - 0.5 if GOOD.chrf else None)
    assert best([GOOD, nearly]) == nearly


def test_a_quality_nobody_measured_comes_after_those_that_were() -> None:
    unknown = Measured("ct2:fugumt", 10, 20, None)
    assert best([unknown, GOOD]) == GOOD
    assert best([unknown, Measured("ct2:nllb-600m", 30, 60, None)]) == unknown


def test_nothing_measured_decides_nothing() -> None:
    assert best([]) is None
