from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator

import miniaudio
import numpy as np
import pytest

from engine.protocols import Samples, SpeechError
from engine.speech.decode import decode_mp3, decode_mp3_stream
from engine.speech.mp3 import mp3_frames, parse_header


def pieces_of(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def decode_whole(data: bytes) -> Samples:
    """The same file through the library's own reader, which may look at all of it."""
    return np.array(miniaudio.mp3_read_f32(data).samples, np.float32)


@pytest.mark.parametrize("size", [1, 100, 720, 100_000])
def test_pieces_cut_anywhere_decode_to_the_same_sound(tones: bytes, size: int) -> None:
    chunks = list(decode_mp3(pieces_of(tones, size)))
    assert {chunk.sample_rate for chunk in chunks} == {24_000}
    assert chunks[0].samples.dtype == np.float32
    np.testing.assert_array_equal(np.concatenate([chunk.samples for chunk in chunks]), decode_whole(tones))


def test_the_first_chunk_needs_only_the_first_frames(tones: bytes) -> None:
    fed = 0

    def pieces() -> Iterator[bytes]:
        nonlocal fed
        for piece in pieces_of(tones, 144):
            fed += len(piece)
            yield piece

    chunk = next(decode_mp3(pieces()))
    assert chunk.duration_s == pytest.approx(0.05)
    assert fed < len(tones) / 4


def test_a_tag_and_rubbish_before_the_first_frame_are_left_out(tones: bytes) -> None:
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x05" + b"\xff\xfb" * 66 + b"x"
    assert len(tag) == 10 + 133
    frames = [frame for _, frame in mp3_frames(pieces_of(tones, 50))]
    assert [frame for _, frame in mp3_frames(pieces_of(tag + b"\x00junk" + tones, 50))] == frames
    assert b"".join(frames) == tones[: sum(map(len, frames))]


def test_a_cut_file_gives_what_is_there(tones: bytes) -> None:
    half = np.concatenate([chunk.samples for chunk in decode_mp3([tones[: len(tones) // 2]])])
    whole = np.concatenate([chunk.samples for chunk in decode_mp3([tones])])
    assert len(half) == pytest.approx(len(whole) / 2, rel=0.1)


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>" * 50, b"\xff" * 500])
def test_what_is_no_mp3_is_said_so(data: bytes) -> None:
    with pytest.raises(SpeechError) as caught:
        list(decode_mp3([data]))
    assert caught.value.code == "bad_audio"


def test_headers_tell_rate_and_length() -> None:
    header = parse_header(bytes.fromhex("fffb9064"))
    assert header
    assert (header.sample_rate, header.length) == (44_100, 417)
    assert parse_header(b"\xff\xf3\x64\xc4") is not None
    assert parse_header(b"\xff\xfd\x90\x64") is None, "layer II"
    assert parse_header(b"ABCD") is None


async def test_a_stream_plays_before_its_end_has_arrived(tones: bytes) -> None:
    heard = asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield tones[: len(tones) // 2]
        await heard.wait()
        yield tones[len(tones) // 2 :]

    sounds = []
    async for chunk in decode_mp3_stream(pieces()):
        heard.set()
        sounds.append(chunk.samples)
    np.testing.assert_array_equal(np.concatenate(sounds), decode_whole(tones))


async def test_what_the_network_raises_comes_after_the_sound_before_it(tones: bytes) -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield tones[: len(tones) // 2]
        raise SpeechError("offline", "gone")

    heard = []

    async def listen() -> None:
        async for chunk in decode_mp3_stream(pieces()):
            heard.append(chunk)

    with pytest.raises(SpeechError, match="gone"):
        await listen()
    assert len(heard) > 5


async def test_a_failure_before_any_sound_is_the_networks_not_the_decoders() -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        raise SpeechError("offline", "gone")
        yield b""

    with pytest.raises(SpeechError) as caught:
        await anext(decode_mp3_stream(pieces()))
    assert caught.value.code == "offline"


async def test_closing_it_closes_the_connection(tones: bytes) -> None:
    closed = asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield tones
            await asyncio.Event().wait()
        finally:
            closed.set()

    stream = decode_mp3_stream(pieces())
    await anext(stream)
    await stream.aclose()
    assert closed.is_set()
