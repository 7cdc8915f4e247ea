"""Subtitles in both languages: SubRip and WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from engine.history.export.material import Material, Span
from engine.history.records import SentenceRecord

_LEAST_S = 0.3
"""Shorter, and nobody could read it."""


@dataclass(frozen=True, slots=True)
class CueFormat:
    """One way to write subtitles."""

    head: str
    """what the file begins with"""
    cue: Callable[[int, Span, str, str], str]
    """a subtitle from its number (from 1), its time, the Japanese and the English"""


def srt(material: Material) -> Iterator[str]:
    """SubRip; what never sounded is left out."""
    return _written(CUES[".srt"], material)


def vtt(material: Material) -> Iterator[str]:
    """WebVTT; what never sounded is left out."""
    return _written(CUES[".vtt"], material)


def _written(cues: CueFormat, material: Material) -> Iterator[str]:
    yield cues.head
    for number, (span, sentence) in enumerate(_timed(material), 1):
        yield cues.cue(number, span, sentence.ja, sentence.en)


def _srt_cue(number: int, span: Span, ja: str, en: str) -> str:
    return f"{number}\n{_stamp(span.start_s, ',')} --> {_stamp(span.end_s, ',')}\n{_text(ja, en)}\n\n"


def _vtt_cue(_: int, span: Span, ja: str, en: str) -> str:
    text = _text(ja, en).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{_stamp(span.start_s, '.')} --> {_stamp(span.end_s, '.')}\n{text}\n\n"


CUES: Mapping[str, CueFormat] = {".srt": CueFormat("", _srt_cue), ".vtt": CueFormat("WEBVTT\n\n", _vtt_cue)}
"""by the file's suffix"""


def _timed(material: Material) -> Iterator[tuple[Span, SentenceRecord]]:
    """In the order of the sound; none reaches into the next."""
    timed = [(span, sentence) for sentence in material.sentences() if (span := material.span(sentence))]
    timed.sort(key=lambda pair: pair[0].start_s)
    for (span, sentence), after in zip(timed, [*timed[1:], None], strict=True):
        limit = after[0].start_s if after else float("inf")
        end_s = min(max(span.end_s, span.start_s + _LEAST_S), max(limit, span.start_s))
        yield Span(span.start_s, end_s), sentence


def _text(ja: str, en: str) -> str:
    # A blank line would end the subtitle.
    return "\n".join(" ".join(line.split()) for line in dict.fromkeys((ja, en)) if line.strip())


def _stamp(seconds: float, point: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
