"""One opened translator: in a worker process, or on the network. `translators.py` holds several and picks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from engine.events import Event, Level, Notice
from engine.models import ModelError
from engine.pipeline.load import Load
from engine.protocols import AsyncTranslator, Pair, ProgressFn, TranslatorError, TranslatorInfo
from engine.settings import Translate
from engine.translate.load import create_async
from engine.worker import (
    Patience,
    RemoteError,
    Vitals,
    Watch,
    Worker,
    WorkerError,
    WorkerHung,
    WorkerSpec,
    WorkerState,
    next_in_time,
)

MakeSpec = Callable[[str, Translate], WorkerSpec]
MakeAsync = Callable[[str, Translate], AsyncTranslator]

CRASHED, HUNG, FAILED, UNAVAILABLE = "crashed", "hung", "failed", "unavailable"
LIMIT = "limit"
"""A server takes no more from us for now."""


class TranslatorFailed(Exception):  # noqa: N818  (it says what happened)
    """A translator gave no Japanese. `code` is short and stable: crashed, hung, or what the translator says."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a translator may take, by the length of the English. A slow machine is no hang: these are generous."""

    first_s: float = 40.0
    next_s: float = 20.0
    character_s: float = 0.2
    load_s: float = 60.0
    """for the load of the next translator, when one fails in mid-sentence"""
    connect_s: float = 90.0
    """for a server's first answer: it may have to load its model"""

    def patience(self, english: str, *, streams: bool) -> Patience:
        """Return what to wait for one sentence; one that does not stream gives its first piece last."""
        first_s = self.first_s + self.character_s * len(english)
        return Patience(first_s if streams else first_s * 2, self.next_s, first_s * 2)


class Host(Protocol):
    """A translator that can be opened, asked and closed."""

    id: str
    info: TranslatorInfo | None
    """None until it is open"""

    @property
    def pid(self) -> int | None:
        """Its process, where it has one."""
        ...

    @property
    def vitals(self) -> Vitals:
        """What it said of itself last."""
        ...

    @property
    def is_broken(self) -> bool:
        """True when it will not answer again, however often it is asked."""
        ...

    async def open(self) -> None:
        """Load it. Raises TranslatorFailed."""
        ...

    def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield growing pieces; `again` asks for other words. Raises TranslatorFailed."""
        ...

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Take in words of a sentence that is still being written. Never raises TranslatorFailed."""
        ...

    async def close(self) -> None:
        """Free what it holds."""
        ...


def translator_spec(translator_id: str, settings: Translate) -> WorkerSpec:
    """Return the worker that hosts a catalog translator."""
    options = {"translator_id": translator_id, "settings": msgspec.to_builtins(settings)}
    return WorkerSpec(f"translator {translator_id}", "engine.translate.load:create", options)


def network_translator(translator_id: str, settings: Translate) -> AsyncTranslator:
    """Return a translator on the network that is not loaded yet. Raises ModelError for one that does not exist."""
    return create_async(translator_id, msgspec.to_builtins(settings))


