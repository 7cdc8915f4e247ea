"""Links that a program may show (OSC 8): which of them we open, and where that is possible."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

_LONGEST = 4096


def openable(uri: str) -> str | None:
    """Return `uri` when it is a web page or a file of this machine, else None.

    Other schemes may start any program; and a file of another machine is not here.
    """
    if len(uri) > _LONGEST or not uri.isprintable() or any(character.isspace() for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in ("http", "https"):
        return uri if host else None
    if parts.scheme == "file" and parts.path.startswith("/"):
        return uri if host in (None, "localhost", socket.gethostname().lower()) else None
    return None


def has_browser(env: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a link can be opened in a window of its own: a browser in our terminal would draw over us."""
    return platform == "darwin" or any(env.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
