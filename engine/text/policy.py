"""What is done with a sentence: translated or not, spoken or not, and what is said in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.sentence import Kind
from engine.settings import Manner
from engine.text.tokens import is_identifier, is_unspeakable


@dataclass(frozen=True, slots=True)
class Handling:
    """How to treat one sentence."""

    translate: bool
    ja: str | None
    """the Japanese where no translation is needed; None where one is, and for what has none (a rule)"""
    speak: bool
    reason: str | None
    """why it is not spoken: "rule", "code", "table" or "no words"; None when it is"""
    say: str | None = None
    """what is spoken where that is not `ja`"""


_TRANSLATED = Handling(True, None, True, None)
_LANGUAGES = {
    "py": "Python",
    "python": "Python",
    "python3": "Python",
    "js": "JavaScript",
    "javascript": "JavaScript",
    "jsx": "JavaScript",
    "ts": "TypeScript",
    "typescript": "TypeScript",
    "tsx": "TypeScript",
    "sh": "シェル",
    "bash": "シェル",
    "zsh": "シェル",
    "fish": "シェル",
    "shell": "シェル",
    "console": "シェル",
    "terminal": "シェル",
    "powershell": "PowerShell",
    "ps1": "PowerShell",
    "rs": "Rust",
    "rust": "Rust",
    "go": "Go",
    "golang": "Go",
    "java": "Java",
    "kt": "Kotlin",
    "kotlin": "Kotlin",
    "swift": "Swift",
    "c": "C",
    "h": "C",
    "cpp": "C++",
    "c++": "C++",
    "cc": "C++",
    "cs": "C#",
    "csharp": "C#",
    "rb": "Ruby",
    "ruby": "Ruby",
    "php": "PHP",
    "html": "HTML",
    "css": "CSS",
    "scss": "SCSS",
    "sql": "SQL",
    "json": "JSON",
    "jsonc": "JSON",
    "jsonl": "JSON",
    "yaml": "YAML",
    "yml": "YAML",
    "toml": "TOML",
    "xml": "XML",
    "md": "マークダウン",
    "markdown": "マークダウン",
    "dockerfile": "Dockerfile",
    "docker": "Dockerfile",
    "make": "Makefile",
    "makefile": "Makefile",
    "lua": "Lua",
    "scala": "Scala",
    "haskell": "Haskell",
    "hs": "Haskell",
    "elixir": "Elixir",
    "ex": "Elixir",
    "zig": "Zig",
    "dart": "Dart",
    "graphql": "GraphQL",
    "mermaid": "Mermaid",
}
_DIFFS = ("diff", "patch")
_PLAIN = ("", "text", "txt", "plain", "plaintext", "none", "output", "log")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+#-]{0,15}")
_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_JAPANESE = re.compile(r"[ぁ-ゖァ-ヺー々〆㐀-䶿一-鿿豈-﫿]")


def handle(kind: Kind, en: str, *, language: str = "", lines: int = 1, code: Manner = "name") -> Handling:
    """Decide on a sentence of `kind` with the plain text `en`.

    `language` is a fence's info word, `lines` the lines of code or rows of a table. Code and tables always have their
    Japanese name on the screen; with `code` "skip" nothing of them is spoken, with "read" the code itself.
    """
    match kind:
        case Kind.RULE:
            return Handling(False, None, False, "rule")
        case Kind.CODE:
            return _named(_name_code(language, lines), code, "code", content=en)
        case Kind.TABLE:
            return _named(f"表、{lines}行", code, "table")
        case _:
            return _handle_text(en)


def _named(name: str, code: Manner, reason: str, content: str | None = None) -> Handling:
    if code == "skip":
        return Handling(False, name, False, reason)
    return Handling(False, name, True, None, say=content if code == "read" else None)


def _name_code(language: str, lines: int) -> str:
    key = language.strip().lower()
    if key in _DIFFS:
        what = "差分"
    elif key in _PLAIN or not _NAME.fullmatch(key):
        what = "コードブロック"
    else:
        what = f"{_LANGUAGES.get(key, language.strip())}のコード"
    return f"{what}、{lines}行" if lines else f"空の{what}"


def _handle_text(en: str) -> Handling:
    if not any(character.isalnum() for character in en) or is_unspeakable(en):
        return Handling(False, en, False, "no words")
    if not any(character.isalpha() for character in en) or _is_japanese(en) or is_identifier(en):
        # Numbers read the same in both languages, and a lone name is no sentence to translate.
        return Handling(False, en, True, None)
    return _TRANSLATED


def _is_japanese(text: str) -> bool:
    """Kana, or Chinese characters without Latin letters; an English sentence may quote a few."""
    japanese = len(_JAPANESE.findall(text))
    letters = sum(character.isascii() and character.isalpha() for character in text)
    if _KANA.search(text):
        # Japanese about code holds long Latin names; English that quotes a label holds spaces between many words.
        return japanese * 5 >= letters
    return japanese > 0 and letters == 0
