"""What of an English sentence must come through a translation unchanged: names in code, paths, URLs, numbers."""

from __future__ import annotations

import re
import unicodedata

_CODE_SPAN = re.compile(r"(`+)(.+?)\1")
_URL = re.compile(r"https?://[^\s<>\"'`)\]]+")
_WORD = re.compile(r"[^\s`\"'“”‘’(),;:!?<>\[\]{}…]+")
_NUMBER = re.compile(r"(?<![A-Za-z_\d.])\d+(?:,\d{3})+(?:\.\d+)?|(?<![A-Za-z_\d.])\d+(?:[.:]\d+)*")

_NAME_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"\w*[A-Za-z]\w*_\w+|_\w*[A-Za-z]\w*",  # snake_case, CONSTANT_CASE
        r"[a-z][a-z0-9]*[A-Z]\w*",  # camelCase
        r"(?:[A-Z][a-z0-9]+){2,}",  # PascalCase
        r"--?[A-Za-z][\w-]*(?:=\S+)?",  # --flag
        r"[~.]{0,2}/[\w.@~-]+(?:/[\w.@~*-]*)*",  # /path ./path ~/path
        r"[\w.@-]+(?:/[\w.@*-]+)+/?",  # src/main.py, judged further below
        r"\.?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]\w{0,5}",  # name.ext, os.path.join
        r"\.[a-z]\w+",  # .env
        r"@[\w/-]+",  # @scope/package
        r"[0-9a-f]*(?:\d[a-f]|[a-f]\d)[0-9a-f]{5,}",  # a hash
    )
)

_ABBREVIATIONS = frozenset({"e.g", "i.e", "etc", "a.m", "p.m", "u.s", "vs", "ph.d", "a.k.a"})
_NAMES_WITH_KATAKANA = frozenset(
    {"javascript", "typescript", "github", "gitlab", "youtube", "linkedin", "powershell", "websocket", "websockets"}
    | {"facebook", "wordpress", "postgresql", "chatgpt", "openai", "playstation", "devops", "macos", "iphone", "ipad"}
)
"""Written in katakana as often as in Latin letters, so not required."""

_SCALES = {"thousand": 10**3, "k": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_KANJI_DIGITS = "〇一二三四五六七八九"
_SPOKEN_COUNTS = {1: ("ひと", "最初", "唯一"), 2: ("ふた", "両方", "双方"), 3: ("みっつ",), 12: ("ダース",)}


def names(english: str) -> list[str]:
    """Code spans, URLs, paths, flags and identifiers, as they must appear in the Japanese."""
    found = [match[2].strip() for match in _CODE_SPAN.finditer(english)]
    rest = _CODE_SPAN.sub(" ", english)
    found += [_trim(url) for url in _URL.findall(rest)]
    words = (_trim(word) for word in _WORD.findall(_URL.sub(" ", rest)))
    return [name for name in dict.fromkeys(found + [word for word in words if _is_name(word)]) if name]


def missing(english: str, translation: str, to: str = "ja") -> str | None:
    """The first name or number of the English that the translation does not have, or None.

    `to` is an ISO 639 code. Japanese numbers are known in all their forms; in other languages small numbers may be
    words, so one digit alone is not looked for.
    """
    flat = _flatten(translation)
    for name in names(english):
        if _flatten(name.removesuffix("()")) not in flat:
            return name
    plain = blank_names(english)
    if to != "ja":
        return _missing_number(plain, translation)
    have = {number.replace(",", "") for number in _NUMBER.findall(unicodedata.normalize("NFKC", translation))}
    for match in _NUMBER.finditer(plain):
        if not _has_number(match[0].replace(",", ""), plain[match.end() :], have, translation):
            return match[0]
    return None


def _missing_number(plain: str, translation: str) -> str | None:
    """1,024.5 is 1.024,5 or 1 024,5 elsewhere, so only the digits count, in any script's form."""
    digits = _digits(translation)
    numbers = [found[0] for found in _NUMBER.finditer(plain) if len(_digits(found[0])) > 1]
    return next((number for number in numbers if _digits(number) not in digits), None)


def _digits(text: str) -> str:
    """The digits of a text; what stands between two numbers is one space, what stands inside one is nothing."""
    plain = "".join(str(unicodedata.digit(character, character)) for character in unicodedata.normalize("NFKC", text))
    return re.sub(r"[^\d]+", " ", re.sub(r"(?<=\d)[.,'’ \u00a0\u202f:](?=\d)", "", plain)).strip()


def blank_names(english: str) -> str:
    """The English without its names, each one a space."""
    for name in sorted(names(english), key=len, reverse=True):
        english = english.replace(name, " ")
    return english


def _trim(word: str) -> str:
    return word.rstrip(".,;:!?*)")


def _is_name(word: str) -> bool:
    if word.lower() in _ABBREVIATIONS or word.lower() in _NAMES_WITH_KATAKANA or re.fullmatch(r"[\d.,:]+", word):
        return False
    if "/" in word and re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z]+)", word):
        return False  # and/or, input/output
    return any(shape.fullmatch(word) for shape in _NAME_SHAPES)


def _flatten(text: str) -> str:
    return re.sub(r"[\s`]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _has_number(number: str, after: str, have: set[str], japanese: str) -> bool:
    if number in have or number.lstrip("0") in have:
        return True
    if ":" in number:
        return all(part in have or part.lstrip("0") in have for part in number.split(":"))
    if not number.isdigit():
        return _scaled_is_there(float(number), after, have, japanese) if number.count(".") == 1 else False
    value = int(number)
    if any(word in japanese for word in (to_kanji(value), *_SPOKEN_COUNTS.get(value, ()))):
        return True
    return _in_myriads(value, have, japanese) or _scaled_is_there(float(value), after, have, japanese)


def _scaled_is_there(value: float, after: str, have: set[str], japanese: str) -> bool:
    """1.5 million: 150万."""
    scale = re.match(r"\s*([A-Za-z]+)", after)
    factor = _SCALES.get(scale[1].lower(), 0) if scale else 0
    whole = round(value * factor)
    return bool(whole) and (str(whole) in have or _in_myriads(whole, have, japanese) or to_kanji(whole) in japanese)


def _in_myriads(value: int, have: set[str], japanese: str) -> bool:
    """10,000: 1万; 1,500,000: 150万."""
    for unit, sign in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (10**3, "千")):
        if value >= unit:
            head = f"{value / unit:g}"
            if head in have and f"{head}{sign}" in unicodedata.normalize("NFKC", japanese):
                return True
    return False


def to_kanji(value: int) -> str:
    """A whole number as kanji: 12 is 十二, 300 is 三百. Above 9999 by myriads."""
    if value == 0:
        return _KANJI_DIGITS[0]
    parts = []
    for power, myriad in enumerate(("", "万", "億", "兆")):
        group = value // 10 ** (4 * power) % 10**4
        if group:
            parts.append(_group_to_kanji(group, is_last=not myriad) + myriad)
    return "".join(reversed(parts))


def _group_to_kanji(group: int, *, is_last: bool) -> str:
    out = ""
    for digit, sign in zip(f"{group:04}", ("千", "百", "十", ""), strict=True):
        if digit != "0":
            # 一 is left out before 十, 百 and 千, but kept at the end and before a myriad.
            out += ("" if digit == "1" and sign and (is_last or sign != "千") else _KANJI_DIGITS[int(digit)]) + sign
    return out
