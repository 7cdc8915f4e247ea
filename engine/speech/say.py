"""The voices built into macOS, through its `say` program: one process a sentence."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.protocols import AudioChunk, Samples, SpeechEngineInfo, SpeechError, Voice
from engine.speech.clean import clean, is_speakable
from engine.speech.trim import trim

SAMPLE_RATE = 22_050
WORDS_PER_MINUTE = 180
"""What the Japanese voices speak at by themselves; `say -r` counts so."""
_LIST_TIMEOUT_S = 5
_SPEAK_TIMEOUT_S = 20
_LISTED = re.compile(r"^(?P<name>.+?)\s+(?P<locale>[a-z]{2,3}[_-]\w+)\s+#", re.MULTILINE)
_GENDERS = {"Kyoko": "female", "Otoya": "male"}


class Say:
    """Speaks through a file, as `say` cannot write sound to a pipe."""

    def __init__(self, program: str = "say", platform: str = sys.platform) -> None:
        """`program` is a name on PATH or a path."""
        self._program = program
        self._platform = platform

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        return SpeechEngineInfo("say", offline=True, licence="macOS", unavailable=self._unavailable())

    def voices(self) -> Sequence[Voice]:
        """The Japanese voices that are installed, Kyoko first; empty away from macOS."""
        return [] if self._unavailable() else self._voices

    def load(self, voice: Voice | None = None) -> None:
        """Nothing stays loaded between two calls. Raises SpeechError (`unavailable`) away from macOS."""
        if reason := self._unavailable():
            raise SpeechError("unavailable", f"say: {reason}")

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> Iterator[AudioChunk]:
        """Yield the sentence as one chunk, 22.05 kHz; nothing when the text holds nothing to say.

        Raises SpeechError: `unavailable` away from macOS, `failed` when `say` fails or hangs.
        """
        self.load()
        # `[[…]]` would be taken for a command to the synthesiser.
        text = clean(japanese).replace("[[", "").replace("]]", "")
        if not is_speakable(text):
            return
        if len(samples := trim(self._speak(text, voice.name, rate), SAMPLE_RATE)):
            yield AudioChunk(samples, SAMPLE_RATE)

    def close(self) -> None:
        """Nothing is held."""

    def _unavailable(self) -> str | None:
        if self._platform != "darwin":
            return "only macOS has it; choose openjtalk:mei"
        if shutil.which(self._program) is None:
            return f"the program {self._program} is not on PATH"
        return None

    @cached_property
    def _voices(self) -> list[Voice]:
        try:
            listing = subprocess.run(
                [self._program, "-v", "?"], capture_output=True, text=True, timeout=_LIST_TIMEOUT_S, check=True
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return []
        names = [match["name"] for match in _LISTED.finditer(listing) if match["locale"].startswith("ja")]
        names.sort(key=lambda name: (name not in _GENDERS, name))
        return [Voice(f"say:{name}", "say", name, gender=_GENDERS.get(name, ""), licence="macOS") for name in names]

    def _speak(self, text: str, name: str, rate: float) -> Samples:
        with tempfile.TemporaryDirectory(prefix="streamtts-say-") as folder:
            path = Path(folder) / "speech.wav"
            command = [self._program, "-v", name, "-o", str(path)]
            command += ["--file-format=WAVE", f"--data-format=LEI16@{SAMPLE_RATE}"]
            if rate != 1.0:
                command += ["-r", str(round(WORDS_PER_MINUTE * rate))]
            # The text goes through stdin: one that begins with a dash is no option then, and `ps` does not show it.
            self._run([*command, "-f", "-"], text)
            return _read_wav(path)

    def _run(self, command: list[str], text: str) -> None:
        try:
            subprocess.run(command, input=text, text=True, capture_output=True, timeout=_SPEAK_TIMEOUT_S, check=True)
        except subprocess.CalledProcessError as error:
            raise SpeechError("failed", f"say failed: {error.stderr.strip() or error.returncode}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise SpeechError("failed", f"say failed: {error}") from error


def _read_wav(path: Path) -> Samples:
    try:
        with wave.open(str(path), "rb") as file:
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError("failed", f"say wrote no sound ({error}); choose another voice") from error
    return np.frombuffer(data, "<i2").astype(np.float32) / 32768.0
