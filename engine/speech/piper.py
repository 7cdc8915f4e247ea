"""piper-plus: small neural voices, offline, from the `piper` extra; their weights are pulled as models are."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import models
from engine.catalog import VOICES, VoiceRow, find_voice_row
from engine.protocols import AudioChunk, Progress, Samples, SpeechEngineInfo, SpeechError, Voice
from engine.speech.availability import missing_module
from engine.speech.clean import is_speakable
from engine.speech.phrases import pause_after, split_phrases
from engine.speech.reading import Reader
from engine.speech.trim import trim

MAX_THREADS = 2
MAX_PHRASE = 120
"""Characters; what the model needs grows with the length, and text without marks has no end."""
MAX_LOADED = 2
"""Voices kept in memory: one for Claude and one for subagents."""
_MIN_PHRASE = 6
"""Characters; the model speaks very short phrases badly."""
_FULL_SCALE = 32768.0
_WARM_UP = "warming、準備ができました。"
"""One word is English, so that its reader is warm too."""
_ENDS = frozenset(("^", "$", "?", "\ue016", "\ue017", "\ue018"))
"""The phonemizer's marks of a beginning, an end and the kinds of question; the voice adds its own."""
_WORD_END = re.compile(r"(?<=[ぁ-ん])(?![ぁ-ん])|(?<=[、 ])")


@dataclass(frozen=True, slots=True)
class _Loaded:
    voice: Any
    """piper_plus.PiperVoice"""
    language: int | None
    """the model's number for Japanese, where it knows several languages"""


