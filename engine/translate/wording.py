"""What each family of chat models is told, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from engine.protocols import Pair
from engine.translate.languages import Language, find


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around a sentence."""

    system: str
    """instructions; empty for models that take none"""
    examples: tuple[Pair, ...] = ()
    ask: str = "{english}"
    """the user's turn"""
    takes_context: bool = True
    """False for models that were trained on single sentences: earlier ones would be translated again"""
    targets: tuple[str, ...] | None = None
    """languages that the model can translate into; None when it is not known"""


_SYSTEM_JA = (
    "あなたはプログラミングに詳しい翻訳者です。英語の文を自然な日本語（です・ます調）に訳してください。"
    "コード、パス、識別子、URL、数字はそのまま残し、訳文だけを出力してください。"
)
_SYSTEM = (
    "You are a translator who knows programming. Translate each English sentence into natural {name}. "
    "Keep code, paths, identifiers, URLs and numbers as they are. Output only the translation."
)
_EXAMPLES_JA = (
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
_JAPANESE = Wording(_SYSTEM_JA, _EXAMPLES_JA)
_LFM2 = Wording("Translate to Japanese.", takes_context=False, targets=("ja",))
_CAT = Wording(
    "",
    ask="Translate the following English text into Japanese.\n\n{english}",
    takes_context=False,
    targets=("ja",),
)


def for_model(name: str, to: str) -> Wording:
    """The wording for a model, known by its id or file name; `to` is an ISO 639 code.

    A model that is not known is told what a general chat model is told.
    """
    plain = name.lower()
    if "enjp-mt" in plain or "lfm2-350m-enjp" in plain:
        return _LFM2
    if "cat-translate" in plain:
        return _CAT
    return general(find(to))


def general(language: Language | None) -> Wording:
    """The wording for a chat model that follows instructions."""
    if language is None or language.code == "ja":
        return _JAPANESE
    return Wording(_SYSTEM.format(name=language.name), ask=f"Translate into {language.name}:\n{{english}}")
