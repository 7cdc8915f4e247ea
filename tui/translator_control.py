"""The command about the translator, with what was last asked for and what the engine says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import GaugesChanged, Health
from tui.control import EngineControl


@dataclass(slots=True)
class TranslatorControl:
    """Which translator is at work, and which one was chosen."""

    engine: EngineControl
    wanted: str = "auto"
    """what was chosen last: an id, or auto"""
    at_work: str = ""
    health: Mapping[str, Health] = field(default_factory=dict)
    """those that are set aside, by id"""
    _setting: str = field(init=False)

    def __post_init__(self) -> None:
        """The setting is the first choice."""
        self._setting = self.wanted

    def follow(self, setting: str) -> None:
        """Take the setting for the choice where it has changed."""
        if setting != self._setting:
            self.wanted = self._setting = setting

    def learn(self, gauges: GaugesChanged) -> None:
        """Take over what the engine says."""
        self.at_work = "" if gauges.translator == "none" else gauges.translator
        self.health = gauges.translator_health

    def choose(self, translator_id: str) -> None:
        """Another translator, as soon as it is loaded."""
        self.wanted = translator_id
        self.engine.set_translator(translator_id)
