"""The tables of translators and speech engines: what each is, where it comes from, and under which licence.

A new one is a row here and one file that does the work.
"""

from engine.catalog.hub_ids import LICENCE_UNKNOWN, find_translator
from engine.catalog.rows import Hub, ModelRow, SpeechEngineRow, TranslatorRow, VoiceRow, WeightFile, Wheels
from engine.catalog.speech_engines import SPEECH_ENGINES, find_speech_engine
from engine.catalog.translators import TRANSLATORS
from engine.catalog.voices import VOICES, find_voice_row

__all__ = [
    "LICENCE_UNKNOWN",
    "SPEECH_ENGINES",
    "TRANSLATORS",
    "VOICES",
    "Hub",
    "ModelRow",
    "SpeechEngineRow",
    "TranslatorRow",
    "VoiceRow",
    "WeightFile",
    "Wheels",
    "find_speech_engine",
    "find_translator",
    "find_voice_row",
]
