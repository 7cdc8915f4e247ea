"""Networks with the shapes of real translators, their weights made at random: as fast or slow as the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

START, END, PAD = 2, 2, 1


@dataclass(frozen=True, slots=True)
class NetworkShape:
    """What decides how long a sentence takes."""

    vocabulary: int
    width: int
    hidden: int
    """width inside the feed-forward networks"""
    encoder_layers: int
    decoder_layers: int
    heads: int


SHAPES = {
    "quickmt": NetworkShape(32_000, 1024, 4096, 8, 2, 16),
    "fugumt": NetworkShape(32_001, 512, 2048, 6, 6, 8),
    "tiny": NetworkShape(300, 32, 64, 2, 2, 4),
}
"""`tiny` is for trying the measurement itself."""


def make_network(shape: NetworkShape) -> Any:
    """A network of transformers, float32, on the CPU; always the same weights."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    torch.manual_seed(0)
    config = M2M100Config(
        vocab_size=shape.vocabulary,
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.hidden,
        decoder_ffn_dim=shape.hidden,
        max_position_embeddings=1024,
        activation_function="relu",
        scale_embedding=True,
        decoder_start_token_id=START,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    return M2M100ForConditionalGeneration(config)


def read_network(folder: Path) -> Any:
    """The network of transformers in `folder`, float32, on the CPU. Raises what transformers raises."""
    import torch
    from transformers import M2M100ForConditionalGeneration

    return M2M100ForConditionalGeneration.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True, weights_only=True
    )


def save_for_ctranslate2(network: Any, folder: Path) -> None:
    """Write the network into `folder` as CTranslate2 reads it, 8 bits a weight; the piece with id n is called `n`."""
    from ctranslate2.converters.transformers import M2M100Loader

    spec = M2M100Loader().get_model_spec(network)
    pieces = ["<s>", "<pad>", "</s>", "<unk>", *(str(number) for number in range(4, network.config.vocab_size))]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.bos_token, spec.config.eos_token, spec.config.unk_token = "<s>", "</s>", "<unk>"
    spec.config.decoder_start_token = "</s>"
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
