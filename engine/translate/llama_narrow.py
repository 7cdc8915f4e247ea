"""A GGUF file cut down to what a processor has to read for every token of a translation into Japanese.

The tokens that English and Japanese never need go: their rows are a sixth of it. Weights of six bits, where most have
four, get four too. Kept beside the weights, made anew when they or the rules change.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models import ModelError
from engine.models.folder import derived_place, require_space
from engine.protocols import Progress, ProgressFn
from engine.translate import byte_pairs, q4_k
from engine.translate.byte_pairs import Vocabulary
from engine.translate.smaller_tensor import SmallerTensor

_WORTH = 0.8
"""A file that keeps more of the tokens than this saves too little."""
_BY_TOKEN = ("token_embd.weight", "output.weight", "output.bias")
"""Tensors with a row for each token."""
_ARRAYS = ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.scores")
_MERGES = "tokenizer.ggml.merges"


def narrowed(path: Path, progress: ProgressFn) -> Path:
    """The file for Japanese; `path` itself where none can be made, or would save too little.

    A file that cannot be written only costs the speed.
    """
    try:
        target = _target(path)
        if _is_current(target, path):
            return target
        return target if _make(path, target, progress) else path
    except (OSError, ModelError, ValueError, KeyError, IndexError):
        return path


def forget(target: Path) -> None:
    """Delete a file that the runtime could not load; the next start makes it anew."""
    for file in (target, _note(target)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _target(path: Path) -> Path:
    return derived_place(path, path.parent / "derived" / f"{path.stem}-ja.gguf", path.stem, "-ja.gguf")


def _note(target: Path) -> Path:
    return target.with_suffix(".json")


def _is_current(target: Path, path: Path) -> bool:
    """Whether it is the file that was written, from these very weights, by these very rules."""
    try:
        return bool(json.loads(_note(target).read_text()) == _made(target, path))
    except (OSError, ValueError):
        return False


def _made(target: Path, path: Path) -> dict[str, list[int]]:
    return {"rules": [byte_pairs.VERSION, q4_k.VERSION], "of": _stamp(path), "made": _stamp(target)}


def _stamp(path: Path) -> list[int]:
    about = path.stat()
    return [about.st_size, about.st_mtime_ns]


@dataclass(frozen=True, slots=True)
class _Cut:
    """What stays."""

    numbers: Sequence[int]
    tokens: Sequence[str]
    merges: Sequence[str]

    def number_of(self, token: int) -> int:
        """The new number of a token, by its old one. Raises ValueError when it does not stay."""
        return list(self.numbers).index(token)


def _make(path: Path, target: Path, progress: ProgressFn) -> bool:
    """Write `target`; False where it is not worth it, or a vocabulary of another kind."""
    from gguf import GGUFReader

    reader = GGUFReader(path)
    cut = _cut(reader)
    if cut is None:
        return False
    what = "Picking the words of Japanese"
    progress(Progress(what, 0, None))
    target.parent.mkdir(parents=True, exist_ok=True)
    require_space(target.parent, path.stat().st_size)
    partial = target.with_suffix(f".{os.getpid()}.part")
    try:
        _write(reader, cut, partial, lambda done, total: progress(Progress(what, done, total)))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    _note(target).write_text(json.dumps(_made(target, path)))
    return True


def _cut(reader: Any) -> _Cut | None:
    fields = reader.fields
    parts = fields.get("split.count")
    if _MERGES not in fields or (parts is not None and parts.contents() > 1):
        return None
    tokens, kinds, merges = (fields[name].contents() for name in (*_ARRAYS[:2], _MERGES))
    numbers = byte_pairs.kept_tokens(Vocabulary(tokens, kinds, merges))
    if len(numbers) > _WORTH * len(tokens):
        return None
    kept = [tokens[number] for number in numbers]
    return _Cut(numbers, kept, byte_pairs.kept_merges(merges, kept))


def _write(reader: Any, cut: _Cut, partial: Path, progress: Callable[[int, int], None]) -> None:
    """Tensor by tensor, so that it takes little memory. `progress` gets the bytes that are done, and all."""
    from gguf import GGUFWriter

    writer = GGUFWriter(partial, reader.fields["general.architecture"].contents())
    writer.data_alignment = reader.alignment
    for name, field in reader.fields.items():
        _copy_field(writer, name, field, cut)
    tensors = _smaller(reader, cut)
    for tensor in tensors:
        writer.add_tensor_info(tensor.name, tensor.shape, tensor.dtype, tensor.n_bytes, tensor.kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    done, total = 0, sum(tensor.n_bytes for tensor in tensors)
    for tensor in tensors:
        writer.write_tensor_data(tensor.content())
        done += tensor.n_bytes
        progress(done, total)
    writer.close()


def _smaller(reader: Any, cut: _Cut) -> list[SmallerTensor]:
    """What is written of each tensor. Six bits become four only where most of the weights have four already."""
    from gguf import GGMLQuantizationType as Kind

    four_bits = sum(tensor.n_bytes for tensor in reader.tensors if tensor.tensor_type == Kind.Q4_K)
    may_repack = four_bits > sum(tensor.n_bytes for tensor in reader.tensors) / 2
    return [
        SmallerTensor(
            tensor,
            cut.numbers if tensor.name in _BY_TOKEN else None,
            is_repacked=may_repack and tensor.tensor_type == Kind.Q6_K,
        )
        for tensor in reader.tensors
    ]


def _copy_field(writer: Any, name: str, field: Any, cut: _Cut) -> None:
    if name.startswith("GGUF.") or name == "general.architecture":
        return  # the writer's own
    value, kind = field.contents(), field.types[0]
    within = field.types[-1] if len(field.types) > 1 else None
    if name in _ARRAYS:
        value = [value[number] for number in cut.numbers]
    elif name == _MERGES:
        value = list(cut.merges)
    elif name.endswith("_token_id"):
        value = cut.number_of(value)
    elif name.endswith(".vocab_size"):
        value = len(cut.numbers)
    writer.add_key_value(name, value, kind, sub_type=within)
