"""MP3 to samples while it arrives: the first sound leaves long before the last byte is there."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import AsyncGenerator, Iterable, Iterator

import numpy as np

from engine.protocols import AudioChunk, SpeechError
from engine.speech.mp3 import mp3_frames

CHUNK_S = 0.05


def decode_mp3(pieces: Iterable[bytes]) -> Iterator[AudioChunk]:
    """Yield mono sound of 50 ms a chunk, each as soon as the MP3 frames under it are whole; blocks while it waits.

    `pieces` may be cut anywhere. Raises SpeechError (`bad_audio`) when they hold no MP3 that can be decoded.
    """
    import miniaudio

    frames = mp3_frames(pieces)
    first = next(frames, None)
    if first is None:
        raise SpeechError("bad_audio", "The voice's answer holds no MP3 sound; try another voice")
    header, data = first
    source = _frame_source(data, (frame for _, frame in frames))
    try:
        # No resampling here: the sink does it once, for every voice.
        stream = miniaudio.stream_any(
            source,
            source_format=miniaudio.FileFormat.MP3,
            output_format=miniaudio.SampleFormat.FLOAT32,
            nchannels=1,
            sample_rate=header.sample_rate,
            frames_to_read=round(CHUNK_S * header.sample_rate),
        )
        for samples in stream:
            yield AudioChunk(np.array(samples, np.float32), header.sample_rate)
    except miniaudio.MiniaudioError as error:
        raise SpeechError("bad_audio", f"The voice's answer is damaged ({error}); try another voice") from error


def _frame_source(first: bytes, rest: Iterator[bytes]) -> object:
    """Return a miniaudio source that hands out one frame a read.

    The decoder reads once before each frame and throws away what is not whole: so it never waits for more
    than it needs, and never gets a piece of a frame.
    """
    import miniaudio

    class FrameSource(miniaudio.StreamableSource):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left = first

        def read(self, num_bytes: int) -> bytes:
            data = self._left or next(rest, b"")
            self._left = data[num_bytes:]
            return data[:num_bytes]

        def seek(self, offset: int, origin: object) -> bool:
            # Before it decodes, the decoder looks at the first bytes for a tag, then goes back to the start.
            if origin is miniaudio.SeekOrigin.START and offset == 0:
                self._left = first
                return True
            return False

    return FrameSource()


async def decode_mp3_stream(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[AudioChunk, None]:
    """As `decode_mp3`, for pieces that come from the network; the decoder has a thread of its own.

    What `pieces` raises is raised after the sound that came before it; `pieces` is closed in the end.
    """
    loop = asyncio.get_running_loop()
    incoming: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    outgoing: asyncio.Queue[AudioChunk | SpeechError | None] = asyncio.Queue()

    def send(item: AudioChunk | SpeechError | None) -> None:
        # The loop may be closed already when nobody listens any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(outgoing.put_nowait, item)

    def decode() -> None:
        try:
            for chunk in decode_mp3(iter(incoming.get, None)):
                send(chunk)
        except SpeechError as error:
            send(error)
        send(None)

    async def feed() -> None:
        try:
            async with contextlib.aclosing(pieces):
                async for piece in pieces:
                    incoming.put(piece)
        finally:
            incoming.put(None)

    threading.Thread(target=decode, name="mp3-decoder", daemon=True).start()
    feeder = asyncio.create_task(feed(), name="mp3-feeder")
    failure: SpeechError | None = None
    try:
        while (item := await outgoing.get()) is not None:
            if isinstance(item, SpeechError):
                failure = item
            else:
                yield item
        # The network's error says more than the decoder's, which only misses bytes.
        await feeder
        if failure:
            raise failure
    finally:
        feeder.cancel()
        # A task cancelled before it ran never reaches its own `finally`: the thread must end all the same.
        incoming.put(None)
        await asyncio.wait([feeder])
