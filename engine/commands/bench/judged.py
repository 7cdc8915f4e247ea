"""One sentence through a translator and the guard, as the product does it, with what was rejected on the way."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from engine.commands.bench.pairs import QualityPair
from engine.glossary import Glossary
from engine.pipeline.translator_hosts import Host
from engine.sentence import Guard
from engine.translate import guard
from engine.translate.prepare import prepare


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one sentence."""

    shown: str
    """what a reader sees: the Japanese, or the English where both tries were rejected"""
    first: str
    """the first try, as far as it came"""
    verdict: Guard
    reasons: tuple[str, ...]
    """why tries were rejected, in order"""


async def translate_judged(translator: Host, pair: QualityPair, to: str, glossary: Glossary) -> Judged:
    """Translate, once more when the guard rejects it, else leave it English. Raises TranslatorFailed."""
    prepared = prepare(pair.en, to, pair.markdown)
    if prepared.verbatim is not None:
        return Judged(prepared.verbatim, prepared.verbatim, Guard.OK, ())
    first, reason = await _try(translator, prepared.english, to, glossary, again=False)
    if reason is None:
        return Judged(first, first, Guard.OK, ())
    second, second_reason = await _try(translator, prepared.english, to, glossary, again=True)
    if second_reason is None:
        return Judged(second, first, Guard.RETRIED, (reason,))
    return Judged(pair.en, first, Guard.ENGLISH, (reason, second_reason))


async def _try(translator: Host, english: str, to: str, glossary: Glossary, *, again: bool) -> tuple[str, str | None]:
    """The Japanese, and the guard's reason against it or None."""
    japanese = ""
    async with aclosing(translator.translate(english, (), again)) as pieces:
        async for piece in pieces:
            japanese += piece if japanese else piece.lstrip()
            if reason := guard.judge_growing(english, japanese, to, glossary):
                return japanese, reason
    japanese = guard.clean(japanese)
    return japanese, guard.judge(english, japanese, to, glossary)
