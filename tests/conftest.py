"""What holds for every test: no account, no key, no settings of the person who runs them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.claude import ClaudeHome, find_claude, find_old_claude

for _name in [name for name in os.environ if name.startswith(("ANTHROPIC_", "CLAUDE_", "STREAMTTS_SPEECH"))]:
    del os.environ[_name]
# What `auto` takes must not depend on the network, and no test fetches a gigabyte: the tests have a hub of their own.
os.environ["HF_HUB_OFFLINE"] = "1"

ROOT = Path(__file__).parent.parent


REAL_PARTS = ("claude", "weights", "sound", "tmux", "e2e")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Real programs on a busy machine may stall for once: such a test gets a second try, and the report names it."""
    for item in items:
        if any(item.get_closest_marker(name) for name in REAL_PARTS):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what belongs to whoever runs the tests out of them; let workers import from `tests`."""
    # Nobody is new here: no window of welcome comes over what a test looks at.
    state = tmp_path_factory.mktemp("state") / "remembered.json"
    state.write_text(json.dumps({"welcomed": True}), encoding="utf-8")
    monkeypatch.setenv("STREAMTTS_CONFIG", str(tmp_path / "no-config.toml"))
    monkeypatch.setenv("STREAMTTS_HISTORY", str(tmp_path / "no-history.sqlite3"))
    monkeypatch.setenv("STREAMTTS_SOUNDS", str(tmp_path / "no-sounds"))
    monkeypatch.setenv("STREAMTTS_STATE", str(state))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture(scope="session")
def claude_binary() -> Path:
    """The real `claude`; skips the test where it is not installed."""
    claude = find_claude()
    if claude is None:
        pytest.skip("the real claude is not installed: `make test` does it where npm is, or set STREAMTTS_TEST_CLAUDE")
    return claude


@pytest.fixture(scope="session")
def old_claude_binary() -> Path:
    """A `claude` from before there were mods; skips the test where it is not installed."""
    claude = find_old_claude()
    if claude is None:
        pytest.skip("an older claude is not installed: `make test` does it where npm is")
    return claude


@pytest.fixture
def claude_home(tmp_path: Path) -> ClaudeHome:
    """A home folder and configuration made for one test."""
    return ClaudeHome.create(tmp_path / "home")
