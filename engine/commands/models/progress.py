"""Steps of fetching and checking on the one line that is rewritten in place."""

from __future__ import annotations

from engine.commands.console import ProgressLine
from engine.events import Loading
from engine.protocols import Progress, ProgressFn


def shown_on(line: ProgressLine) -> ProgressFn:
    """Return what `engine.models` reports its progress to."""

    def show(step: Progress) -> None:
        fraction = step.done / step.total if step.total else None
        detail = f"{step.done / 1e6:.0f} of {step.total / 1e6:.0f} MB" if step.total and step.unit == "B" else ""
        line.show(Loading(step.what, fraction, detail))

    return show
