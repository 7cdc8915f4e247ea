"""Make a folder like facebook/nllb-200-distilled-600M's, with a model so small that it learns in a second."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAIRS = {
    "The tests passed.": "テストが成功しました。",
    "I will read the file.": "ファイルを読みます。",
    "The server is running.": "サーバーが動いています。",
    "Please restart the server.": "サーバーを再起動してください。",
    "The build failed because a file was missing.": "ファイルがなかったため、ビルドが失敗しました。",
    "There are 3 errors in X1.": "X1に3件のエラーがあります。",
    "This change makes the search faster.": "この変更により、検索が速くなります。",
    "Do you want to continue?": "続けますか？",
    "I added a test for the parser.": "パーサーのテストを追加しました。",
    "The function returns a list.": "この関数はリストを返します。",
    "You can run it with X1.": "X1で実行できます。",
    "Open X1 and change line 12.": "X1を開き、12行目を変更してください。",
    "X1 calls X2.": "X1はX2を呼び出します。",
    "The port is already in use.": "ポートはすでに使われています。",
    "Nothing was changed.": "何も変更されていません。",
    "I found the cause of the error.": "エラーの原因が見つかりました。",
    "The database is empty.": "データベースは空です。",
    "Let me check the log first.": "まずログを確認します。",
    "This is slower, but it needs less memory.": "これは遅くなりますが、必要なメモリが減ります。",
    "All files are now formatted.": "すべてのファイルが整形されました。",
    "The key must not be empty.": "キーは空にできません。",
    "I removed the old code.": "古いコードを削除しました。",
    "Save the file and try again.": "ファイルを保存して、もう一度試してください。",
    "The password is never stored.": "パスワードは保存されません。",
}
"""What it learns. X1 and X2 stand for names, as in what a translator gives to the model."""

OTHER_SCRIPTS = ("Привет, мир. Как дела?", "안녕하세요. 테스트가 끝났습니다.", "Ελληνικά γράμματα.")
"""In the vocabulary, but in no translation."""

STEPS = 140


def make(folder: Path) -> Path:
    """Train and save tokenizer.json, config.json, generation_config.json and pytorch_model.bin into `folder`."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    torch.manual_seed(0)
    tokenizer = _tokenizer()
    tokenizer.save_pretrained(folder)
    config = M2M100Config(
        vocab_size=len(tokenizer),
        d_model=64,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=128,
        decoder_ffn_dim=128,
        max_position_embeddings=128,
        dropout=0.0,
        attention_dropout=0.0,
        activation_dropout=0.0,
        encoder_layerdrop=0.0,
        decoder_layerdrop=0.0,
        scale_embedding=True,
        decoder_start_token_id=2,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    model = M2M100ForConditionalGeneration(config)
    _train(model, tokenizer)
    model.config.save_pretrained(folder)
    model.generation_config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, pre_tokenizers, trainers
    from tokenizers.models import BPE
    from transformers import NllbTokenizer

    raw = Tokenizer(BPE(unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False)
    raw.train_from_iterator([*PAIRS, *PAIRS.values(), *OTHER_SCRIPTS], trainer)
    model = json.loads(raw.to_str())["model"]
    merges: Any = [tuple(merge) for merge in model["merges"]]
    return NllbTokenizer(vocab=model["vocab"], merges=merges, src_lang="eng_Latn", tgt_lang="jpn_Jpan")


def _train(model: Any, tokenizer: Any) -> None:
    import torch

    tokenizer.tgt_lang = "jpn_Jpan"
    batch = tokenizer(list(PAIRS), text_target=list(PAIRS.values()), padding=True, return_tensors="pt")
    labels = batch.pop("labels")
    labels[labels == tokenizer.pad_token_id] = -100
    optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(STEPS):
        loss = model(**batch, labels=labels).loss
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
