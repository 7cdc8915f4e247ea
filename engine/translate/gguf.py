"""What a GGUF file says of itself: its chat template and the tokens that steer it. Only the head is read."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_CONTROL, _USER_DEFINED = 3, 4
_MOST_ENTRIES = 10_000_000
"""No real file has more; a damaged one may claim any number."""


class GgufError(Exception):
    """The file is no GGUF, or damaged. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Gguf:
    """The part of a GGUF file's metadata that prompts need."""

    name: str
    chat_template: str | None
    """Jinja"""
    bos: str
    """the token that begins a text; empty where the runtime adds it by itself"""
    eos: str
    special_tokens: frozenset[str]
    """tokens that steer the model when they stand in a prompt"""


def read(path: Path) -> Gguf:
    """Read the metadata of a GGUF file (its first part, where it is split). Raises GgufError, OSError."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            values = _Reader(data).metadata()
    except (struct.error, ValueError, IndexError) as error:
        raise GgufError(f"{path}: damaged, or no GGUF file ({error})") from error
    return _gguf(values)


def _gguf(values: dict[str, Any]) -> Gguf:
    tokens: list[str] = values.get("tokenizer.ggml.tokens", [])
    kinds: list[int] = values.get("tokenizer.ggml.token_type", [])
    special = (token for token, kind in zip(tokens, kinds, strict=False) if kind in (_CONTROL, _USER_DEFINED))
    adds_bos = values.get("tokenizer.ggml.add_bos_token", values.get("tokenizer.ggml.model") == "llama")
    return Gguf(
        name=str(values.get("general.name", "")),
        chat_template=values.get("tokenizer.chat_template"),
        bos="" if adds_bos else _token(tokens, values.get("tokenizer.ggml.bos_token_id")),
        eos=_token(tokens, values.get("tokenizer.ggml.eos_token_id")),
        # Single characters and runs of spaces are user-defined in some vocabularies: they steer nothing.
        special_tokens=frozenset(token for token in special if len(token.strip()) > 2),
    )


def _token(tokens: list[str], number: int | None) -> str:
    return tokens[number] if number is not None and 0 <= number < len(tokens) else ""


class _Reader:
    """Reads values one after another. Raises struct.error past the end and ValueError for what cannot be."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._position = 0

    def metadata(self) -> dict[str, Any]:
        if self._take(4) != _MAGIC:
            raise ValueError("it does not begin with GGUF")
        version = self._number("I")
        if version not in _VERSIONS:
            raise ValueError(f"version {version}")
        self._number("Q")  # tensors
        return {self._string(): self._value(self._number("I")) for _ in range(self._count())}

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            return self._array()
        if kind not in _NUMBERS:
            raise ValueError(f"a value of kind {kind}")
        return self._number(_NUMBERS[kind])

    def _array(self) -> list[Any]:
        kind, count = self._number("I"), self._count()
        if kind in _NUMBERS:
            size = struct.calcsize(f"<{_NUMBERS[kind]}")
            return list(struct.unpack(f"<{count}{_NUMBERS[kind]}", self._take(size * count)))
        read: Callable[[], Any] = self._string if kind == _STRING else lambda: self._value(kind)
        return [read() for _ in range(count)]

    def _string(self) -> str:
        return self._take(self._number("Q")).decode("utf-8", errors="replace")

    def _count(self) -> int:
        count = int(self._number("Q"))
        if count > _MOST_ENTRIES:
            raise ValueError(f"{count} entries")
        return count

    def _number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._take(struct.calcsize(f"<{code}")))[0]

    def _take(self, size: int) -> bytes:
        if size > len(self._data) - self._position:
            raise ValueError("it ends too early")
        piece = self._data[self._position : self._position + size]
        self._position += size
        return piece
