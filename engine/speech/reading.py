"""Japanese text to what the voice should say: nothing of it is Latin, a sign or a number nobody would say so."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from engine.speech.clean import clean
from engine.speech.katakana import Dictionary, Katakana, convert_with_kanalizer, load_dictionary

_WORD = r"[A-Za-z0-9_À-ɏ]+"
_NOT_AFTER_WORD = r"(?<![A-Za-z0-9_])"
_NAME = rf"(?:~?/|\.{{1,2}}/|[.@])?{_WORD}(?:'[a-z]+)?(?:(?:::|[./\\@-]){_WORD})*/?"
_HAS_LETTER = r"(?=[~./@0-9_-]*[A-Za-zÀ-ɏ])"
_KEYS = r"(?:Ctrl|Control|Alt|Option|Shift|Cmd|Command|Meta|Super|Fn)"
_KEY_JOINT = re.compile(r"[+\s-]+")
_WIDE = {0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i).isalnum() or chr(0x21 + i) in "._-/=+@#$&*<>|~"}

_SIGNS = {
    "=": "イコール",
    "+": "プラス",
    "&": "アンド",
    "@": "アット",
    "%": "パーセント",
    "/": "スラッシュ",
    "(": "、",
    ")": "、",
    "（": "、",
    "）": "、",
    ":": "、",
    "：": "、",
    "；": "、",
    ";": "、",
    ",": "、",
    "|": "、",
    "—": "、",
    "–": "、",
    "!": "！",
    "?": "？",
    "…": "、",
    "≒": "約",
    "≠": "ノットイコール",
    "≤": "以下",
    "≥": "以上",
    "×": "かける",
    "÷": "割る",
    "°": "度",
    ".": "。",
    "」「": "、",
}
"""Other ASCII signs and quotes are not said at all."""


class Reader:
    """Turns text into what is said. What it has read once it keeps: stock phrases cost nothing."""

    def __init__(
        self, dictionary: Dictionary | None = None, convert: Callable[[str], str] = convert_with_kanalizer
    ) -> None:
        """`convert` reads one lower-case English word that the dictionary does not have."""
        self._dictionary = dictionary or load_dictionary()
        self._katakana = Katakana(self._dictionary, convert)
        self._phrases = {key.lower(): said for key, said in self._dictionary.phrases.items()}
        self._rules = self._compile()
        self._cached = lru_cache(maxsize=512)(self._read)

    def read(self, text: str) -> str:
        """Return what to say; may be empty. Latin words are katakana, signs and numbers as people say them."""
        return self._cached(text)

    def _read(self, text: str) -> str:
        text = clean(text.translate(_WIDE))
        text = self._rules.sub(self._replace, text)
        return _tidy(text)

    def _compile(self) -> re.Pattern[str]:
        phrases = "|".join(_bounded(key) for key in sorted(self._phrases, key=len, reverse=True))
        units = "|".join(sorted(map(re.escape, self._dictionary.units), key=len, reverse=True))
        # The first that fits wins, so the order is: the narrow before the wide.
        rules = {
            "location": rf"{_NOT_AFTER_WORD}(?P<place>{_NAME}\.[A-Za-z]\w*):(?P<row>\d+)(?::\d+)?",
            "keys": rf"{_NOT_AFTER_WORD}(?i:{_KEYS})(?:\s*[+-]\s*(?:[A-Za-z0-9]+))+(?![A-Za-z0-9_])",
            "phrase": f"(?i:{phrases})",
            "flag": rf"(?<![\w-])--?[A-Za-z](?:{_WORD})?(?:-{_WORD})*",
            "version": r"(?<![\w.])[vV]?\d+(?:\.\d+){2,}(?![\d])|(?<![\w.])[vV]\d+(?:\.\d+)?(?![\w])",
            "series": r"(?<=[A-Za-z] )\d+\.\d+(?![\d.])",
            "day": r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<date>\d{2})(?!\d)",
            "clock": r"(?<![\d:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])",
            "hexadecimal": rf"{_NOT_AFTER_WORD}0[xX](?P<hex>[0-9a-fA-F]+)(?![A-Za-z0-9_])",
            "amount": rf"(?<![A-Za-z0-9_.])(?P<figure>\d+(?:\.\d+)?)\s?(?P<unit>{units})(?![A-Za-z0-9_])",
            "span": r"(?<=\d)\s?[-–~〜～]\s?(?=\d)",
            "minus": r"(?<![\w)-])-(?=\d)",
            "issue": r"#(?P<issue_number>\d+)",
            "money": r"\$(?P<dollars>\d[\d,]*(?:\.\d+)?)",
            "fraction": r"(?<=\d)\.(?=\d)|(?<=\d),(?=\d{3})",
            "call": r"\(\)",
            "name": rf"{_NOT_AFTER_WORD}{_HAS_LETTER}{_NAME}",
            "sign": r"」「|[!-/:-@\[-`{-~（）：；—–…≒≠≤≥×÷°「」『』“”‘’《》【】〔〕]",
        }
        return re.compile("|".join(f"(?P<{name}>{rule})" for name, rule in rules.items()), re.ASCII)

    def _replace(self, match: re.Match[str]) -> str:
        text = match.group()
        named = match.groupdict()
        kind = next(name for name in _KINDS if named[name] is not None)
        match kind:
            case "location":
                return f"{self._katakana.name(named['place'])}の{named['row']}行目"
            case "keys":
                return f" {self._say_all(_KEY_JOINT.split(text))} "
            case "phrase":
                return self._phrases[text.lower()]
            case "flag":
                return f"ハイフン {self._katakana.name(text.lstrip('-'))} "
            case "version" | "series":
                return _version(text)
            case "day":
                return f"{named['year']}年{int(named['month'])}月{int(named['date'])}日"
            case "clock":
                return f"{int(named['hour'])}時{int(named['minute'])}分"
            case "hexadecimal":
                return f"ゼロエックス{self._say_all(named['hex'])}"
            case "amount":
                return named["figure"] + self._dictionary.units[named["unit"]]
            case "span":
                return "から"
            case "minus":
                return "マイナス"
            case "issue":
                return f"{named['issue_number']}番"
            case "money":
                return f"{named['dollars']}ドル"
            case "fraction":
                return text
            case "call":
                return " "
            case "name":
                return f" {self._katakana.name(text)} "
        return _SIGNS.get(text, " ")

    def _say_all(self, words: list[str] | str) -> str:
        return " ".join(self._katakana.word(word) for word in words if word)


_KINDS = (
    "location", "keys", "phrase", "flag", "version", "series", "day", "clock", "hexadecimal", "amount", "span",
    "minus", "issue", "money", "fraction", "call", "name", "sign",
)  # fmt: skip


def _bounded(phrase: str) -> str:
    """Return a pattern for `phrase` that does not match inside a longer word."""
    before = r"(?<![A-Za-z0-9_./-])" if phrase[0].isalnum() or phrase[0] == "." else ""
    after = r"(?![A-Za-z0-9_])" if phrase[-1].isalnum() else ""
    return before + re.escape(phrase) + after


def _version(text: str) -> str:
    number = text.lstrip("vV")
    # テン in katakana: with the kanji, the dictionary takes the number for a decimal and reads its digits one by one.
    said = number.replace(".", "テン")
    return said if number == text else f"バージョン{said}"


def _tidy(text: str) -> str:
    # Only between two words in katakana does a space do something: each keeps its own accent.
    text = re.sub(r"(?<![ァ-ヶー]) | (?![ァ-ヶー])", "", re.sub(r"\s+", " ", text))
    text = re.sub(r"、*([。！？])[、。]*", r"\1", text)
    return re.sub(r"、{2,}", "、", text).strip("、")
