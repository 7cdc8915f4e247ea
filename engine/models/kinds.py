"""Which of a repository's files a runtime needs: nothing else is ever fetched, and no code among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from engine.catalog import ModelRow, WeightFile
from engine.models.errors import ModelError

_TOKENIZER = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "*.bpe.model",
)
_PLAIN = {
    "llama": (),
    "torch": (*_TOKENIZER, "model.safetensors.index.json"),
    "ct2": (*_TOKENIZER, "*vocabulary.json", "*vocabulary.txt", "vocab.json", "*.spm", "*.spm.model"),
    "piper": ("config.json",),
}
"""small files that a runtime reads as data"""
_WEIGHTS = {
    "llama": ("*.gguf",),
    "torch": ("model*.safetensors",),
    "ct2": ("model.bin", "model.safetensors"),
    "piper": ("*.onnx",),
}
"""formats that hold numbers only, best first; CTranslate2's model.bin is its own format, not pickle"""
_PICKLE = ("pytorch_model.bin", "pytorch_model-*.bin", "pytorch_model.bin.index.json")
_QUANTISATIONS = ("q4_k_m", "q4_k_s", "q5_k_m", "q4_0", "q6_k", "q8_0", "f16", "")
"""GGUF variants in the order of choice: of those that are fast, the best"""
_NOT_A_MODEL = ("*mmproj*", "*imatrix*", "*-of-0*")


def choose(row: ModelRow, listed: Iterable[WeightFile]) -> tuple[WeightFile, ...]:
    """The files of `row` among those that the hub lists, with the row's own digests where it has them.

    Raises ModelError when what is needed is not there, or only in a format that can hold code.
    """
    by_name = {file.name: file for file in listed if _is_inside(file.name)}
    chosen = {file.name: _known(file, by_name, row) for file in row.files}
    if row.takes_more:
        top = [file for file in by_name.values() if "/" not in file.name]
        chosen |= {file.name: file for file in _matching(top, _PLAIN[row.runtime]) if file.name not in chosen}
        if not row.files:
            chosen |= {file.name: file for file in _weights(row, top)}
    return tuple(chosen.values())


def is_wanted(row: ModelRow, name: str) -> bool:
    """Whether a file of this name belongs to the model, as far as its kind tells."""
    kinds = (*_PLAIN[row.runtime], *_WEIGHTS[row.runtime], *(_PICKLE if row.takes_pickle else ()))
    return any(file.name == name for file in row.files) or (
        row.takes_more and any(fnmatchcase(name.lower(), kind) for kind in kinds)
    )


def is_weights(row: ModelRow, name: str) -> bool:
    """Whether a file of this name holds weights."""
    kinds = (*_WEIGHTS[row.runtime], *_PICKLE)
    return any(fnmatchcase(name.lower(), kind) for kind in kinds) and not name.endswith(".json")


def _known(file: WeightFile, by_name: dict[str, WeightFile], row: ModelRow) -> WeightFile:
    listed = by_name.get(file.name)
    if listed is None:
        raise ModelError("missing", f"{_repository(row)} has no {file.name}.")
    return replace(file, size_bytes=file.size_bytes or listed.size_bytes) if file.is_pinned else listed


def _weights(row: ModelRow, files: list[WeightFile]) -> list[WeightFile]:
    for kind in _WEIGHTS[row.runtime]:
        weights = _matching(files, (kind,))
        if row.runtime == "llama":
            weights = _best_gguf(weights)
        if weights:
            return weights
    pickled = _matching(files, _PICKLE)
    if row.takes_pickle and pickled:
        return pickled
    if pickled:
        raise ModelError(
            "unsafe",
            f"{_repository(row)} has its weights only as pickle files, which can hold code: they are fetched for "
            "models of the catalog alone.",
        )
    raise ModelError("missing", f"{_repository(row)} has no weights for {row.runtime} ({_WEIGHTS[row.runtime][0]}).")


def _best_gguf(files: list[WeightFile]) -> list[WeightFile]:
    """The first quantisation of the order that is there; of several such files the one with the plainest name."""
    apart = _matching(files, _NOT_A_MODEL)
    whole = sorted((file for file in files if file not in apart), key=lambda file: (len(file.name), file.name))
    for quantisation in _QUANTISATIONS:
        fitting = [file for file in whole if quantisation in file.name.lower()]
        if fitting:
            return fitting[:1]
    return []


def _matching(files: list[WeightFile], kinds: tuple[str, ...]) -> list[WeightFile]:
    return [file for file in files if any(fnmatchcase(file.name.lower(), kind) for kind in kinds)]


def _is_inside(name: str) -> bool:
    """A name from the network must not lead out of the model's folder, nor into its hidden files."""
    path = PurePosixPath(name)
    return not path.is_absolute() and "\\" not in name and all(not part.startswith(".") for part in path.parts)


def _repository(row: ModelRow) -> str:
    return row.hub.repository if row.hub else row.id
