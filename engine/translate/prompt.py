"""What Qwen is told, in its own chat template. Everything before the sentence stays the same, so it is read once."""

from __future__ import annotations

from collections.abc import Sequence

from engine.protocols import Pair

STOP = "<|im_end|>"
UNSETTLED_WORDS = 3

_SYSTEM = (
    "あなたはプログラミングに詳しい翻訳者です。英語の文を自然な日本語（です・ます調）に訳してください。"
    "コード、パス、識別子、URL、数字はそのまま残し、訳文だけを出力してください。"
)
_EXAMPLES = (
    Pair("I'll read `src/main.py` first to see how it works.", "まず`src/main.py`を読んで、仕組みを確認します。"),
    Pair(
        "The test suite failed with 2 deprecation warnings, because the fixture returned None.",
        "フィクスチャがNoneを返したため、テストスイートは2件の非推奨警告を出して失敗しました。",
    ),
    Pair(
        "Run `npm install`, bump the version, and restart the server.",
        "`npm install`を実行し、バージョンを上げて、サーバーを再起動してください。",
    ),
    Pair("Would you like me to fix this too?", "これも修正しましょうか？"),
    Pair("This breaking change makes the migration 3 times faster.", "この破壊的変更により、移行が3倍速くなります。"),
)


def fixed_prefix() -> str:
    """The part that is the same for every sentence."""
    return _turn("system", _SYSTEM) + "".join(_exchange(pair) for pair in _EXAMPLES)


def build(english: str, context: Sequence[Pair]) -> str:
    """The whole prompt for one sentence, ready for the model to write the Japanese."""
    earlier = "".join(_exchange(pair) for pair in context)
    return fixed_prefix() + earlier + _turn("user", _plain(english)) + "<|im_start|>assistant\n"


def begin(english_so_far: str, context: Sequence[Pair]) -> str | None:
    """The start of the prompt of a sentence that is still being written, or None while there is too little of it.

    The last words are left out: more letters may still come to them, and their tokens would change.
    """
    words = _plain(english_so_far).split(" ")[:-UNSETTLED_WORDS]
    if not words:
        return None
    earlier = "".join(_exchange(pair) for pair in context)
    return fixed_prefix() + earlier + "<|im_start|>user\n" + " ".join(words)


def _exchange(pair: Pair) -> str:
    return _turn("user", _plain(pair.en)) + _turn("assistant", _plain(pair.ja))


def _turn(role: str, text: str) -> str:
    return f"<|im_start|>{role}\n{text}{STOP}\n"


def _plain(text: str) -> str:
    # A control token spelt out in the text must not become one.
    return " ".join(text.replace("<|", "< |").split())
