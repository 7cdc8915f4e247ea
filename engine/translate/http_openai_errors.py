"""What goes wrong with a translation server, in plain words and with a stable code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engine.protocols import TranslatorError
from engine.redaction import redact

if TYPE_CHECKING:
    import httpx

MOST_WORDS = 160
"""Characters of the server's own words in a message."""


class Limited(TranslatorError):  # noqa: N818  (it says what is)
    """The server takes no more requests for now."""

    def __init__(self, message: str, retry_after_s: float | None) -> None:
        super().__init__("limit", message)
        self.retry_after_s = retry_after_s
        """how long the server asks to wait; None when it does not say"""


class BadParameter(TranslatorError):  # noqa: N818
    """The server does not know, or does not allow, one parameter of the request."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__("bad_reply", message)
        self.name = name


def refusal(where: str, key_env: str, response: httpx.Response, body: bytes) -> TranslatorError:
    """The error for an answer other than 200. `where` names the server, `key_env` the variable with its key."""
    status, words = response.status_code, _words(body)
    if status in (401, 402, 403):
        return TranslatorError("refused", f"{where} refuses us (HTTP {status}{words}): check the key in {key_env}.")
    if status == 404:
        return TranslatorError(
            "no_model",
            f"{where} knows no such model or path (HTTP 404{words}): check translate.http_model and http_url.",
        )
    if status == 429:
        return _limited(where, response.headers.get("retry-after", ""))
    if 300 <= status < 400:
        # Never followed: the text goes where the user said, and nowhere else.
        return TranslatorError("bad_reply", f"{where} points to another address (HTTP {status}): set that one instead.")
    if status in (408, 504):
        return TranslatorError("slow", f"{where} did not answer in time (HTTP {status}).")
    if status >= 500:
        return TranslatorError("offline", f"{where} fails (HTTP {status}{words}).")
    name = _parameter(body)
    if name:
        return BadParameter(name, f"{where} does not take {name} (HTTP {status}{words}).")
    return TranslatorError("bad_reply", f"{where} does not take the request (HTTP {status}{words}).")


def unreachable(where: str, error: Exception) -> TranslatorError:
    """The error for a request that got no answer at all."""
    reason = " ".join(str(error).split())[:MOST_WORDS] or type(error).__name__
    return TranslatorError("offline", f"{where} cannot be reached ({redact(reason)}).")


def in_words(error: Any) -> str:
    """The server's own words from an `error` value, short and without secrets."""
    text = error.get("message") if isinstance(error, dict) else error
    return redact(" ".join(str(text or "").split()))[:MOST_WORDS]


def _limited(where: str, retry_after: str) -> Limited:
    # The other form of this header, a date, says nothing that could be trusted: clocks differ.
    seconds = float(retry_after) if retry_after.strip().isdecimal() else None
    wait = f" for {seconds:.0f} s" if seconds is not None else " for now"
    return Limited(f"{where} takes no more requests{wait} (HTTP 429).", seconds)


def _words(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    words = in_words(found.get("error") or found.get("detail")) if isinstance(found, dict) else ""
    return f": {words}" if words else ""


def _parameter(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"]["param"] or "")
    except (ValueError, KeyError, TypeError):
        return ""
