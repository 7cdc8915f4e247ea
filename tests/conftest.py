"""What holds for every test: no account, no key, no settings of the person who runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

for _name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "CLAUDE_", "STREAMTTS_SPEECH"))]:
    del os.environ[_name]

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the config of whoever runs the tests out of them; let workers import from `tests`."""
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "no-config.toml"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
