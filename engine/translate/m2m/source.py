"""The folder of an NLLB model: its shape, and its weights where they lie, read through the memory map."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.models import ModelError, remedy

_EMBEDDING = "model.shared.weight"
_WEIGHTS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
"""Where weights may lie, the best first: safetensors hold numbers only and need no unpickling."""

_READ = (".json", ".model", ".bin", ".safetensors")


@dataclass(frozen=True, slots=True)
class Shape:
    """What config.json says of the network."""

    vocabulary: int
    width: int
    """of the hidden states"""
    encoder_layers: int
    decoder_layers: int
    encoder_heads: int
    decoder_heads: int
    scales_embedding: bool
    activation: str
    pad: int
    end: int
    start: int
    """the id that the decoder starts with"""


@dataclass(frozen=True, slots=True)
class Source:
    """An opened model. `tensors` are on the CPU, read-only, and most of them still on the disk."""

    folder: Path
    shape: Shape
    tensors: Mapping[str, Any]

    @property
    def embedding(self) -> Any:
        """One row for each piece of the vocabulary, shape (vocabulary, width); also the output layer's weights."""
        return self.tensors[_EMBEDDING]


def open_source(folder: Path) -> Source:
    """Open the model in `folder`. Raises ModelError (cannot_load) when a file is missing, damaged or of another kind.

    Pickled weights are read without running code, and no code comes from the folder.
    """
    try:
        shape = _read_shape(json.loads((folder / "config.json").read_text()))
        source = Source(folder, shape, _open_weights(folder))
        found = tuple(source.embedding.shape)
    except Exception as error:
        # Damaged bytes make a parser raise anything.
        raise cannot_load(folder, error) from error
    if found != (shape.vocabulary, shape.width):
        raise cannot_load(folder, ValueError(f"its embedding is {found}, config.json says otherwise"))
    return source


def cannot_load(folder: Path, error: Exception) -> ModelError:
    """One line about what is wrong with the folder, and what to do."""
    what = f"no {error.args[0]} in it" if isinstance(error, KeyError) and error.args else str(error)
    return ModelError(
        "cannot_load", f"{folder} cannot be loaded: {' '.join(what.split())[:160].rstrip('.')}. {remedy(folder)}"
    )


def fingerprint(folder: Path) -> str:
    """Changes when the weights, the configuration or the tokenizer of `folder` change."""
    state = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _READ and path.is_file():
            facts = path.stat()
            state.update(f"{path.name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
            if path.stem.startswith("tokenizer"):
                state.update(path.read_bytes())
    return state.hexdigest()


def _read_shape(config: dict[str, Any]) -> Shape:
    if config["model_type"] != "m2m_100":
        raise ValueError(f"it is a {config['model_type']}, not an NLLB (m2m_100)")
    if not config.get("tie_word_embeddings", True):
        raise ValueError("its output layer is not its embedding")
    return Shape(
        vocabulary=config["vocab_size"],
        width=config["d_model"],
        encoder_layers=config["encoder_layers"],
        decoder_layers=config["decoder_layers"],
        encoder_heads=config["encoder_attention_heads"],
        decoder_heads=config["decoder_attention_heads"],
        scales_embedding=config.get("scale_embedding", True),
        activation=config.get("activation_function", "relu"),
        pad=config.get("pad_token_id", 1),
        end=config.get("eos_token_id", 2),
        start=config.get("decoder_start_token_id", 2),
    )


def _open_weights(folder: Path) -> Mapping[str, Any]:
    name = next((name for name in _WEIGHTS if (folder / name).is_file()), None)
    if name is None:
        raise FileNotFoundError(f"neither {_WEIGHTS[0]} nor {_WEIGHTS[2]} is there")
    if not name.endswith(".index.json"):
        return _open_file(folder / name)
    parts = set(json.loads((folder / name).read_text())["weight_map"].values())
    if any(Path(part).name != part for part in parts):
        raise ValueError(f"{name} names files outside the folder")
    return {key: tensor for part in sorted(parts) for key, tensor in _open_file(folder / part).items()}


def _open_file(path: Path) -> dict[str, Any]:
    try:
        return _open_safetensors(path) if path.suffix == ".safetensors" else _open_pickled(path)
    except Exception as error:
        # Damaged bytes make a parser raise anything, and rarely with the name of the file.
        raise ValueError(f"{path.name} is damaged ({' '.join(str(error).split())[:100] or 'empty'})") from error


def _open_safetensors(path: Path) -> dict[str, Any]:
    from safetensors import safe_open

    with safe_open(path, "pt") as opened:
        return {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118  (it has no __iter__)


def _open_pickled(path: Path) -> dict[str, Any]:
    import torch

    try:
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except RuntimeError:
        # Files from before torch 1.6 are no archive and cannot be mapped.
        found = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(found, dict):
        raise ValueError("no weights are in it")
    return found
