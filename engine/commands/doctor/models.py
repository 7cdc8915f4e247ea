"""The translator that would be used, and the voice: loaded, and tried with one sentence."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine import models
from engine.catalog import find_translator
from engine.commands.doctor.check import Finding, Patient, failed, note, ok
from engine.commands.reading_aloud import ReadingAloud
from engine.models import ModelError
from engine.pipeline.translator_hosts import translator_spec
from engine.protocols import SpeechError
from engine.settings import Settings
from engine.translate import guard
from engine.translate.load import plan
from engine.worker import Worker, WorkerError

SENTENCE = "The tests failed because the configuration file was missing."


def translator(patient: Patient) -> Iterator[Finding]:
    """Which one, under which licence, whether its weights are whole; loaded in a worker, with one sentence timed."""
    settings = patient.settings.translate
    choice = plan(settings.translator, settings.device, settings.to).now
    row = find_translator(choice.id)
    terms = (
        f"{row.licence}{', non-commercial use only' if row.is_non_commercial else ''}" if row else "your own weights"
    )
    yield ok("translator", f"{choice.id} ({terms}): {choice.reason}")
    if choice.id.startswith("http:"):
        yield note("translation", f"made by {settings.http_url}; not tried")
        return
    if not models.can_start(choice.id):
        yield failed("weights", "not here", f"streamtts models pull {choice.id}")
        return
    try:
        yield asyncio.run(_tried(choice.id, patient.settings, patient.patience_s))
    except TimeoutError:
        detail = f"{choice.id} had not translated a sentence after {patient.patience_s:.0f} s"
        yield failed(
            "translation", detail, "is the machine busy? streamtts doctor --patience 120; then streamtts bench"
        )
    except (WorkerError, ModelError, OSError) as error:
        yield failed("translation", str(error), f"streamtts models verify {choice.id}")


async def _tried(translator_id: str, settings: Settings, patience_s: float) -> Finding:
    with tempfile.TemporaryDirectory(prefix="streamtts-doctor-") as folder:
        worker = Worker(translator_spec(translator_id, settings.translate), log_path=Path(folder) / "worker.log")
        try:
            began = time.monotonic()
            async with asyncio.timeout(patience_s):
                info = await worker.start()
                loaded_s, began = time.monotonic() - began, time.monotonic()
                japanese = "".join([piece async for piece in worker.stream("translate", SENTENCE, [])])
                took_ms = (time.monotonic() - began) * 1000
        finally:
            await worker.close()
    detail = f"{japanese} ({took_ms:.0f} ms on {info.device}, loaded in {loaded_s:.1f} s)"
    if settings.translate.to == "ja" and (reason := guard.judge(SENTENCE, japanese)):
        return failed("translation", f"{detail}: {reason}", "streamtts models verify; then choose another translator")
    return ok("translation", detail)


def voice(patient: Patient) -> Iterator[Finding]:
    """The chosen voice, with one sentence."""
    voice_id = patient.settings.speech.voice
    if voice_id == "none":
        yield note("voice", "none is chosen: nothing is spoken", "streamtts config set speech.voice openjtalk:mei")
        return
    try:
        with ReadingAloud(patient.settings) as reading:
            list(reading.speak("準備"))
            began = time.monotonic()
            chunks = reading.speak("テストに失敗しました。")
            first = next(chunks, None)
            took_ms = (time.monotonic() - began) * 1000
    except SpeechError as error:
        yield failed("voice", f"{voice_id}: {error}", "choose another one: streamtts voices")
        return
    if first is None:
        yield failed("voice", f"{voice_id} gave no sound", "choose another one: streamtts voices")
    else:
        yield ok("voice", f"{voice_id}, first sound after {took_ms:.0f} ms")
