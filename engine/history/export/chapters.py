"""Chapter marks inside sound files, where players look for them.

WAV: `cue ` and `adtl` chunks. FLAC and Ogg Vorbis: comments CHAPTER001=00:00:00.000 and CHAPTER001NAME=…
(https://wiki.xiph.org/Chapter_Extension).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MOST_PAGE_BYTES = 255 * 255
_FLAC_COMMENT, _FLAC_LAST = 4, 0x80
_OGG_HEAD = struct.Struct("<4sBBqIIIB")
_MOST_TITLE = 80
VENDOR = b"streamtts"


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a chapter begins, seconds from the start, and its title."""

    start_s: float
    title: str


def mark(path: Path, chapters: Sequence[Chapter], sample_rate: int) -> None:
    """Write the chapters into a finished WAV, FLAC or Ogg Vorbis file, by its suffix.

    Raises OSError, and ValueError when the file is not what its suffix says.
    """
    if not chapters:
        return
    {".wav": _mark_wav, ".flac": _mark_flac, ".ogg": _mark_ogg}[path.suffix.lower()](path, chapters, sample_rate)


def _mark_wav(path: Path, chapters: Sequence[Chapter], sample_rate: int) -> None:
    cues, labels = struct.pack("<I", len(chapters)), b"adtl"
    for number, chapter in enumerate(chapters, 1):
        at = round(chapter.start_s * sample_rate)
        cues += struct.pack("<II4sIII", number, at, b"data", 0, 0, at)
        labels += _chunk(b"labl", struct.pack("<I", number) + chapter.title[:_MOST_TITLE].encode() + b"\0")
    with path.open("r+b") as file:
        if file.read(4) != b"RIFF":
            raise ValueError(f"{path} is no WAV")
        file.seek(0, os.SEEK_END)
        if file.tell() % 2:
            file.write(b"\0")
        file.write(_chunk(b"cue ", cues) + _chunk(b"LIST", labels))
        size = file.tell() - 8
        file.seek(4)
        file.write(struct.pack("<I", size))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _mark_flac(path: Path, chapters: Sequence[Chapter], _: int) -> None:
    """The comment block is replaced; the sound behind it is copied."""
    copy = path.with_name(f".{path.name}.chapters")
    with path.open("rb") as source, copy.open("wb") as target:
        if source.read(4) != b"fLaC":
            raise ValueError(f"{path} is no FLAC")
        blocks = [block for block in _flac_blocks(source) if block[0] != _FLAC_COMMENT]
        blocks.insert(1, (_FLAC_COMMENT, _comments(chapters)))
        target.write(b"fLaC")
        for number, (kind, data) in enumerate(blocks, 1):
            last = _FLAC_LAST if number == len(blocks) else 0
            target.write(struct.pack(">I", (kind | last) << 24 | len(data)) + data)
        while piece := source.read(1 << 20):
            target.write(piece)
    copy.replace(path)


def _flac_blocks(source: BinaryIO) -> list[tuple[int, bytes]]:
    blocks, is_last = [], False
    while not is_last:
        (head,) = struct.unpack(">I", source.read(4))
        is_last = bool(head >> 24 & _FLAC_LAST)
        blocks.append((head >> 24 & ~_FLAC_LAST, source.read(head & 0xFFFFFF)))
    return blocks


def _mark_ogg(path: Path, chapters: Sequence[Chapter], _: int) -> None:
    """The second page, which holds the comments and the decoder's tables, is replaced; no other one changes."""
    with path.open("rb") as file:
        first = _read_page(file)
        start = file.tell()
        head, packets = _read_packets(file)
        rest = file.tell()
        if not first[1].startswith(b"\x01vorbis") or len(packets) != 2:
            raise ValueError(f"{path} is no Ogg Vorbis as libsndfile writes it")
        page = _second_page(head, chapters, packets[1])
        copy = path.with_name(f".{path.name}.chapters")
        with copy.open("wb") as target:
            file.seek(0)
            target.write(file.read(start) + page)
            file.seek(rest)
            while piece := file.read(1 << 20):
                target.write(piece)
    copy.replace(path)


def _second_page(head: tuple[int, ...], chapters: Sequence[Chapter], tables: bytes) -> bytes:
    room = _MOST_PAGE_BYTES - len(tables) - 2 * 255
    # One page has to do: then no page after it changes its number.
    while len(comment := b"\x03vorbis" + _comments(chapters) + b"\x01") > room:
        chapters = chapters[:-1]
    laces = b"".join(_lace(packet) for packet in (comment, tables))
    flags, granule, serial, number = head
    page = _OGG_HEAD.pack(b"OggS", 0, flags, granule, serial, number, 0, len(laces)) + laces + comment + tables
    return page[:22] + struct.pack("<I", _ogg_crc(page)) + page[26:]


def _read_page(file: BinaryIO) -> tuple[tuple[int, ...], bytes, bytes]:
    """One page: (flags, granule, serial, number), its data, its lacing values."""
    raw = file.read(_OGG_HEAD.size)
    if len(raw) < _OGG_HEAD.size or raw[:4] != b"OggS":
        raise ValueError("no Ogg page")
    _, _, flags, granule, serial, number, _, count = _OGG_HEAD.unpack(raw)
    laces = file.read(count)
    return (flags, granule, serial, number), file.read(sum(laces)), laces


def _read_packets(file: BinaryIO) -> tuple[tuple[int, ...], list[bytes]]:
    head, data, laces = _read_page(file)
    packets, size, start = [], 0, 0
    for lace in laces:
        size += lace
        if lace < 255:
            packets.append(data[start : start + size])
            start, size = start + size, 0
    return head, packets


def _lace(packet: bytes) -> bytes:
    return b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])


def _comments(chapters: Sequence[Chapter]) -> bytes:
    """A block of Vorbis comments (https://xiph.org/vorbis/doc/v-comment.html)."""
    lines = []
    for number, chapter in enumerate(chapters, 1):
        ms = round(chapter.start_s * 1000)
        stamp = f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
        lines += [f"CHAPTER{number:03}={stamp}", f"CHAPTER{number:03}NAME={chapter.title[:_MOST_TITLE]}"]
    encoded = [line.encode() for line in lines]
    body = b"".join(struct.pack("<I", len(line)) + line for line in encoded)
    return struct.pack("<I", len(VENDOR)) + VENDOR + struct.pack("<I", len(encoded)) + body


def _ogg_crc(page: bytes) -> int:
    """Ogg's own checksum: polynomial 0x04C11DB7, nothing inverted."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if crc & 0x80000000 else crc << 1
    return crc
