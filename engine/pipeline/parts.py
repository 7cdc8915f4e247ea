"""What the engine is made of and a test or a tool may replace: everything else is fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.audio.open import open_sink
from engine.pipeline.translators import MakeSpec, translator_spec
from engine.protocols import Sink


def default_log_folder() -> Path:
    """Where the workers write their logs."""
    from platformdirs import user_log_path

    return user_log_path("streamtts")


@dataclass(frozen=True, slots=True)
class Parts:
    """The replaceable pieces, with the real ones as defaults."""

    make_translator_spec: MakeSpec = translator_spec
    open_sink: Callable[[str, str], Sink] = open_sink
    log_folder: Path = field(default_factory=default_log_folder)
