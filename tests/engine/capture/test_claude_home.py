"""A `claude` under test can reach no real account."""

from __future__ import annotations

import os

import pytest

from tests.support.claude import API_KEY, ClaudeHome


def test_the_environment_is_built_from_nothing(claude_home: ClaudeHome, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR", "HOME"):
        monkeypatch.setenv(name, "the caller's own")
    environment = claude_home.environment("http://127.0.0.1:1")
    assert "the caller's own" not in environment.values()
    assert environment["ANTHROPIC_API_KEY"] == API_KEY
    assert environment["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:1"
    for name in ("HOME", "CLAUDE_CONFIG_DIR"):
        assert environment[name].startswith(os.fspath(claude_home.home))