def is_remote(translator_id: str) -> bool:
    """Say whether a translator works on the network, and not in a process of ours."""
    return translator_id.partition(":")[0] == "http"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every host needs to know."""

    settings: Translate
    log_folder: Path
    on_progress: ProgressFn
    emit: Callable[[Event], None]
    deadlines: Deadlines = Deadlines()


class WorkerHost:
    """A translator in a process of its own."""

    def __init__(self, translator_id: str, spec: WorkerSpec, around: Surroundings) -> None:
        self.id = translator_id
        self.info: TranslatorInfo | None = None
        self._around = around
        name = translator_id.replace(":", "-").replace("/", "-")[-100:]
        log_path = around.log_folder / f"{name}.log"
        self._load = Load(around.on_progress)
        self._worker = Worker(spec, log_path=log_path, on_progress=self._load.step, on_state=self._tell_state)

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._worker.pid

    @property
    def vitals(self) -> Vitals:
        """What the worker said of itself last."""
        return self._worker.vitals

    @property
    def is_broken(self) -> bool:
        """True when the worker keeps stopping and is not started again."""
        return self._worker.state in (WorkerState.FAILED, WorkerState.CLOSED)

    async def open(self) -> None:
        """Start the worker, which brings the weights in."""
        try:
            self.info = await self._worker.start()
        except (WorkerError, OSError) as error:
            await self._worker.close()
            code = error.code if isinstance(error, RemoteError) and error.code else FAILED
            raise TranslatorFailed(code, str(error)) from error
        await self._tell_notices()

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield growing pieces."""
        method = "translate_again" if again else "translate"
        streams = self.info is None or self.info.streams
        patience = self._around.deadlines.patience(english, streams=streams)
        try:
            async with aclosing(self._worker.stream(method, english, list(context), patience=patience)) as pieces:
                async for piece in pieces:
                    yield piece
        except WorkerHung as error:
            raise TranslatorFailed(HUNG, str(error)) from error
        except RemoteError as error:
            raise TranslatorFailed(error.code or FAILED, f"{error.kind}: {error}") from error
        except WorkerError as error:
            raise TranslatorFailed(CRASHED, str(error)) from error
        await self._tell_notices()

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Take in words of a sentence that is still being written."""
        with suppress(WorkerError):
            async for _ in self._worker.stream("read_ahead", english_so_far, list(context)):
                pass

    async def close(self) -> None:
        """End the worker."""
        await self._worker.close()

    async def _tell_notices(self) -> None:
        """Pass on what the translator found out: a fall-back to the CPU, or a glossary left out, must not be silent."""
        with suppress(WorkerError):
            async for message in self._worker.stream("take_notices"):
                self._around.emit(Notice(Level.WARNING, "translator_notice", message))

    def _tell_state(self, state: WorkerState, detail: str) -> None:
        self._load.end()
        if state is WorkerState.RESTARTING:
            self._around.emit(Notice(Level.WARNING, "translator_restarting", f"The {detail}"))


class NetworkHost:
    """A translator on the network."""

    def __init__(self, translator_id: str, make: MakeAsync, around: Surroundings) -> None:
        self.id = translator_id
        self.info: TranslatorInfo | None = None
        self._make = make
        self._around = around
        self._translator: AsyncTranslator | None = None

    @property
    def pid(self) -> int | None:
        """None: it has no process here."""
        return None

    @property
    def vitals(self) -> Vitals:
        """Nothing: a server does not say how it is."""
        return Vitals()

    @property
    def is_broken(self) -> bool:
        """False: a server may come back at any time."""
        return False

    async def open(self) -> None:
        """Find out that it answers."""
        load = Load(self._around.on_progress)
        try:
            async with asyncio.timeout(self._around.deadlines.connect_s):
                self._translator = self._make(self.id, self._around.settings)
                await self._translator.load(load.step)
        except TimeoutError:
            await self.close()
            raise TranslatorFailed(HUNG, f"{self.id} did not answer") from None
        except (ModelError, TranslatorError) as error:
            await self.close()
            raise TranslatorFailed(error.code, str(error)) from error
        finally:
            load.end()
        self.info = self._translator.info

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield growing pieces."""
        if self._translator is None:
            raise TranslatorFailed(UNAVAILABLE, f"{self.id} is not open")
        patience = self._around.deadlines.patience(english, streams=True)
        watch = Watch(patience)
        try:
            async with aclosing(self._translator.translate(english, context, again)) as pieces:
                while (piece := await next_in_time(pieces, watch)) is not None:
                    yield piece
        except TimeoutError:
            raise TranslatorFailed(HUNG, f"{self.id} did not answer in time") from None
        except TranslatorError as error:
            raise TranslatorFailed(error.code, str(error)) from error

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Nothing: words are sent when the sentence is whole."""

    async def close(self) -> None:
        """Close connections."""
        if self._translator:
            await self._translator.close()
