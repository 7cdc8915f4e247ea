"""Read the answer of a chat server: pieces as server-sent events, or one whole JSON; without the model's thinking."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from engine.protocols import TranslatorError
from engine.translate.http_openai_errors import in_words

MOST_BYTES = 4_000_000
"""An answer longer than this is no translation of a sentence."""
_OPENING = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_CLOSING = re.compile(r"</think(?:ing)?>\s*", re.IGNORECASE)
_TAGS = ("<think>", "<thinking>", "</think>", "</thinking>")


async def read_events(where: str, chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[str, None]:
    """Yield the text of a stream of events. Raises TranslatorError (`bad_reply`, `refused`)."""
    is_over = False
    async with aclosing(_lines(where, chunks)) as lines:
        async for line in lines:
            if not line.startswith("data:"):
                continue  # a comment that keeps the connection open, or a field we do not need
            data = line[5:].strip()
            if data == "[DONE]":
                is_over = True
                break
            text, is_over = _piece(where, _json(where, data), "delta")
            if text:
                yield text
            if is_over:
                break  # what follows counts tokens
    if not is_over:
        raise TranslatorError("bad_reply", f"{where} broke off in the middle of a translation.")


async def read_whole(where: str, chunks: AsyncGenerator[bytes, None]) -> str:
    """The text of an answer in one piece. Raises TranslatorError (`bad_reply`, `refused`)."""
    return _piece(where, _json(where, await _text(where, chunks)), "message")[0]


async def read_models(where: str, chunks: AsyncGenerator[bytes, None]) -> list[str]:
    """The names in a list of models. Raises TranslatorError (`bad_reply`)."""
    found = _json(where, await _text(where, chunks))
    try:
        return [str(one["id"]) for one in found["data"] or ()]
    except (KeyError, TypeError) as error:
        raise TranslatorError("bad_reply", f"{where} sent JSON that is no list of models.") from error


class Thoughts:
    """Drops what a reasoning model thinks aloud between `<think>` and `</think>`."""

    def __init__(self, *, starts_inside: bool) -> None:
        self._is_inside = starts_inside
        self._held = ""
        self._has_shown = False
        self.was_seen = starts_inside
        """whether the model thinks aloud"""
        self.is_headless = starts_inside
        """whether its thinking begins without a tag: then what came before the closing one was no answer"""

    def feed(self, piece: str) -> str:
        """Take the next piece; return what belongs to the answer."""
        text, shown = self._held + piece, ""
        self._held = ""
        while text:
            found = (_CLOSING if self._is_inside else _OPENING).search(text)
            if found is None:
                break
            self.was_seen = True
            shown += "" if self._is_inside else text[: found.start()]
            text = text[found.end() :]
            self._is_inside = not self._is_inside
        if not self._is_inside and (closing := _CLOSING.search(text)):
            self.was_seen = self.is_headless = True
            shown, text = "", text[closing.end() :]
        settled, self._held = _without_growing_tag(text)
        shown += "" if self._is_inside else settled
        return self._begun(shown)

    def end(self) -> str:
        """The answer is whole: return what was held back."""
        text, self._held = self._held, ""
        return "" if self._is_inside else self._begun(text)

    def _begun(self, shown: str) -> str:
        """White space before the first word is left over from the tags."""
        shown = shown if self._has_shown else shown.lstrip()
        self._has_shown = self._has_shown or bool(shown)
        return shown


def _without_growing_tag(text: str) -> tuple[str, str]:
    start = text.rfind("<")
    if start >= 0 and any(tag.startswith(text[start:].lower()) for tag in _TAGS):
        return text[:start], text[start:]
    return text, ""


async def _lines(where: str, chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[str, None]:
    buffer, taken = b"", 0
    async for chunk in chunks:
        taken += len(chunk)
        _require_bounded(where, taken)
        *lines, buffer = (buffer + chunk).split(b"\n")
        for line in lines:
            yield line.decode(errors="replace").strip()
    yield buffer.decode(errors="replace").strip()


async def _text(where: str, chunks: AsyncGenerator[bytes, None]) -> str:
    body = b""
    async for chunk in chunks:
        body += chunk
        _require_bounded(where, len(body))
    return body.decode(errors="replace")


def _require_bounded(where: str, size: int) -> None:
    if size > MOST_BYTES:
        raise TranslatorError("bad_reply", f"{where} sends without end.")


def _json(where: str, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise TranslatorError("bad_reply", f"{where} sent something that is no JSON.") from error
    if not isinstance(found, dict):
        raise TranslatorError("bad_reply", f"{where} sent JSON that is no chat completion.")
    if found.get("error"):
        raise TranslatorError("bad_reply", f"{where} failed: {in_words(found['error'])}")
    return found


def _piece(where: str, found: dict[str, Any], key: str) -> tuple[str, bool]:
    """The text in one event or answer, and whether it was the last."""
    try:
        choices = found["choices"]
        if not choices:
            return "", False  # the last event of some servers: it counts tokens
        holder = choices[0][key]
        text = holder.get("content") if holder is not None else None
        reason = choices[0].get("finish_reason")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise TranslatorError("bad_reply", f"{where} sent JSON that is no chat completion.") from error
    if reason == "content_filter":
        raise TranslatorError("refused", f"{where} refused to translate the sentence.")
    if reason == "length":
        raise TranslatorError("bad_reply", f"{where} did not come to the end of the sentence.")
    if text is not None and not isinstance(text, str):
        raise TranslatorError("bad_reply", f"{where} sent JSON that is no chat completion.")
    return text or "", reason is not None