class Piper:
    """Speaks phrase by phrase with at most two threads. Fetches nothing: `streamtts models pull` does."""

    def __init__(self, reader: Reader | None = None, threads: int = 0) -> None:
        """`threads` 0 chooses: one of two cores, else two."""
        self._reader = reader
        self._threads = threads or max(1, min(MAX_THREADS, (os.cpu_count() or 1) // 2))
        self._loaded: dict[str, _Loaded] = {}

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        unavailable = why_not_installed()
        if unavailable is None and not any(models.is_present(row.id) for row in VOICES):
            unavailable = f"none of its voices is here; run: streamtts models pull {VOICES[0].id}"
        return SpeechEngineInfo("piper", offline=True, licence="MIT; each voice's own", unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The voices of the catalog whose weights are here."""
        if why_not_installed():
            return []
        return [_voice(row) for row in VOICES if models.is_present(row.id)]

    def missing(self) -> Sequence[Voice]:
        """The voices of the catalog that would have to be fetched first."""
        return [_voice(row) for row in VOICES if not models.is_present(row.id)]

    def voice(self, name: str) -> Voice | None:
        """Return a voice of the catalog, or one's own by its path; None for other names.

        Raises SpeechError (`unavailable`) when its files are not here.
        """
        if why_not_installed():
            return None
        voice_id = f"piper:{name}"
        own = models.local_path(voice_id)
        if own is not None:
            _files(own)
            return Voice(voice_id, "piper", name, licence="your own")
        row = find_voice_row(voice_id)
        if row is None:
            return None
        if not models.is_present(voice_id):
            raise SpeechError("unavailable", f"{voice_id} is not here: `streamtts models pull {voice_id}` fetches it")
        return _voice(row)

    def load(self, voice: Voice) -> None:
        """Load a voice and speak once into nothing: about a second.

        Raises SpeechError: `unavailable` when its weights are not here, `broken` when they cannot be used.
        """
        if voice.id not in self._loaded:
            loaded = _load(voice.id, self._threads)
            _say(loaded, self._read(_WARM_UP), 1.0)
            while len(self._loaded) >= MAX_LOADED:
                self._loaded.pop(next(iter(self._loaded)))
            self._loaded[voice.id] = loaded

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> Iterator[AudioChunk]:
        """Yield one chunk a phrase at the voice's own sample rate; nothing when the text holds nothing to say.

        Raises SpeechError as `load` does, and `bad_sound` when the model gives no numbers.
        """
        phrases = [p for p in _phrases(self._read(japanese)) if is_speakable(p)]
        if not phrases:
            return
        self.load(voice)
        loaded = self._loaded[voice.id]
        sample_rate = int(loaded.voice.config.sample_rate)
        for index, phrase in enumerate(phrases):
            samples = trim(_say(loaded, phrase, rate), sample_rate)
            if not len(samples):
                continue
            if index < len(phrases) - 1:
                pause = np.zeros(round(pause_after(phrase) / rate * sample_rate), np.float32)
                samples = np.concatenate([samples, pause])
            yield AudioChunk(samples, sample_rate)

    def close(self) -> None:
        """Free the weights."""
        self._loaded.clear()

    def _read(self, japanese: str) -> str:
        if self._reader is None:
            self._reader = Reader()
        return self._reader.read(japanese)


class _Session:
    """The part of `onnxruntime.InferenceSession` that a voice uses; what comes out is looked at.

    The voice scales what it gets to full loudness: one value that is no number would make noise of the rest.
    """

    def __init__(self, session: Any) -> None:
        self._session = session
        self.get_inputs = session.get_inputs
        self.get_outputs = session.get_outputs

    def run(self, names: Sequence[str], inputs: dict[str, Any]) -> list[Any]:
        """Return the outputs; numbers of half precision as float32. Raises SpeechError (`bad_sound`)."""
        given = [np.asarray(one) for one in self._session.run(names, inputs)]
        outputs = [one.astype(np.float32) if np.issubdtype(one.dtype, np.floating) else one for one in given]
        if not all(np.isfinite(one).all() for one in outputs):
            raise SpeechError("bad_sound", "The voice gave sound with values that are no numbers")
        return outputs


def why_not_installed() -> str | None:
    """One line that says what is not installed; None when the engine is."""
    return missing_module(["piper_plus", "onnxruntime", "pyopenjtalk"], "'streamtts[piper]'")


def _voice(row: VoiceRow) -> Voice:
    name = row.id.partition(":")[2]
    return Voice(row.id, "piper", name, language=row.language, gender=row.gender, licence=row.licence)


def _phrases(text: str) -> Iterator[str]:
    for phrase in split_phrases(text, _MIN_PHRASE):
        while len(phrase) > MAX_PHRASE:
            ends = [match.start() for match in _WORD_END.finditer(phrase, MAX_PHRASE // 2, MAX_PHRASE)]
            cut = ends[-1] if ends else MAX_PHRASE
            yield phrase[:cut]
            phrase = phrase[cut:]
        yield phrase


def _say(loaded: _Loaded, phrase: str, rate: float) -> Samples:
    from piper_plus.phonemize.japanese import phonemize_japanese

    # Its own way from text would take a phrase without kana for Chinese, and pad short ones with silence.
    phonemes = [phoneme for phoneme in phonemize_japanese(phrase) if phoneme not in _ENDS]
    if not phonemes:
        return np.zeros(0, np.float32)
    voice = loaded.voice
    pcm = voice.synthesize_ids_to_raw(
        voice.phonemes_to_ids(phonemes), length_scale=voice.config.length_scale / rate, language_id=loaded.language
    )
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(_FULL_SCALE)


def _load(voice_id: str, threads: int) -> _Loaded:
    try:
        model, config = _files(models.require_here(voice_id, _no_progress))
    except models.ModelError as error:
        code = "broken" if error.code == "corrupt" else "unavailable"
        raise SpeechError(code, str(error)) from error
    try:
        return _open(model, config, threads)
    except SpeechError:
        raise
    except Exception as error:
        raise SpeechError("broken", f"{voice_id} cannot be loaded: {type(error).__name__}: {error}") from error


def _open(model: Path, config: Path, threads: int) -> _Loaded:
    # The package's own loader takes more cores, lets waiting threads burn them, and writes a copy beside the model.
    import onnxruntime  # type: ignore[import-untyped]
    from piper_plus import PiperVoice
    from piper_plus.config import PiperConfig

    # It complains of every phrase that no speaker's sound is given to imitate, which these voices have not learnt.
    logging.getLogger("piper_plus.voice").setLevel(logging.ERROR)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    settings = PiperConfig.from_dict(json.loads(config.read_text(encoding="utf-8")))
    languages = settings.language_id_map or {}
    if languages and "ja" not in languages:
        raise SpeechError("broken", f"{model} speaks {', '.join(sorted(languages))}, but no Japanese")
    return _Loaded(PiperVoice(session=_Session(session), config=settings), languages.get("ja"))


def _files(place: Path) -> tuple[Path, Path]:
    """The model in a folder, or the file itself, and its configuration. Raises SpeechError (`unavailable`)."""
    found = sorted(place.glob("*.onnx")) if place.is_dir() else [place] if place.is_file() else []
    if len(found) != 1:
        raise SpeechError("unavailable", f"{place} is neither an ONNX model nor a folder with one")
    model = found[0]
    beside = (model.with_name(f"{model.name}.json"), model.with_name("config.json"))
    config = next((path for path in beside if path.is_file()), None)
    if config is None:
        raise SpeechError("unavailable", f"{model} has no configuration: neither {beside[0].name} nor config.json")
    return model, config


def _no_progress(_: Progress) -> None:
    """Looking at 40 MB is over before anybody could read about it."""
