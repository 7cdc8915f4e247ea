"""Which voices work now: one that fails is left alone for a while, and tried again when it is wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from engine.events import Event, Health, Level, Notice, NoticeWithdrawn
from engine.pipeline.health import BackOff, Circuit
from engine.protocols import SpeechError
from engine.worker import WorkerError

FAILED, BACK = "voice_failed", "voice_back"


class VoiceHealth:
    """A circuit for each voice. `probe` says a word in a voice, into nothing, and raises when that fails."""

    def __init__(
        self,
        stand_ins: Sequence[str],
        back_off: BackOff,
        probe: Callable[[str], Awaitable[None]],
        emit: Callable[[Event], None],
    ) -> None:
        self.stand_ins = stand_ins
        """the voices to go on with, best first"""
        self._back_off = back_off
        self._probe = probe
        self._emit = emit
        self._circuits: dict[str, Circuit] = {}
        self._probes: dict[str, asyncio.Task[None]] = {}

    @property
    def now(self) -> dict[str, Health]:
        """The voices that do not work now, by id."""
        return {voice: circuit.health for voice, circuit in self._circuits.items() if not circuit.is_closed}

    def pick(self, chosen: str, tried: Collection[str] = ()) -> str | None:
        """Return the best voice that works and was not `tried`; None when all were.

        The last stand-in is tried even when it failed just now: a try is better than silence.
        """
        order = [voice for voice in dict.fromkeys([chosen, *self.stand_ins]) if voice not in tried]
        for voice in order:
            if self._circuit(voice).is_closed:
                return voice
            self._try_again(voice)
        return order[-1] if order else None

    def note_failure(self, voice: str, error: Exception, following: str | None) -> None:
        """A voice failed; `following` speaks in its place."""
        circuit = self._circuit(voice)
        if not circuit.is_closed:
            return
        circuit.open(str(error))
        instead = f" {following} speaks until it works again." if following else ""
        self._emit(Notice(Level.WARNING, FAILED, f"{voice}: {str(error).rstrip('.')}.{instead}"))

    def note_success(self, voice: str) -> None:
        """A voice has spoken."""
        circuit = self._circuit(voice)
        if not circuit.is_closed:
            circuit.close()
            self._emit(NoticeWithdrawn(FAILED))
            self._emit(Notice(Level.INFO, BACK, f"{voice} speaks again."))

    def forgive(self, voice: str) -> None:
        """The user wants this voice: forget how it was."""
        self._circuits.pop(voice, None)

    async def close(self) -> None:
        """End what is being tried."""
        for task in self._probes.values():
            task.cancel()
        await asyncio.gather(*self._probes.values(), return_exceptions=True)

    def _try_again(self, voice: str) -> None:
        """Try it beside the voice that speaks now: no sentence waits for the outcome."""
        circuit = self._circuit(voice)
        if circuit.is_due:
            circuit.try_again()
            self._probes[voice] = asyncio.create_task(self._run_probe(voice, circuit))
            self._probes[voice].add_done_callback(lambda _: self._probes.pop(voice, None))

    async def _run_probe(self, voice: str, circuit: Circuit) -> None:
        try:
            await self._probe(voice)
        except (SpeechError, WorkerError) as error:
            circuit.open(str(error))
        except Exception as error:
            circuit.open(f"{type(error).__name__}: {error}")
        else:
            self.note_success(voice)

    def _circuit(self, voice: str) -> Circuit:
        return self._circuits.setdefault(voice, Circuit(self._back_off))
