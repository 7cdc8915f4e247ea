"""A translator opened as the product opens it, for one measurement after the other."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from engine.commands.bench.errors import BenchError
from engine.commands.console import ProgressLine
from engine.events import Event, Level, Loading, Notice
from engine.pipeline import translator_hosts
from engine.pipeline.translator_hosts import Host, NetworkHost, Surroundings, TranslatorFailed, WorkerHost
from engine.protocols import Progress
from engine.settings import Translate
from engine.translate.planning import candidates


@asynccontextmanager
async def opened(translator_id: str, settings: Translate, line: ProgressLine) -> AsyncIterator[Host]:
    """Load a translator; it is closed with the context. Raises BenchError when it cannot be loaded."""

    def show(step: Progress) -> None:
        line.show(Loading(step.what, step.done / step.total if step.total else None))

    own = msgspec.structs.replace(settings, translator=translator_id)
    with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
        host = _make(translator_id, Surroundings(own, Path(folder), show, _tell))
        try:
            await host.open()
            yield host
        except TranslatorFailed as error:
            raise BenchError(f"{translator_id} failed: {error}") from error
        finally:
            await host.close()


def chosen_ids(settings: Translate) -> list[str]:
    """The translators that the settings name (comma between), else all that can start here without a download.

    Raises BenchError when there is none.
    """
    if settings.translator != "auto":
        return list(dict.fromkeys(part for name in settings.translator.split(",") if (part := name.strip())))
    found = [choice.id for choice in candidates(msgspec.structs.replace(settings, fallback=""))]
    if not found:
        raise BenchError("no translator can start here without a download; see `streamtts models`")
    return found


def _make(translator_id: str, around: Surroundings) -> Host:
    if translator_hosts.is_remote(translator_id):
        return NetworkHost(translator_id, translator_hosts.network_translator, around)
    return WorkerHost(translator_id, translator_hosts.translator_spec(translator_id, around.settings), around)


def _tell(event: Event) -> None:
    if isinstance(event, Notice) and event.level is not Level.INFO:
        print(f"streamtts: {event.message}", file=sys.stderr)
