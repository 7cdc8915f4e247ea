"""What the worker process for readings hosts: the dictionary, away from the screen and from the voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.protocols import ProgressFn
from engine.text.readings import read
from engine.text.ruby import Readings


class ReadingHost:
    """Reads texts."""

    info = "readings"

    def load(self, progress: ProgressFn) -> None:
        """Load the dictionary. Raises ImportError without pyopenjtalk."""
        read("準備の後")  # 後 is read by its neighbours: what knows them is loaded, too.

    def read(self, texts: Sequence[str]) -> Iterator[tuple[str, Readings]]:
        """Yield each text with its readings."""
        for text in texts:
            yield text, read(text)

    def close(self) -> None:
        """Nothing to free: the dictionary lives as long as the process."""


def create() -> ReadingHost:
    """Make the host for the worker."""
    return ReadingHost()
