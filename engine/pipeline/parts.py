"""What the engine is made of and a test or a tool may replace: everything else is fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.audio.disk_cache import sounds_folder
from engine.audio.open import open_sink
from engine.pipeline.health import BackOff
from engine.pipeline.translator_hosts import Deadlines, MakeAsync, MakeSpec, network_translator, translator_spec
from engine.pipeline.voice_choice import InstalledVoices, VoiceCatalog
from engine.pipeline.voices import VoicePatience, speech_spec
from engine.protocols import Sink
from engine.settings import Speech, Translate, log_folder
from engine.translate.load import Choice, Plan, candidates, plan
from engine.worker import WorkerSpec


@dataclass(frozen=True, slots=True)
class Parts:
    """The replaceable pieces, with the real ones as defaults."""

    make_translator_spec: MakeSpec = translator_spec
    open_sink: Callable[[str, str], Sink] = open_sink
    log_folder: Path = field(default_factory=log_folder)
    make_async_translator: MakeAsync = network_translator
    plan: Callable[[str, str, str], Plan] = plan
    """what to start with, and what to fetch meanwhile, for the settings `translator`, `device` and `to`"""
    candidates: Callable[[Translate], Sequence[Choice]] = candidates
    """what to go on with when a translator fails"""
    voices: Callable[[Speech], VoiceCatalog] = InstalledVoices
    make_speech_spec: Callable[[str], WorkerSpec] = speech_spec
    sounds_folder: Path = field(default_factory=sounds_folder)
    voice_patience: VoicePatience = field(default_factory=VoicePatience)
    deadlines: Deadlines = field(default_factory=Deadlines)
    translator_back_off: BackOff = field(default_factory=lambda: BackOff(first_s=15.0, longest_s=600.0))
    voice_back_off: BackOff = field(default_factory=lambda: BackOff(first_s=5.0, longest_s=300.0))
