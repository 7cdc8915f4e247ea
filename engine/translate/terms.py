"""Terms of programming that small models get wrong in Japanese: word by word, or with the Chinese word.

A chat model reads them in Japanese within the English sentence, and copies them.
"""

from __future__ import annotations

from engine.glossary import Glossary

_NOUNS = {
    "backward compatibility": "後方互換性",
    "backwards compatibility": "後方互換性",
    "breaking change": "破壊的変更",
    "build argument": "ビルド引数",
    "call site": "呼び出し箇所",
    "caller": "呼び出し元",
    "code path": "コードパス",
    "code review": "コードレビュー",
    "commit message": "コミットメッセージ",
    "data race": "データ競合",
    "dependency array": "依存配列",
    "disk space": "ディスク容量",
    "edge case": "エッジケース",
    "environment variable": "環境変数",
    "exit code": "終了コード",
    "file descriptor": "ファイルディスクリプタ",
    "foreign key": "外部キー",
    "free disk space": "空きディスク容量",
    "garbage collector": "ガベージコレクタ",
    "known issue": "既知の問題",
    "known limitation": "既知の制限",
    "linter": "リンター",
    "lock file": "ロックファイル",
    "lockfile": "ロックファイル",
    "major version": "メジャーバージョン",
    "memory leak": "メモリリーク",
    "merge conflict": "マージの競合",
    "minor version": "マイナーバージョン",
    "null pointer": "ヌルポインタ",
    "off-by-one error": "1つずれの誤り",
    "open question": "未解決の問題",
    "primary key": "主キー",
    "pull request": "プルリクエスト",
    "race condition": "競合状態",
    "regression test": "回帰テスト",
    "release note": "リリースノート",
    "return value": "戻り値",
    "root cause": "根本原因",
    "side effect": "副作用",
    "stack trace": "スタックトレース",
    "trade-off": "トレードオフ",
    "type annotation": "型注釈",
    "type checker": "型チェッカー",
    "workaround": "回避策",
}
_OTHERS = {
    "backward compatible": "後方互換性のある",
    "backwards compatible": "後方互換性のある",
}


def japanese() -> Glossary:
    """The terms as a glossary, singular and plural."""
    plurals = {f"{english}s": term for english, term in _NOUNS.items()}
    return Glossary(translate=_NOUNS | plurals | _OTHERS)
