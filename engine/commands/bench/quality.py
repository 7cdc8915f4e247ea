"""`streamtts bench --quality FILE.tsv`: how good the Japanese is, against references, with the guard's counts."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.commands.bench import machine, scores
from engine.commands.bench.errors import BenchError
from engine.commands.bench.hosted import chosen_ids, opened
from engine.commands.bench.judged import Judged, translate_judged
from engine.commands.bench.pairs import QualityPair, read_pairs
from engine.commands.console import ProgressLine
from engine.events import Loading
from engine.glossary import GlossaryError, load_for
from engine.sentence import Guard
from engine.settings import Settings, Translate
from engine.translate import tokens


@dataclass(frozen=True, slots=True)
class Quality:
    """One translator's figures over the whole file."""

    translator: str
    device: str
    sentences: int
    chrf: float
    """of what a reader sees, the English included where nothing better was to be had"""
    bleu: float
    chrf_by_kind: dict[str, float]
    sentences_per_minute: float
    """one after the other, second tries included, model already loaded"""
    names_kept: float | None
    """share, 0 to 1, of the sentences with names or numbers whose first try has them all; None where there is none"""
    retried: int
    """first try rejected, second one good"""
    english: int
    """both rejected: shown in English"""
    rejections: dict[str, int]
    """by reason, both tries counted"""
    outputs: list[dict[str, object]]


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return 0. Raises BenchError for a bad file, or when no translator could be measured."""
    scores.require_metrics()
    pairs = read_pairs(Path(arguments.quality), arguments.part)
    measured, failures = asyncio.run(measure_all(settings.translate, pairs))
    for failure in failures:
        print(f"streamtts: {failure}", file=sys.stderr)
    if not measured:
        return 3
    if arguments.save:
        from engine.commands.bench import saving

        saving.save(settings, {one.translator: one.chrf for one in measured}, arguments.sentences)
    signatures = scores.score(["あ"], ["あ"])
    if arguments.json:
        print(json.dumps(_report(arguments.quality, measured, failures, signatures), ensure_ascii=False))
    else:
        print(_markdown(arguments.quality, measured, signatures))
    return 0


async def measure_all(settings: Translate, pairs: Sequence[QualityPair]) -> tuple[list[Quality], list[str]]:
    """Every chosen translator's figures, and a line for each that could not be measured."""
    measured, failures = [], []
    for translator_id in chosen_ids(settings):
        try:
            measured.append(await _measure(translator_id, settings, pairs))
        except (BenchError, GlossaryError) as error:
            failures.append(str(error))
    return measured, failures


async def _measure(translator_id: str, settings: Translate, pairs: Sequence[QualityPair]) -> Quality:
    line, glossary = ProgressLine(sys.stderr), load_for(settings.glossary)
    judged = []
    try:
        async with opened(translator_id, settings, line) as translator:
            begin = time.monotonic()
            for number, pair in enumerate(pairs):
                detail = f"{number} of {len(pairs)}"
                line.show(Loading(f"Translating with {translator_id}", number / len(pairs), detail))
                judged.append(await translate_judged(translator, pair, settings.to, glossary))
            device = translator.info.device if translator.info else "?"
            return summarise(translator_id, device, pairs, judged, time.monotonic() - begin)
    finally:
        line.clear()


def summarise(
    translator_id: str, device: str, pairs: Sequence[QualityPair], judged: Sequence[Judged], seconds: float
) -> Quality:
    """The figures of one translator's run. `judged` are in the order of `pairs`; both have one item or more."""
    overall = scores.score([one.shown for one in judged], [pair.ja for pair in pairs])
    verdicts = Counter(one.verdict for one in judged)
    return Quality(
        translator=translator_id,
        device=device,
        sentences=len(pairs),
        chrf=overall.chrf,
        bleu=overall.bleu,
        chrf_by_kind=_by_kind(pairs, judged),
        sentences_per_minute=round(60 * len(pairs) / max(seconds, 1e-9), 1),
        names_kept=_names_kept(pairs, judged),
        retried=verdicts[Guard.RETRIED],
        english=verdicts[Guard.ENGLISH],
        rejections=dict(Counter(reason for one in judged for reason in one.reasons).most_common()),
        outputs=[_output(pair, one) for pair, one in zip(pairs, judged, strict=True)],
    )


def _by_kind(pairs: Sequence[QualityPair], judged: Sequence[Judged]) -> dict[str, float]:
    kinds = dict.fromkeys(pair.kind for pair in pairs)
    figures = {}
    for kind in kinds:
        chosen = [(one.shown, pair.ja) for pair, one in zip(pairs, judged, strict=True) if pair.kind is kind]
        hypotheses, references = zip(*chosen, strict=True)
        figures[str(kind)] = scores.score(hypotheses, references).chrf
    return figures


def _names_kept(pairs: Sequence[QualityPair], judged: Sequence[Judged]) -> float | None:
    kept = [
        tokens.missing(pair.en, one.first) is None
        for pair, one in zip(pairs, judged, strict=True)
        if tokens.missing(pair.en, "") is not None
    ]
    return round(sum(kept) / len(kept), 3) if kept else None


def _output(pair: QualityPair, one: Judged) -> dict[str, object]:
    return {
        "kind": str(pair.kind),
        "en": pair.en,
        "reference": pair.ja,
        "ja": one.shown,
        "first_try": one.first,
        "guard": str(one.verdict),
        "reasons": list(one.reasons),
    }


def _report(
    file: str, measured: Sequence[Quality], failures: Sequence[str], signatures: scores.Scores
) -> dict[str, object]:
    return {
        "machine": machine.describe(),
        "file": file,
        "chrf_signature": signatures.chrf_signature,
        "bleu_signature": signatures.bleu_signature,
        "failures": list(failures),
        "translators": [asdict(one) for one in measured],
    }


def _markdown(file: str, measured: Sequence[Quality], signatures: scores.Scores) -> str:
    lines = [
        f"{file}, {measured[0].sentences} sentences; {machine.describe()}",
        f"chrF: {signatures.chrf_signature}; BLEU over characters: {signatures.bleu_signature}",
        "",
        "| translator | chrF | BLEU | names kept | sentences/min | retried | left English | rejected, by reason |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for one in measured:
        kept = "–" if one.names_kept is None else f"{one.names_kept:.1%}"
        reasons = ", ".join(f"{reason} {count}" for reason, count in one.rejections.items()) or "none"
        lines.append(
            f"| {one.translator} ({one.device}) | {one.chrf} | {one.bleu} | {kept} | {one.sentences_per_minute} "
            f"| {one.retried} | {one.english} | {reasons} |"
        )
    by_kind = "; ".join(
        f"{one.translator}: " + ", ".join(f"{kind} {value}" for kind, value in one.chrf_by_kind.items())
        for one in measured
    )
    return "\n".join([*lines, "", f"chrF by kind of sentence: {by_kind}"])
