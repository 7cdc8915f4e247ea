"""What the translator picker is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog import TRANSLATORS
from engine.settings import Settings, Translate
from engine.translate import measured, planning
from engine.translate.measured import Measured
from engine.translate.options import TranslatorOption, options


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))


def translate(**changes: str) -> Translate:
    return Settings().replace("translate", **{"device": "cpu", **changes}).translate


def by_id(settings: Translate) -> dict[str, TranslatorOption]:
    return {option.id: option for option in options(settings)}


def test_auto_comes_first_and_says_what_it_takes_and_why() -> None:
    first, *others = options(translate())
    assert first.id == "auto"
    assert first.quality.startswith(f"takes {planning.plan('auto', 'cpu', 'ja').now.id}: ")
    assert "the device is set to cpu" in first.quality
    assert [option.id for option in others] == [row.id for row in TRANSLATORS]


def test_each_tells_size_licence_and_whether_its_weights_are_here() -> None:
    found = by_id(translate())
    nllb = found["torch:nllb-600m"]
    assert (nllb.size_bytes, nllb.licence, nllb.is_non_commercial) == (2_482_800_000, "CC-BY-NC-4.0", True)
    assert not nllb.is_here
    assert nllb.device == "cpu"
    assert found["http:openai"].is_here, "a server has nothing to fetch"
    assert "http://127.0.0.1:11434/v1" in found["http:openai"].quality


def test_one_that_does_not_know_the_language_says_so() -> None:
    found = by_id(translate(to="de"))
    assert found["ct2:fugumt"].unavailable == "translates into ja only, not de"
    assert found["torch:nllb-600m"].unavailable is None


def test_a_runtime_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "find_spec", lambda name: None if name == "ctranslate2" else object())
    found = by_id(translate())
    assert found["ct2:quickmt"].unavailable == "the packages of ct2 are not installed"
    assert found["llama:qwen2.5-coder-1.5b"].unavailable is None


def test_what_the_settings_name_is_listed_too(tmp_path: Path) -> None:
    weights = tmp_path / "mine.gguf"
    weights.touch()
    found = by_id(translate(translator=f"llama:{weights}", fallback="llama:/gone.gguf, torch:someone/model, nonsense"))
    assert (found[f"llama:{weights}"].is_here, found[f"llama:{weights}"].unavailable) == (True, None)
    assert found["llama:/gone.gguf"].unavailable == "/gone.gguf does not exist"
    assert found["torch:someone/model"].licence == "as its page says"
    assert found["nonsense"].unavailable == "there is no translator nonsense"


def test_the_speed_that_was_measured_here_is_shown() -> None:
    figures = Measured("ct2:quickmt", 140.0, 310.0, 42.0)
    measured.save("cpu", [figures])
    found = by_id(translate())
    assert found["ct2:quickmt"].measured == figures
    assert found["torch:nllb-600m"].measured is None
    assert by_id(translate(device="auto"))["ct2:quickmt"].measured is None, "measured with another setting"
