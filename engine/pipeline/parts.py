"""What the engine is made of and a test or a tool may replace: everything else is fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.audio.open import open_sink
from engine.pipeline.translators import MakeSpec, translator_spec
from engine.protocols import Sink
from engine.settings import log_folder


@dataclass(frozen=True, slots=True)
class Parts:
    """The replaceable pieces, with the real ones as defaults."""

    make_translator_spec: MakeSpec = translator_spec
    open_sink: Callable[[str, str], Sink] = open_sink
    log_folder: Path = field(default_factory=log_folder)
