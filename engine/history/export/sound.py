"""A session as one sound file with a chapter for each prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.history.export.chapters import Chapter, mark
from engine.history.export.material import Span
from engine.history.records import SentenceRecord, TurnRecord
from engine.protocols import AudioChunk
from engine.whole_file import whole_file

if TYPE_CHECKING:
    from engine.protocols import Samples

SUFFIXES = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG"}
SAMPLE_RATE = 48_000
_CHAPTER_GAP_S = 0.8

Speak = Callable[[str], Iterator[AudioChunk]]
"""Japanese to sound, of any rate"""


def write(
    path: Path,
    sentences: Iterable[SentenceRecord],
    turns: Mapping[int, TurnRecord],
    speak: Speak,
    *,
    gap_s: float,
) -> dict[int, Span]:
    """Speak every sentence that has Japanese into `path` (.wav, .flac or .ogg); return where each is, by number.

    The file is there when it is whole. Raises OSError, what `speak` raises, and ImportError without soundfile.
    """
    import soundfile

    spans: dict[int, Span] = {}
    chapters: list[Chapter] = []
    begun: set[int] = set()
    with whole_file(path) as partial:
        partial.touch()  # The library calls whatever is wrong with a place a "System error".
        try:
            with soundfile.SoundFile(partial, "w", SAMPLE_RATE, 1, format=SUFFIXES[path.suffix.lower()]) as file:
                for sentence in sentences:
                    if sentence.is_old or not sentence.ja or sentence.kind == "rule":
                        continue
                    _begin_chapter(file, sentence, turns, chapters, begun)
                    start_s = file.frames / SAMPLE_RATE
                    for chunk in speak(sentence.ja):
                        file.write(_resampled(chunk))
                    if file.frames / SAMPLE_RATE > start_s:
                        spans[sentence.number] = Span(start_s, file.frames / SAMPLE_RATE)
                        _silence(file, gap_s)
        except soundfile.SoundFileError as error:
            raise OSError(f"{error} Perhaps the disk is full.") from error
        mark(partial, chapters, SAMPLE_RATE)
    return spans


def _begin_chapter(
    file: Any, sentence: SentenceRecord, turns: Mapping[int, TurnRecord], chapters: list[Chapter], begun: set[int]
) -> None:
    if sentence.turn in begun:
        return
    begun.add(sentence.turn)
    if chapters:
        _silence(file, _CHAPTER_GAP_S)
    turn = turns.get(sentence.turn)
    chapters.append(Chapter(file.frames / SAMPLE_RATE, " ".join((turn.prompt if turn else sentence.en).split())))


def _silence(file: Any, seconds: float) -> None:
    file.write(np.zeros(round(seconds * SAMPLE_RATE), np.float32))


def _resampled(chunk: AudioChunk) -> Samples:
    if chunk.sample_rate == SAMPLE_RATE:
        return chunk.samples
    import soxr

    samples: Samples = soxr.resample(chunk.samples, chunk.sample_rate, SAMPLE_RATE)
    return samples
