"""What others may build on."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from engine.pipeline import Engine
from engine.pipeline.parts import Parts
from tests.support.mock_translator import japanese_for, make_spec


def test_the_public_names_are_there() -> None:
    import engine

    for name in engine.__all__:
        assert getattr(engine, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = engine.Nothing  # type: ignore[attr-defined]


def test_the_example_of_the_page_about_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    parts = Parts(make_translator_spec=make_spec(tmp_path), log_folder=tmp_path)
    monkeypatch.setattr("engine.pipeline.Engine", functools.partial(Engine, parts=parts))
    exec(compile(example, "docs/python.md", "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out
    assert "".join(japanese_for("The build is green.")) in printed
    assert printed.endswith("1 sentence\n")
