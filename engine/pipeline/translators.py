"""The translator as the pipeline sees it: one that can be chosen, loaded, changed and that may die and come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from pathlib import Path
from typing import Any, Protocol

import msgspec

from engine.events import Level, Notice
from engine.protocols import Pair, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.translate.load import ALWAYS_WORKS, choose
from engine.worker import Patience, Worker, WorkerError, WorkerSpec, WorkerState

FIRST_ITEM_S = 20.0
SECONDS_PER_CHARACTER = 0.1

MakeSpec = Callable[[str, Translate], WorkerSpec]


class TranslatorUnavailable(Exception):  # noqa: N818  (it says what is)
    """No translator could start; the message says why and what to do."""


class Translating(Protocol):
    """What the translation stage needs."""

    @property
    def id(self) -> str:
        """The catalog id of the translator at work."""
        ...

    def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield growing pieces. `again` asks for another setting. Raises WorkerError or TranslatorUnavailable."""
        ...

    @property
    def reads_ahead(self) -> bool:
        """Whether `read_ahead` is of use."""
        ...

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Take in words of a sentence that is still being written."""
        ...


def translator_spec(translator_id: str, settings: Translate) -> WorkerSpec:
    """Return the worker that hosts a catalog translator."""
    options = {"translator_id": translator_id, "settings": msgspec.to_builtins(settings)}
    return WorkerSpec(f"translator {translator_id}", "engine.translate.load:create", options)


class TranslatorClient:
    """Holds the translator's worker; sentences wait while it loads."""

    def __init__(
        self,
        settings: Translate,
        log_folder: Path,
        on_progress: ProgressFn,
        notify: Callable[[Notice], None],
        make_spec: MakeSpec = translator_spec,
    ) -> None:
        self.info: TranslatorInfo | None = None
        self._settings = settings
        self._log_folder = log_folder
        self._on_progress = on_progress
        self._notify = notify
        self._make_spec = make_spec
        self._worker: Worker | None = None
        self._failure = ""
        self._settled = asyncio.Event()

    @property
    def id(self) -> str:
        """The catalog id of the translator at work, or "none"."""
        return self.info.id if self.info else "none"

    @property
    def device(self) -> str:
        """Where it runs."""
        return self.info.device if self.info else "cpu"

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._worker.pid if self._worker else None

    async def start(self, wanted: str) -> None:
        """Choose and load; on failure say so, try the next best one, and let sentences fail with the reason."""
        choice = await asyncio.to_thread(choose, wanted, self._settings.device)
        for candidate in dict.fromkeys([choice.id] if wanted != "auto" else [choice.id, ALWAYS_WORKS]):
            if await self._open(candidate):
                break
        self._settled.set()

    async def change(self, wanted: str) -> None:
        """Load another translator; the old one works until the new one is ready."""
        await self.start(wanted)

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield growing pieces of Japanese, waiting for a load under way."""
        await self._settled.wait()
        if self._worker is None:
            raise TranslatorUnavailable(self._failure)
        method = "translate_again" if again else "translate"
        deadline_s = FIRST_ITEM_S + SECONDS_PER_CHARACTER * len(english)
        async with aclosing(
            self._worker.stream(method, english, list(context), patience=Patience(deadline_s, deadline_s))
        ) as pieces:
            async for piece in pieces:
                yield piece
        await self._tell_notices()

    @property
    def reads_ahead(self) -> bool:
        """Whether `read_ahead` is of use: the translator is loaded, and can."""
        return self.info is not None and self.info.reads_ahead and self._settled.is_set()

    async def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> None:
        """Let the translator take in words of a sentence that is still being written. Never raises a WorkerError."""
        if self._worker is None:
            return
        with suppress(WorkerError):
            async for _ in self._worker.stream("read_ahead", english_so_far, list(context)):
                pass

    async def close(self) -> None:
        """End the worker."""
        if self._worker:
            await self._worker.close()

    async def _open(self, translator_id: str) -> bool:
        spec = self._make_spec(translator_id, self._settings)
        log_path = self._log_folder / f"{translator_id.replace(':', '-').replace('/', '-')}.log"
        worker = Worker(spec, log_path=log_path, on_progress=self._on_progress, on_state=self._tell_state)
        try:
            info: Any = await worker.start()
        except (WorkerError, OSError) as error:
            await worker.close()
            self._failure = f"{translator_id} could not start: {error}"
            self._notify(Notice(Level.ERROR, "translator_failed", self._failure))
            return False
        old, self._worker, self.info = self._worker, worker, info
        await self._tell_notices()
        if old:
            await old.close()
        return True

    async def _tell_notices(self) -> None:
        """Pass on what torch found out about its device: a fall-back to the CPU must not be silent."""
        if self._worker and self.info and self.info.runtime == "torch":
            with suppress(WorkerError):
                async for message in self._worker.stream("take_notices"):
                    self._notify(Notice(Level.WARNING, "translator_device", message))

    def _tell_state(self, state: WorkerState, detail: str) -> None:
        if state is WorkerState.RESTARTING:
            self._notify(Notice(Level.WARNING, "translator_restarting", f"The {detail}"))
