"""libghostty-vt, the native terminal: its functions, and what calling them always takes.

The package `pyghostty` brings the library and its C declarations. Its own Python layer is not used: it parses the
declarations at each import.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tui.terminal.declarations import declarations

# A union cannot be passed by value. Twins of the structs that hold one, with its size and alignment, can.
_TWINS = """
typedef struct { uint16_t x; uint32_t y; uint64_t _pad; } GhosttyPointValueS;
typedef struct { GhosttyPointTag tag; GhosttyPointValueS value; } GhosttyPointS;
"""
_LIBRARIES = ("libghostty-vt.so", "libghostty-vt.dylib")


class GhosttyError(RuntimeError):
    """A call of the library failed."""


def _package() -> Path:
    spec = importlib.util.find_spec("pyghostty")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("pyghostty, which brings the terminal emulator, is not installed")
    return Path(spec.submodule_search_locations[0])


def _library(package: Path) -> str:
    named = os.environ.get("PYGHOSTTY_LIB")
    if named:
        return named
    for name in _LIBRARIES:
        if (package / "_lib" / name).exists():
            return str(package / "_lib" / name)
    raise ImportError(f"{package}: the terminal emulator's library is missing")


def _load() -> tuple[Any, Any]:
    package = _package()
    ffi = declarations(package / "_cdef.py", _TWINS)
    return ffi, ffi.dlopen(_library(package))


ffi, lib = _load()


def check(result: int, what: str) -> None:
    """Raise GhosttyError unless `result` says that `what` went well."""
    if result:
        raise GhosttyError(f"{what} failed: {result}")


def init_sized(ctype: str) -> Any:
    """Return a pointer to a new struct whose `size` fields, its own and those within, are set."""
    pointer = ffi.new(f"{ctype}*")
    _set_sizes(pointer)
    return pointer


def _set_sizes(pointer: Any) -> None:
    ctype = ffi.typeof(pointer).item
    for name, field in ctype.fields:
        if name == "size":
            pointer.size = ffi.sizeof(ctype)
        elif field.type.kind == "struct":
            _set_sizes(ffi.addressof(pointer[0], name))


def read_text(call: Callable[[Any, int, Any], int], what: str) -> str:
    """Return what `call(buffer, size, used)` writes; it is asked for the size first."""
    used = ffi.new("size_t*")
    call(ffi.NULL, 0, used)
    buffer = ffi.new("uint8_t[]", max(used[0], 1))
    check(call(buffer, len(buffer), used), what)
    text: str = ffi.buffer(buffer, used[0])[:].decode()
    return text


@cache
def union_function(name: str, signature: str) -> Any:
    """The function `name` by a signature that has the twins in it."""
    return ffi.cast(signature, ffi.addressof(lib, name))
