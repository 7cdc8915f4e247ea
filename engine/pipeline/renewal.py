"""Translators loaded anew for changed settings, beside those at work, which go on until the new ones can."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.events import Event, Level, Notice
from engine.pipeline.translators import CHANGED, Translators
from engine.settings import Settings

KEPT = "translator_kept"


class Renewal:
    """Of several wishes the last one holds. Used on the loop only."""

    def __init__(
        self,
        make: Callable[[Settings], Translators],
        at_work: Callable[[], Translators],
        emit: Callable[[Event], None],
    ) -> None:
        self.coming: Translators | None = None
        """those that are loading; None when none are"""
        self.language: str | None = None
        """what they will translate into, ISO 639"""
        self._make = make
        self._at_work = at_work
        self._emit = emit

    async def load(self, settings: Settings) -> Translators | None:
        """Return translators that go by these settings, loaded; None where none could start, or a later wish came."""
        coming = self._make(settings)
        before, self.coming = self.coming, coming
        self.language = settings.translate.to
        if before is not None:
            await before.close()
        await coming.start(settings.translate.translator)
        if self.coming is not coming:
            return None
        self.coming = self.language = None
        at_work = self._at_work().id
        if coming.id == "none" and at_work != "none":
            await coming.close()
            kept = f"{at_work} goes on as before: with the changed settings no translator could start."
            self._emit(Notice(Level.WARNING, KEPT, kept))
            return None
        return coming

    def tell(self, translators: Translators) -> None:
        """Say who translates now."""
        if translators.id != "none":
            told = f"{translators.id} translates from now on, with the changed settings."
            self._emit(translators.introduction or Notice(Level.INFO, CHANGED, told))

    async def close(self) -> None:
        """End what is loading."""
        coming, self.coming = self.coming, None
        self.language = None
        if coming is not None:
            await asyncio.shield(coming.close())
