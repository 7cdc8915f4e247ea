"""A small GGUF file with tensors: what weights look like, with a vocabulary of English, Japanese and Russian."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

WIDTH = 4
Tensors = dict[str, tuple[Any, Any]]
"""Packed rows and their kind, by the tensor's name."""


def write(
    path: Path, tokens: list[str], kinds: list[int], merges: list[str], packed: Tensors | None = None, **more: int
) -> dict[str, Any]:
    """Write it, with two tensors that have a row for each token and one that has not; return the tensors.

    `packed` are written instead of those.
    """
    from gguf import GGUFWriter

    writer = GGUFWriter(path, "qwen2")
    writer.add_string("general.name", "Tiny")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(len(tokens) - 1)
    writer.add_uint32("qwen2.vocab_size", len(tokens))
    for name, value in more.items():
        writer.add_uint16(name.replace("__", "."), value)
    rows = np.arange(len(tokens) * WIDTH, dtype=np.float32).reshape(-1, WIDTH)
    tensors = {
        "token_embd.weight": rows,
        "output.weight": -rows,
        "blk.0.attn_norm.weight": np.arange(WIDTH, dtype=np.float32),
    }
    for name, tensor in ({} if packed else tensors).items():
        writer.add_tensor(name, tensor)
    for name, (packed_rows, kind) in (packed or {}).items():
        writer.add_tensor(name, packed_rows, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return tensors
