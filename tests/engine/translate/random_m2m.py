"""M2M100 networks with weights made at random, and what transformers' own generate() gives for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

LANGUAGE = 7
"""The id that every translation begins with."""


def make(folder: Path, seed: int, *, activation: str = "relu", safetensors: bool = True, **changes: Any) -> Any:
    """Save a small random network into `folder` and return it; `changes` are those of M2M100Config."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    torch.manual_seed(seed)
    settings: dict[str, Any] = {
        "vocab_size": 120,
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 3,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 48,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": 512,
        "activation_function": activation,
        # Large weights: the outputs of the usual ones hardly depend on what came before.
        "init_std": 0.3,
        "dropout": 0.0,
        "scale_embedding": True,
        "decoder_start_token_id": 2,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
    }
    model = M2M100ForConditionalGeneration(M2M100Config(**(settings | changes)))
    model.eval()  # type: ignore[no-untyped-call]
    if safetensors:
        model.save_pretrained(folder)
    else:
        model.config.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return model


def generate(model: Any, ids: Sequence[int], most: int, language: int = LANGUAGE, **options: Any) -> list[int]:
    """The ids that generate() writes after the language, the end's id included."""
    import torch

    settings = model.generation_config
    settings.early_stopping, settings.length_penalty, settings.max_length = None, None, None
    output = model.generate(
        input_ids=torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        forced_bos_token_id=language,
        do_sample=False,
        max_new_tokens=most + 1,
        **options,
    )
    found: list[int] = output[0].tolist()
    assert found[:2] == [2, language]
    return found[2:]
