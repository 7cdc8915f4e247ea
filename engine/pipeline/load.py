"""One long work's progress: a single line at a time, which ends when the work does."""

from __future__ import annotations

from engine.protocols import Progress, ProgressFn


class Load:
    """Passes steps on. A new step ends the one before; `end` ends the last: no line is left on the screen."""

    def __init__(self, on_progress: ProgressFn) -> None:
        self._on_progress = on_progress
        self._what = ""
        """the step under way; empty when there is none"""

    def step(self, step: Progress) -> None:
        """Pass a step on."""
        if step.what != self._what:
            self.end()
        is_over = step.total is not None and step.done >= step.total
        self._what = "" if is_over else step.what
        self._on_progress(step)

    def end(self) -> None:
        """Nothing of this work is under way any more."""
        what, self._what = self._what, ""
        if what:
            self._on_progress(Progress(what, 1.0, 1.0, "steps"))
