"""Folders of NLLB's shapes with weights made at random: for speed, where the real ones are not to be had."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

Size = Literal["600m", "tiny"]
MARK = "RANDOM_WEIGHTS.txt"

_SPREAD = 0.03
_COMMON: dict[str, Any] = {
    "model_type": "m2m_100",
    "architectures": ["M2M100ForConditionalGeneration"],
    "activation_function": "relu",
    "scale_embedding": True,
    "is_encoder_decoder": True,
    "max_position_embeddings": 1024,
    "bos_token_id": 0,
    "pad_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 2,
    "dropout": 0.0,
}
_SIZES: dict[Size, tuple[int, int, int, int, int]] = {
    # vocabulary, width, feed-forward width, layers, heads; the first as facebook/nllb-200-distilled-600M
    "600m": (256_206, 1024, 4096, 12, 16),
    "tiny": (1_000, 32, 64, 2, 2),
}


def make_random(folder: Path, size: Size = "600m", seed: int = 0) -> Path:
    """Write config.json and model.safetensors into `folder`, and a file that says what they are.

    600m takes 1.23 GB on the disk (bfloat16). The end's row is zero, so that the end is never the likeliest piece:
    greedy decoding goes on as long as it may. There is no tokenizer.
    """
    import torch
    from safetensors.torch import save_file

    vocabulary, width, wide, layers, heads = _SIZES[size]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(f"The shape of NLLB ({size}), weights made at random with seed {seed}. No translator.\n")
    numbers = torch.Generator().manual_seed(seed)
    tensors: dict[str, Any] = {"model.shared.weight": _random(numbers, vocabulary, width)}
    tensors["model.shared.weight"][2] = 0
    for side, sources in (("encoder", ("self_attn",)), ("decoder", ("self_attn", "encoder_attn"))):
        for number in range(layers):
            prefix = f"model.{side}.layers.{number}."
            for source in sources:
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    tensors |= _product(numbers, f"{prefix}{source}.{part}", width, width)
                tensors |= _norm(f"{prefix}{source}_layer_norm", width)
            tensors |= _product(numbers, f"{prefix}fc1", wide, width) | _product(numbers, f"{prefix}fc2", width, wide)
            tensors |= _norm(f"{prefix}final_layer_norm", width)
        tensors |= _norm(f"model.{side}.layer_norm", width)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = _COMMON | {"vocab_size": vocabulary, "d_model": width, "num_hidden_layers": layers}
    for side in ("encoder", "decoder"):
        config |= {f"{side}_layers": layers, f"{side}_attention_heads": heads, f"{side}_ffn_dim": wide}
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    return folder


def _random(numbers: Any, *size: int) -> Any:
    import torch

    return torch.empty(size, dtype=torch.bfloat16).normal_(0.0, _SPREAD, generator=numbers)


def _product(numbers: Any, name: str, rows: int, width: int) -> dict[str, Any]:
    return {f"{name}.weight": _random(numbers, rows, width), f"{name}.bias": _random(numbers, rows)}


def _norm(name: str, width: int) -> dict[str, Any]:
    import torch

    return {
        f"{name}.weight": torch.ones(width, dtype=torch.bfloat16),
        f"{name}.bias": torch.zeros(width, dtype=torch.bfloat16),
    }
