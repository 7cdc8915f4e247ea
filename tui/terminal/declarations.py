"""What cffi must know of a C library, parsed once and kept: parsing it anew takes a fifth of a second at each start."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import _cffi_backend
from platformdirs import user_cache_path

_OTHERS_MAY_WRITE = 0o022


def declarations(source: Path, more: str = "", folder: Path | None = None) -> Any:
    """Return cffi's `ffi` for the C declarations in `CDEF` of the Python file `source`, with `more` of them.

    They are kept in `folder` (the user's cache) under a name that changes with them. Where that cannot be done the
    declarations are parsed each time.
    """
    kept = (folder or user_cache_path("streamtts")) / f"declarations-{_fingerprint(source, more)}.py"
    # What is kept may be missing, cut off, or no longer fit: it is only a cache.
    with suppress(Exception):
        return _load_own(kept).ffi
    text = _load(source).CDEF
    with suppress(Exception):
        _keep(text, more, kept)
        return _load_own(kept).ffi
    return _parsed(text, more)


def _fingerprint(source: Path, more: str) -> str:
    checksum = zlib.crc32(more.encode(), zlib.crc32(source.read_bytes()))
    return f"{checksum:08x}-cffi-{_cffi_backend.__version__}"


def _load_own(path: Path) -> ModuleType:
    """Run a Python file of ours. Raises PermissionError when others may have written it."""
    status = path.stat()
    if status.st_mode & _OTHERS_MAY_WRITE or status.st_uid != os.getuid():
        raise PermissionError(path)
    return _load(path)


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem.replace("-", "_").replace(".", "_"), path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _parsed(text: str, more: str) -> Any:
    import cffi

    ffi = cffi.FFI()
    ffi.cdef(text)
    ffi.cdef(more)
    return ffi


def _keep(text: str, more: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    ffi = _parsed(text, more)
    ffi.set_source(path.stem, None, compiler_verbose=0)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        made = Path(folder, path.name)
        ffi.emit_python_code(str(made))
        made.chmod(0o600)
        os.replace(made, path)
