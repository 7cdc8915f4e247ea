"""Sound already made, kept on disk from one run to the next. Bounded, least recently used first out.

Every call blocks on the disk: not for the engine's loop. A cache that cannot be read or written is an empty one.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import threading
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from engine.protocols import AudioChunk

_MAGIC = b"STTS\x01"
_HEADER = struct.Struct("<5s32sIII")
"""magic, SHA-256 of the key, Hz, samples, CRC-32 of the samples"""
_SUFFIX = ".pcm"
_FULL_SCALE = 32767.0

_log = logging.getLogger(__name__)


def sounds_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where sound is kept: `STREAMTTS_SOUNDS`, else in the platform's cache folder."""
    from platformdirs import user_cache_path

    return Path(env.get("STREAMTTS_SOUNDS") or user_cache_path("streamtts") / "sounds").expanduser()


class DiskCache:
    """Keeps at most `limit_bytes` of 16-bit sound in `folder`. Thread-safe; other processes may use the folder too."""

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._held: int | None = None
        """bytes in the folder as far as we know; None before the first look"""

    def get(self, key: str) -> AudioChunk | None:
        """Return the sound of a key, or None. A damaged entry is deleted."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        chunk = _unpack(content, key)
        if chunk is None:
            _log.warning("dropped a damaged entry of the sound cache: %s", path)
            _delete(path)
            return None
        # The time of the last use orders what goes first.
        _touch(path)
        return chunk

    def put(self, key: str, chunks: Sequence[AudioChunk]) -> None:
        """Keep the sound of a key; nothing happens for silence, for more than one rate, and when the disk refuses."""
        content = _pack(key, chunks)
        if content is None or len(content) > self._limit:
            return
        with self._lock:
            try:
                self._write(self._path(key), content)
            except OSError as error:
                _log.warning("sound is not kept on disk: %s", error)

    def clear(self) -> int:
        """Delete everything; return the bytes that were freed."""
        with self._lock:
            self._held = 0
            return sum(_delete(path) for path in self._folder.glob(f"*{_SUFFIX}*"))

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._held is None:
            self._held = self._shrink(0)
        partial = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            partial.write_bytes(content)
            partial.chmod(0o600)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        self._held += len(content)
        if self._held > self._limit:
            # Some room to spare, or every further entry would look through the folder.
            self._held = self._shrink(self._limit // 10)

    def _shrink(self, spare: int) -> int:
        """Delete the least recently used beyond the limit; return the bytes that stay."""
        entries = sorted(self._entries())
        held = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if held <= self._limit - spare:
                break
            path.unlink(missing_ok=True)
            held -= size
        return held

    def _entries(self) -> list[tuple[int, int, Path]]:
        """Time of the last use, bytes, path."""
        found = []
        for path in self._folder.glob(f"*{_SUFFIX}*"):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((status.st_mtime_ns, status.st_size, path))
        return found

    def _path(self, key: str) -> Path:
        return self._folder / f"{_digest(key).hex()}{_SUFFIX}"


def _pack(key: str, chunks: Sequence[AudioChunk]) -> bytes | None:
    rates = {chunk.sample_rate for chunk in chunks}
    if len(rates) != 1:
        return None
    samples = np.concatenate([chunk.samples for chunk in chunks])
    if not len(samples):
        return None
    payload: bytes = np.round(np.clip(samples, -1.0, 1.0) * _FULL_SCALE).astype("<i2").tobytes()
    header = _HEADER.pack(_MAGIC, _digest(key), rates.pop(), len(samples), zlib.crc32(payload))
    return header + payload


def _unpack(content: bytes, key: str) -> AudioChunk | None:
    """None where it is not what was written for this key."""
    if len(content) <= _HEADER.size:
        return None
    magic, digest, rate, count, checksum = _HEADER.unpack_from(content)
    payload = content[_HEADER.size :]
    if magic != _MAGIC or digest != _digest(key) or len(payload) != 2 * count or zlib.crc32(payload) != checksum:
        return None
    return AudioChunk((np.frombuffer(payload, "<i2") / _FULL_SCALE).astype(np.float32), rate)


def _digest(key: str) -> bytes:
    # What was said must not be readable from the names of the files.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        _log.debug("a read-only sound cache: %s", path)


def _delete(path: Path) -> int:
    try:
        size = path.stat().st_size
        path.unlink()
    except OSError:
        return 0
    return size
