"""Which translator to use here, and how to make it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine import models
from engine.catalog import TRANSLATORS, find_translator
from engine.models import ModelError
from engine.protocols import AsyncTranslator, Translator
from engine.settings import Translate
from engine.translate.planning import ALWAYS_WORKS, Choice, Plan, candidates, plan

__all__ = ["ALWAYS_WORKS", "Choice", "Plan", "candidates", "create", "plan"]


def create(translator_id: str, settings: Mapping[str, Any] | None = None) -> Translator:
    """Make a translator that is not loaded yet. A worker calls this by its name, with these keywords.

    `translator_id` is a catalog id, `runtime:OWNER/REPOSITORY` or `runtime:/path/to/weights`; `settings` are those of
    `engine.settings.Translate`, as plain values. Raises ModelError for a translator that does not exist, or does not
    know the language.
    """
    chosen = msgspec.convert(settings or {}, Translate)
    runtime = translator_id.partition(":")[0]
    _require_language(translator_id, chosen.to)
    if runtime == "llama" and _exists(translator_id):
        from engine.translate.llama import LlamaTranslator

        return LlamaTranslator(translator_id, chosen)
    if runtime == "torch" and _exists(translator_id):
        from engine.translate.nllb import NllbTranslator

        return NllbTranslator(translator_id, chosen)
    if runtime == "ct2" and _exists(translator_id):
        from engine.translate.ct2 import Ct2Translator

        return Ct2Translator(translator_id, chosen)
    known = ", ".join(row.id for row in TRANSLATORS)
    raise ModelError("unknown_model", f"There is no translator {translator_id}. There are: {known}.")


def create_async(translator_id: str, settings: Mapping[str, Any] | None = None) -> AsyncTranslator:
    """As `create`, for a translator on the network: its coroutines run on the engine's loop."""
    if translator_id == "http:openai":
        from engine.translate.http_openai import OpenAiTranslator

        return OpenAiTranslator(msgspec.convert(settings or {}, Translate))
    raise ModelError("unknown_model", f"{translator_id} is no translator on the network; there is http:openai.")


def _require_language(translator_id: str, to: str) -> None:
    row = find_translator(translator_id)
    if row is not None and not row.knows(to):
        raise ModelError("no_language", f"{translator_id} translates into {', '.join(row.targets)} only, not {to}.")


def _exists(translator_id: str) -> bool:
    return models.local_path(translator_id) is not None or find_translator(translator_id) is not None
