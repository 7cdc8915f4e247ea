"""English to Japanese on a server with OpenAI's chat completions: Ollama, vLLM, llama-server, LM Studio, a service.

This is how a user moves the work to a bigger machine. Nothing but sentences is sent, to no address but the one set.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from engine import glossary
from engine.models import ModelError
from engine.protocols import Pair, Progress, ProgressFn, TranslatorError, TranslatorInfo
from engine.settings import Translate
from engine.translate import languages, wording
from engine.translate.http_openai_connection import Connection, Patience, is_this_machine, name_of, require_url
from engine.translate.http_openai_errors import BadParameter
from engine.translate.http_openai_secrets import Secrets
from engine.translate.http_openai_stream import Thoughts
from engine.translate.prompt import is_item

ID = "http:openai"
_USUAL = Patience()
_WARM_UP = "Let me check the tests."
_NO_CHAT = ("embed", "bge", "rerank", "whisper", "tts", "moderation", "dall")
"""Beginnings of words in the names of models that do not chat."""
_THINKING_TOKENS = 2048
_NEWER_NAMES = {"max_tokens": "max_completion_tokens"}
"""What some services call a parameter that they no longer take by its first name."""


class OpenAiTranslator:
    """A translator on a server: coroutines for one loop. A generator that is closed early ends the request.

    The key is read from the environment variable that `http_key_env` names, and sent to the server of `http_url` only.
    """

    def __init__(
        self, settings: Translate, environment: Mapping[str, str] = os.environ, patience: Patience = _USUAL
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._patience = patience
        self._url = settings.http_url.rstrip("/")
        self._is_private = is_this_machine(self._url)
        self._connection: Connection | None = None
        self._model = settings.http_model
        self._wording = wording.for_model(self._model, settings.to)
        self._glossary = glossary.NO_GLOSSARY
        self._left_out: set[str] = set()
        """parameters that this server does not take"""
        self._thinks = False
        self._thinks_without_tag = False

    @property
    def info(self) -> TranslatorInfo:
        """Who translates."""
        return TranslatorInfo(ID, "http", "remote", True, "the server's")

    async def load(self, progress: ProgressFn) -> None:
        """Find out that the server answers, choose its model, and translate a first sentence.

        Raises ModelError with the codes of TranslatorError, and bad_url, bad_key or no_language.
        """
        require_url(self._url)
        self._glossary = glossary.load_if_good(self._settings.glossary)
        await self.close()
        self._connection = connection = self._connect()
        if not self._is_private:
            progress(Progress(f"Sentences are sent to {connection.where}, without keys and passwords", 0, None))
            if connection.has_key and self._url.startswith("http:"):
                name = self._settings.http_key_env
                progress(Progress(f"The key in {name} travels unencrypted to {connection.where}: use https", 0, None))
        try:
            self._model = self._settings.http_model or _first_that_chats(connection.where, await connection.models())
            self._wording = self._wording_for_language()
            progress(Progress(f"Waiting for {self._model} at {connection.where}", 0, None))
            await self._warm_up()
        except TranslatorError as error:
            await self.close()
            raise ModelError(error.code, f"{error} Its address is the setting translate.http_url.") from error
        except BaseException:
            await self.close()
            raise

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield the growing pieces of one sentence's translation; `again` lets the model vary its words.

        Raises TranslatorError: offline, refused, limit (`http_openai_errors.Limited`), no_model, bad_reply or slow.
        """
        text = _one_line(english)
        if not text:
            return
        async with aclosing(self._translate(text, context, again=again)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Close connections."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _connect(self) -> Connection:
        name = self._settings.http_key_env
        key = self._environment.get(name, "").strip() if name else ""
        if not (key.isascii() and key.isprintable()):
            raise ModelError("bad_key", f"The key in {name} has characters that no key has.")
        return Connection(self._url, key, name or "the environment", self._patience)

    def _wording_for_language(self) -> wording.Wording:
        to = self._settings.to
        if languages.find(to) is None:
            raise ModelError("no_language", f"There is no language {to} here; Japanese is ja.")
        chosen = wording.for_model(self._model, to)
        if chosen.targets is not None and to not in chosen.targets:
            raise ModelError("no_language", f"{self._model} does not translate into {to}.")
        return chosen

    async def _warm_up(self) -> None:
        for attempt in range(2):
            try:
                first_s = self._patience.load_s
                async for _ in self._translate(_WARM_UP, (), again=False, first_s=first_s):
                    pass
            except TranslatorError:
                if attempt or not self._thinks_without_tag:
                    raise
            else:
                return

    async def _translate(
        self, text: str, context: Sequence[Pair], *, again: bool, first_s: float | None = None
    ) -> AsyncGenerator[str, None]:
        secrets, thoughts = Secrets(), Thoughts(starts_inside=self._thinks_without_tag)
        body = self._body(self._messages(text, context, secrets), len(text), again=again)
        has_given = False
        async with aclosing(self._answer(body, first_s)) as answer:
            async for piece in answer:
                shown = secrets.feed(thoughts.feed(piece))
                self._note_thinking(thoughts)
                if shown:
                    has_given = True
                    yield shown
        rest = secrets.feed(thoughts.end()) + secrets.end()
        if rest:
            yield rest
        elif not has_given:
            raise TranslatorError("bad_reply", f"{name_of(self._url)} answered nothing.")

    def _note_thinking(self, thoughts: Thoughts) -> None:
        self._thinks = self._thinks or thoughts.was_seen
        if thoughts.is_headless and not self._thinks_without_tag:
            # What came before the closing tag was no translation; from now on we know, and the next try is right.
            self._thinks_without_tag = True
            raise TranslatorError("bad_reply", f"{self._model} thought aloud instead of translating.")

    def _messages(self, text: str, context: Sequence[Pair], secrets: Secrets) -> list[dict[str, str]]:
        hide: Callable[[str], str] = str if self._is_private else secrets.hide
        turns = [{"role": "system", "content": self._wording.system}] if self._wording.system else []
        earlier = context if self._wording.takes_context else ()
        items = self._wording.items if is_item(text) else ()
        for pair in (*self._wording.examples, *earlier, *items):
            turns += [self._question(hide(_one_line(pair.en))), _answered(hide(_one_line(pair.ja)))]
        return [*turns, self._question(self._with_glossary(hide(text)))]

    def _question(self, text: str) -> dict[str, str]:
        return {"role": "user", "content": self._wording.ask.replace("{english}", text)}

    def _with_glossary(self, text: str) -> str:
        """The sentence with the user's translations in place of the terms: models keep what is in Japanese already."""
        result, position = "", 0
        for match in self._glossary.find(text):
            result += text[position : match.start] + match.replacement
            position = match.end
        return result + text[position:]

    def _body(self, messages: list[dict[str, str]], length: int, *, again: bool) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": messages,
            "stream": True,
            "temperature": 0.6 if again else 0.0,
            "max_tokens": 64 + 2 * length + (_THINKING_TOKENS if self._thinks else 0),
        }

    async def _answer(self, body: dict[str, Any], first_s: float | None) -> AsyncGenerator[str, None]:
        """Yield the answer's pieces; a parameter that the server does not take is left out from then on."""
        if self._connection is None:
            raise RuntimeError("load() comes before translate()")
        for _ in body:
            try:
                async with aclosing(self._connection.chat(self._fitting(body), first_s)) as pieces:
                    async for piece in pieces:
                        yield piece
                return
            except BadParameter as error:
                if error.name not in body or error.name in ("model", "messages") or error.name in self._left_out:
                    raise
                self._left_out.add(error.name)

    def _fitting(self, body: dict[str, Any]) -> dict[str, Any]:
        fitting = {name: value for name, value in body.items() if name not in self._left_out}
        newer = {_NEWER_NAMES[name]: body[name] for name in self._left_out if name in _NEWER_NAMES}
        return fitting | newer


def _first_that_chats(where: str, names: list[str]) -> str:
    for name in names:
        # Some servers name a model by the path of its file.
        words = re.findall("[a-z]+", name.rpartition("/")[2].lower())
        if not any(word.startswith(_NO_CHAT) for word in words):
            return name
    raise TranslatorError("no_model", f"{where} has no model that chats: set translate.http_model.")


def _answered(text: str) -> dict[str, str]:
    return {"role": "assistant", "content": text}


def _one_line(text: str) -> str:
    # Half a surrogate cannot be sent.
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
