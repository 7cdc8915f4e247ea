"""Subtitles in both languages: SubRip and WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.history.export.material import Material, Span
from engine.history.records import SentenceRecord

_LEAST_S = 0.3
"""Shorter, and nobody could read it."""


def srt(material: Material) -> Iterator[str]:
    """SubRip; what never sounded is left out."""
    for number, (span, sentence) in enumerate(_timed(material), 1):
        yield f"{number}\n{_stamp(span.start_s, ',')} --> {_stamp(span.end_s, ',')}\n{_text(sentence)}\n\n"


def vtt(material: Material) -> Iterator[str]:
    """WebVTT; what never sounded is left out."""
    yield "WEBVTT\n\n"
    for span, sentence in _timed(material):
        text = _text(sentence).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield f"{_stamp(span.start_s, '.')} --> {_stamp(span.end_s, '.')}\n{text}\n\n"


def _timed(material: Material) -> Iterator[tuple[Span, SentenceRecord]]:
    """In the order of the sound; none reaches into the next."""
    timed = [(span, sentence) for sentence in material.sentences() if (span := material.span(sentence))]
    timed.sort(key=lambda pair: pair[0].start_s)
    for (span, sentence), after in zip(timed, [*timed[1:], None], strict=True):
        limit = after[0].start_s if after else float("inf")
        end_s = min(max(span.end_s, span.start_s + _LEAST_S), max(limit, span.start_s))
        yield Span(span.start_s, end_s), sentence


def _text(sentence: SentenceRecord) -> str:
    lines = [sentence.ja, sentence.en] if sentence.ja != sentence.en else [sentence.en]
    # A blank line would end the subtitle.
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _stamp(seconds: float, point: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
