"""A voice for commands that want its sound as samples, sentence by sentence, without an engine around it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import TracebackType
from typing import Self

from engine.glossary import load_for
from engine.protocols import AsyncSpeechEngine, AudioChunk
from engine.settings import Settings
from engine.speech import voices
from engine.speech.host import SpeechHost
from engine.speech.manners import Manners


class ReadingAloud:
    """Speaks with the voice of the settings, in this process. Use it in a `with`; from one thread.

    Raises SpeechError when the voice is unknown or cannot be used here, GlossaryError for a wrong glossary.
    """

    def __init__(self, settings: Settings) -> None:
        self._rate = settings.speech.rate
        self._voice = voices.find_voice(settings.speech.voice, settings.speech)
        self._manners = Manners(settings.speech, load_for(settings.translate.glossary))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._host: SpeechHost | None = None
        self._remote: AsyncSpeechEngine | None = None
        if voices.is_local(self._voice.id):
            self._host = SpeechHost(self._voice.id)
        elif self._voice.id != voices.NO_VOICE:
            self._loop = asyncio.new_event_loop()
            self._remote = voices.create_async(self._voice.engine, settings.speech)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._host:
            self._host.close()
        if self._remote and self._loop:
            self._loop.run_until_complete(self._remote.close())
            self._loop.close()

    def speak(self, japanese: str) -> Iterator[AudioChunk]:
        """Yield the sound of a sentence; nothing when there is nothing to say. Raises SpeechError."""
        text = self._manners.apply(japanese)
        if self._host:
            yield from self._host.synthesize(text, self._voice.id, self._rate)
        elif self._remote and self._loop:
            yield from self._loop.run_until_complete(_all(self._remote.synthesize(text, self._voice, self._rate)))


async def _all(chunks: AsyncIterator[AudioChunk]) -> list[AudioChunk]:
    return [chunk async for chunk in chunks]
