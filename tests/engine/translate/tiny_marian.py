"""A tiny Marian that learns a few dozen characters of Japanese in seconds, in the files of a real one (fugumt)."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PAIRS = {
    "The tests passed.": "テストが成功しました。",
    "I will read the file.": "ファイルを読みます。",
    "Please restart the server.": "サーバーを再起動してください。",
    "The build failed because a file was missing.": "ファイルがなかったため、ビルドが失敗しました。",
    "Read X1 first.": "まずX1を読みます。",
    "X1 calls X2.": "X1はX2を呼びます。",
}
STEPS = 150


def make(folder: Path) -> Path:
    """Train and save source.spm, target.spm, vocab.json, config.json and model.safetensors into `folder`."""
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    torch.manual_seed(0)
    pieces = _train_pieces(PAIRS, folder / "source.spm") | _train_pieces(PAIRS.values(), folder / "target.spm")
    vocabulary = ["</s>", "<unk>", *sorted(pieces - {"<s>", "</s>", "<unk>"}), "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(vocabulary)}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"source_lang": "eng", "target_lang": "jpn"}))
    pad = len(vocabulary) - 1
    config = MarianConfig(
        vocab_size=len(vocabulary),
        decoder_vocab_size=len(vocabulary),
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=512,
        dropout=0.0,
        activation_function="swish",
        scale_embedding=True,
        share_encoder_decoder_embeddings=True,
        pad_token_id=pad,
        decoder_start_token_id=pad,
        bos_token_id=0,
        eos_token_id=0,
        forced_eos_token_id=0,
    )
    model = MarianMTModel(config)
    with warnings.catch_warnings(action="ignore"):  # it advises a package for cleaning up punctuation
        tokenizer = MarianTokenizer.from_pretrained(folder)
    _train(model, tokenizer, pad)
    model.save_pretrained(folder)
    return folder


def _train_pieces(lines: Iterable[str], path: Path) -> set[str]:
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(list(lines) * 4),
        model_writer=written,
        vocab_size=120,
        hard_vocab_limit=False,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
    )
    path.write_bytes(written.getvalue())
    pieces = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    return {pieces.id_to_piece(number) for number in range(pieces.get_piece_size())}


def _train(model: Any, tokenizer: Any, pad: int) -> None:
    import torch

    batch = tokenizer(list(PAIRS), text_target=list(PAIRS.values()), padding=True, return_tensors="pt")
    labels = batch.pop("labels")
    labels[labels == pad] = -100
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(STEPS):
        with torch.no_grad():
            # As in every Marian: the decoder starts from nothing. The output layer's half of this weight is trained.
            model.model.shared.weight[pad].zero_()
        loss = model(**batch, labels=labels).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    with torch.no_grad():
        model.model.shared.weight[pad].zero_()
    model.eval()
