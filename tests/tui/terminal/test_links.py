from __future__ import annotations

import socket

import pytest

from tui.terminal.links import has_browser, openable


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.com",
        "https://example.com/a?b=c#d",
        "HTTPS://example.com/",
        "file:///home/me/a.txt",
        "file://localhost/a",
        f"file://{socket.gethostname()}/a",
        "https://example.com/$(reboot)`x`;y",
    ],
)
def test_pages_and_files_of_this_machine(uri: str) -> None:
    assert openable(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "example.com",
        "javascript:alert(1)",
        "mailto:me@example.com",
        "ssh://example.com",
        "x-apple.systempreferences:",
        "http:",
        "http:///etc/passwd",
        "file:relative",
        "file://elsewhere.example/etc/passwd",
        "https://example.com/a b",
        "https://example.com/\x1b[31m",
        "https://[broken",
        "--help",
        "https://example.com/" + "x" * 5000,
    ],
)
def test_nothing_else(uri: str) -> None:
    assert openable(uri) is None


@pytest.mark.parametrize(
    ("env", "platform", "there_is"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"BROWSER": "code --open"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_where_a_browser_has_a_window(env: dict[str, str], platform: str, there_is: bool) -> None:
    assert has_browser(env, platform) is there_is
