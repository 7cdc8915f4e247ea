"""The families of models that CTranslate2 runs here, told apart by their files, and how each cuts text into tokens."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models import ModelError
from engine.translate.languages import Language

_ENGLISH = "eng_Latn"
_END = "</s>"
_MARKS = frozenset({_END, "<s>", "<pad>", "<unk>"})
_LEAST_SHARE = 0.5
"""Of a tokenizer's pieces, at least this share is in the vocabulary of the model it belongs to."""

_SENTENCEPIECE = (
    ("quickmt", "src.spm.model", "tgt.spm.model"),
    ("quickmt", "joint.spm.model", "joint.spm.model"),
    ("marian", "source.spm", "target.spm"),
)
_NLLB = ("tokenizer.json", "sentencepiece.bpe.model")


@dataclass(frozen=True, slots=True)
class Codec:
    """How one model's text becomes tokens and tokens become text."""

    family: str
    """nllb, quickmt or marian"""
    cut: Callable[[str], list[str]]
    """English to pieces, without the marks around them"""
    join: Callable[[Sequence[str]], str]
    """pieces to text"""
    before: tuple[str, ...]
    after: tuple[str, ...]
    """marks that the model wants around the English"""
    prefix: tuple[str, ...]
    """what the translation begins with: NLLB's target language"""

    def encode(self, english: str) -> list[str]:
        """The tokens of a whole sentence."""
        return [*self.before, *self.cut(english), *self.after]

    def decode(self, tokens: Sequence[str]) -> str:
        """The text of tokens of a translation."""
        return self.join([token for token in tokens if token not in _MARKS and token not in self.prefix])


def read(source: Path, converted: Path, language: Language) -> Codec:
    """Read the tokenizers in `source` for the model in `converted`.

    Raises ModelError (`cannot_load`) when the files are of no family known here, do not belong to this model, or
    (`no_language`) the model has no such language.
    """
    after = () if _adds_end(converted) else (_END,)
    for family, source_name, target_name in _SENTENCEPIECE:
        if (source / source_name).is_file() and (source / target_name).is_file():
            english, target = _sentencepiece(source / source_name), _sentencepiece(source / target_name)
            _require_same(english, frozenset(vocabulary(converted, "source")), source / source_name)
            return Codec(family, _cutter(english), target.decode, (), after, ())
    if any((source / name).is_file() for name in _NLLB):
        return _nllb(source, frozenset(vocabulary(converted, "target")), after, language)
    wanted = "; ".join(f"{one} and {other}" for _, one, other in _SENTENCEPIECE)
    raise ModelError("cannot_load", f"{source} has no tokenizer known here: {' or '.join(_NLLB)}; {wanted}.")


def _nllb(source: Path, known: frozenset[str], after: tuple[str, ...], language: Language) -> Codec:
    cut, join = _pieces_of_nllb(source)
    if _ENGLISH not in known:
        raise ModelError("cannot_load", f"{source} is no NLLB: its vocabulary has no {_ENGLISH}.")
    if language.nllb not in known:
        raise ModelError("no_language", f"{source} does not translate into {language.name} ({language.nllb}).")
    return Codec("nllb", cut, join, (_ENGLISH,), after, (language.nllb,))


def _pieces_of_nllb(source: Path) -> tuple[Callable[[str], list[str]], Callable[[Sequence[str]], str]]:
    path = source / _NLLB[0]
    if not path.is_file():
        pieces = _sentencepiece(source / _NLLB[1])
        return _cutter(pieces), pieces.decode
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception
        raise ModelError("cannot_load", f"{path} cannot be read: {error}") from error

    def join(tokens: Sequence[str]) -> str:
        ids = [number for token in tokens if (number := tokenizer.token_to_id(token)) is not None]
        return str(tokenizer.decode(ids, skip_special_tokens=True))

    return lambda text: list(tokenizer.encode(text, add_special_tokens=False).tokens), join


def _sentencepiece(path: Path) -> Any:
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (RuntimeError, OSError) as error:
        raise ModelError("cannot_load", f"{path} cannot be read: {error}") from error


def _cutter(pieces: Any) -> Callable[[str], list[str]]:
    return lambda text: list(pieces.encode(text, out_type=str))


def _require_same(pieces: Any, known: frozenset[str], path: Path) -> None:
    """A tokenizer of another model would translate into nonsense, and nothing would say so."""
    own = [pieces.id_to_piece(number) for number in range(pieces.get_piece_size())]
    if sum(piece in known for piece in own) < _LEAST_SHARE * len(own):
        raise ModelError("cannot_load", f"{path} does not belong to the model beside it: its pieces are unknown there.")


def _adds_end(converted: Path) -> bool:
    return bool(_json(converted / "config.json", {}).get("add_source_eos"))


def vocabulary(converted: Path, side: str) -> list[str]:
    """The model's tokens on one side, source or target, in its order. Raises ModelError (`cannot_load`).

    CTranslate2 writes them as JSON, its earlier versions as text.
    """
    for stem in (f"{side}_vocabulary", "shared_vocabulary"):
        if (converted / f"{stem}.json").is_file():
            return list(_json(converted / f"{stem}.json", []))
        if (converted / f"{stem}.txt").is_file():
            return (converted / f"{stem}.txt").read_text(encoding="utf-8").split("\n")
    raise ModelError("cannot_load", f"{converted} has no vocabulary.")


def _json(path: Path, kind: Any) -> Any:
    """What the file holds, of the same type as `kind`; `kind` itself where there is no such file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else kind
    except ValueError as error:
        raise ModelError("cannot_load", f"{path} is damaged: {error}") from error
    if not isinstance(found, type(kind)):
        raise ModelError("cannot_load", f"{path} is not a file of CTranslate2.")
    return found
