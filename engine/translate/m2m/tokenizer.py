"""Text to ids and back, with the languages' codes: NLLB's tokenizer, and that of the M2M100 models before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models import ModelError
from engine.translate.languages import Language
from engine.translate.m2m.model import LENGTHS

_ENGLISH = Language("en", "English", "eng_Latn")
_NLLB_200_VOCABULARY = 250_000
_NLLB_200_ENGLISH = 256_047
_FILES = ("tokenizer.json", "sentencepiece.bpe.model")


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """English in, the target language out."""

    raw: Any
    """the tokenizer of transformers"""
    language: int
    """the id that a translation begins with"""

    def encode(self, english: str) -> list[int]:
        """Ids of a sentence with its language and end, at most as many as the encoder takes."""
        ids: list[int] = self.raw(" ".join(english.split()), truncation=True, max_length=LENGTHS[-1]).input_ids
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, without languages and ends."""
        return str(self.raw.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))

    def pieces(self) -> dict[str, int]:
        """The whole vocabulary."""
        found: dict[str, int] = self.raw.get_vocab()
        return found


def load_tokenizer(folder: Path, target: Language) -> Tokenizer:
    """The tokenizer in `folder`. Raises ModelError when a language is not where it should be."""
    if not any((folder / name).is_file() for name in _FILES):
        # Without one the library makes an empty tokenizer and says nothing.
        raise ModelError("cannot_load", f"{folder} has no {_FILES[0]}. Delete the folder, and it is fetched again.")
    from transformers import M2M100Tokenizer, NllbTokenizer

    is_nllb = _kind(folder) != "M2M100Tokenizer"
    kind = NllbTokenizer if is_nllb else M2M100Tokenizer
    english, wanted = (code.nllb if is_nllb else code.code for code in (_ENGLISH, target))
    try:
        raw = kind.from_pretrained(folder, local_files_only=True, src_lang=english)
    except Exception as error:  # the parser in Rust raises bare Exceptions
        raise ModelError(
            "cannot_load", f"The tokenizer in {folder} cannot be read ({' '.join(str(error).split())[:120]})."
        ) from error
    ids = [raw.convert_tokens_to_ids(code if is_nllb else f"__{code}__") for code in (english, wanted)]
    _check(raw, ids, (english, wanted), folder)
    return Tokenizer(raw, ids[1])


def _kind(folder: Path) -> str:
    try:
        return str(json.loads((folder / "tokenizer_config.json").read_text()).get("tokenizer_class"))
    except (OSError, ValueError):
        return ""


def _check(raw: Any, ids: Sequence[int], codes: Sequence[str], folder: Path) -> None:
    first = raw("test").input_ids[0]
    is_nllb_200 = codes[0] == _ENGLISH.nllb and len(raw) > _NLLB_200_VOCABULARY
    expected = _NLLB_200_ENGLISH if is_nllb_200 else ids[0]
    if raw.unk_token_id == ids[1]:
        raise ModelError("cannot_load", f"The model in {folder} does not know the language {codes[1]}.")
    if raw.unk_token_id == ids[0] or first != ids[0] or ids[0] != expected:
        raise ModelError(
            "cannot_load",
            f"The tokenizer in {folder} does not begin with {codes[0]} (id {first}, expected {expected}): "
            "its translations would be wrong.",
        )
