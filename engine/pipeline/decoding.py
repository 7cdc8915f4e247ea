"""One try of one translator at one sentence: its growing words to the row and to the voice, judged as they come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import aclosing
from typing import Protocol

from engine.events import TranslationChanged
from engine.glossary import Glossary
from engine.pipeline.job import Job
from engine.pipeline.tally import Tally
from engine.pipeline.translator_hosts import Host
from engine.protocols import Pair
from engine.text.phrases import PhraseSplitter
from engine.text.spaced_phrases import SpacedPhraseSplitter
from engine.translate import guard

DIFFERS = "differs"
"""The words are good, but not those with which the voice has begun."""
_WITHOUT_SPACES = ("ja", "zh")


class Rejected(Exception):  # noqa: N818  (a verdict, not an error)
    """The guard does not accept these words; `reason` is its own."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"translation rejected: {reason}")
        self.reason = reason


class _Splitter(Protocol):
    def feed(self, piece: str) -> list[str]: ...

    def end(self) -> list[str]: ...


class Decoder:
    """Streams translations into jobs. `to` is the language, ISO 639."""

    def __init__(self, tally: Tally, to: str, glossary: Glossary) -> None:
        self.to = to
        self._tally = tally
        self._glossary = glossary

    async def decode(self, job: Job, host: Host, english: str, context: Sequence[Pair], *, again: bool) -> str:
        """Translate once and return the whole. Raises Rejected or TranslatorFailed.

        What an earlier try has given to the voice is said: this one has to begin with the same words.
        """
        job.phrases.forget_unread()
        said, japanese, splitter = job.phrases.text, "", self._splitter(job)
        fed, asked_at = len(said), time.monotonic()
        async with aclosing(host.translate(english, context, again)) as pieces:
            async for piece in pieces:
                piece = _as_shown(piece, job.sentence.en)
                japanese += piece if japanese else piece.lstrip()
                self._check_growing(english, japanese, said)
                self._hand_over(job, splitter.feed(japanese[fed:]))
                fed = max(fed, len(japanese))
                self._show(job, japanese)
        self._tally.pace.record(len(japanese), time.monotonic() - asked_at)
        whole = guard.clean(japanese)
        if reason := guard.judge(english, whole, self.to, self._glossary):
            raise Rejected(reason)
        if not japanese.startswith(said):
            raise Rejected(DIFFERS)
        self._hand_over(job, splitter.end())
        return whole

    def keep(self, job: Job, text: str) -> None:
        """Hand over text that needs no translator."""
        splitter = self._splitter(job)
        self._hand_over(job, [*splitter.feed(text), *splitter.end()])

    def _check_growing(self, english: str, japanese: str, said: str) -> None:
        if reason := guard.judge_growing(english, japanese, self.to, self._glossary):
            raise Rejected(reason)
        if not (said.startswith(japanese) or japanese.startswith(said)):
            raise Rejected(DIFFERS)

    def _hand_over(self, job: Job, phrases: Sequence[str]) -> None:
        for phrase in phrases:
            timings = job.sentence.timings
            if timings.translate_first_ms is None:
                timings.translate_first_ms = (time.monotonic() - job.committed_at) * 1000
            job.phrases.add(phrase)

    def _show(self, job: Job, japanese: str) -> None:
        sentence = job.sentence
        sentence.ja = japanese
        self._tally.tell(job, TranslationChanged(sentence.id, japanese, False, sentence.timings.translate_first_ms))

    def _splitter(self, job: Job) -> _Splitter:
        if self.to not in _WITHOUT_SPACES:
            return SpacedPhraseSplitter()
        # With everything before it said, the voice waits for this sentence.
        return PhraseSplitter(is_urgent=lambda: self._tally.sentences_final >= job.sentence.id - 1)


def _as_shown(piece: str, english: str) -> str:
    """Backticks tell a translator what is code. The English is shown without them, and so is the translation."""
    return piece if "`" in english else piece.replace("`", "")
