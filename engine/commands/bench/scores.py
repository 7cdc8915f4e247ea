"""chrF and character BLEU, as sacrebleu computes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.commands.bench.errors import BenchError


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of many sentences together, 0 to 100, and how they were computed."""

    chrf: float
    """chrF of characters 1 to 6, no words, beta 2: sacrebleu's default; white space does not count"""
    bleu: float
    """BLEU with every character a token"""
    chrf_signature: str
    bleu_signature: str


def score(hypotheses: Sequence[str], references: Sequence[str]) -> Scores:
    """Score translations against one reference each, marks of code (`) aside.

    Raises BenchError where sacrebleu is not installed.
    """
    metrics = require_metrics()
    chrf, bleu = metrics.CHRF(), metrics.BLEU(tokenize="char")
    translated, wanted = ([text.replace("`", "") for text in texts] for texts in (hypotheses, references))
    chrf_score = chrf.corpus_score(translated, [wanted])
    bleu_score = bleu.corpus_score(translated, [wanted])
    return Scores(
        round(chrf_score.score, 1),
        round(bleu_score.score, 1),
        str(chrf.get_signature()),
        str(bleu.get_signature()),
    )


def require_metrics() -> Any:
    """Sacrebleu's metrics. Raises BenchError with what to do where it is not installed."""
    try:
        from sacrebleu import metrics
    except ImportError as error:
        raise BenchError(f"sacrebleu is not installed ({error}): pip install 'streamtts[bench]'") from error
    return metrics
