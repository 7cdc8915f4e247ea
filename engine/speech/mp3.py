"""Finds the frames of an MP3 stream, so that each can be decoded as soon as it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HEADER_BYTES = 4
_ID3_BYTES = 10
_MPEG1, _MPEG2, _MPEG25 = 3, 2, 0
_LAYER_3 = 1
_SAMPLE_RATES = {
    _MPEG1: (44100, 48000, 32000),
    _MPEG2: (22050, 24000, 16000),
    _MPEG25: (11025, 12000, 8000),
}
_KBPS_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What the first four bytes of a frame say."""

    sample_rate: int
    """Hz"""
    length: int
    """bytes of the whole frame, header included"""


def parse_header(data: bytes) -> FrameHeader | None:
    """Read the header of a layer III frame at the start of `data`; None when there is none."""
    if len(data) < HEADER_BYTES or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    rate_index, kbps_index, padding = data[2] >> 2 & 3, data[2] >> 4, data[2] >> 1 & 1
    if version not in _SAMPLE_RATES or layer != _LAYER_3 or rate_index == 3 or kbps_index in (0, 15):
        return None
    sample_rate = _SAMPLE_RATES[version][rate_index]
    kbps = (_KBPS_MPEG1 if version == _MPEG1 else _KBPS_MPEG2)[kbps_index]
    # A frame is 1152 samples in MPEG 1 and 576 in MPEG 2: an eighth of that is its bytes for each bit a sample.
    length = (144 if version == _MPEG1 else 72) * kbps * 1000 // sample_rate + padding
    return FrameHeader(sample_rate, length)


def mp3_frames(pieces: Iterable[bytes]) -> Iterator[tuple[FrameHeader, bytes]]:
    """Yield each frame as soon as its last byte is there; tags and what is no frame are left out."""
    buffer = b""
    for piece in pieces:
        buffer += piece
        start = 0
        while (step := _step(buffer, start)) is not None:
            header, end = step
            if header:
                yield header, buffer[start:end]
            start = end
        buffer = buffer[start:]


def _step(buffer: bytes, start: int) -> tuple[FrameHeader | None, int] | None:
    """Return the frame at `start` and its end, or (None, where to look next); None when more bytes are needed."""
    if buffer.startswith(b"ID3", start):
        if len(buffer) < start + _ID3_BYTES:
            return None
        sizes = buffer[start + 6 : start + _ID3_BYTES]
        # Seven bits a byte, so that a tag never looks like a frame.
        end = (
            start + _ID3_BYTES + sum((size & 0x7F) << shift for size, shift in zip(sizes, (21, 14, 7, 0), strict=True))
        )
        return (None, end) if end <= len(buffer) else None
    if len(buffer) < start + HEADER_BYTES:
        return None
    header = parse_header(buffer[start : start + HEADER_BYTES])
    if header is None:
        return None, start + 1
    end = start + header.length
    return (header, end) if end <= len(buffer) else None
