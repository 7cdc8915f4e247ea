"""Judge a translation: small models repeat the English, loop, drop numbers, chat, or leave words half translated.

Reasons: empty, echo, script, loop, length, missing_token, chat, answer, half_word. `judge` takes a whole translation,
`judge_growing` one that is still being written and gives only the reasons that no further text can heal.
"""

from __future__ import annotations

import re

from engine.translate import letters, tokens

_MIN_RATIO, _MAX_RATIO = 0.15, 2.5
_SHORT_ENGLISH = 24
"""Below this many characters a ratio says little: "OK." may become 「了解しました。」."""
_SHORT_JAPANESE = 40

_CHAT_START = re.compile(
    r"\s*[（(「【*]*\s*(?:(?:日本語)?(?:翻訳|訳文|和訳|日本語訳|日本語|訳)(?:結果|文)?\s*[*】」)）]*\s*[:：]"
    r"|(?:以下(?:は|が|に)|こちら(?:は|が)).{0,20}(?:翻訳|訳)"
    r"|Here(?: is|'s| are)\b|Sure\b|Certainly\b|Translation\b|Japanese\s*[:：]|Output\s*[:：]"
    r"|(?:もちろん|承知し).{0,8}[!！])",
    re.IGNORECASE,
)
_CHAT_ANYWHERE = re.compile(
    r"<\|?/?(?:im_|assistant|user|system)|[（(]注(?:意|釈|記)?[:：]|\bNote: |英語(?:の文|から)|日本語に翻訳"
)
_ANSWER = re.compile(r"\s*(?:はい|いいえ|いえ)[、。，,！!]")
_AGREES_IN_ENGLISH = re.compile(r"\s*\W*(?:yes|yeah|yep|no|nope|ok|okay|sure|right|indeed)\b", re.IGNORECASE)
_TALK_IN_ENGLISH = re.compile(r"\b(?:translat\w*|japanese|english|note|here|sure|certainly)\b", re.IGNORECASE)

_QUOTES = (("「", "」"), ("『", "』"), ('"', '"'), ("“", "”"), ("'", "'"), ("```", "```"))
_LOOPS = (
    re.compile(r"([^\d\s=\-_*.#・]{1})\1{9,}"),
    re.compile(r"(.{2,3}?)\1{4,}", re.DOTALL),
    re.compile(r"(.{4,80}?)\1{2,}", re.DOTALL),
)
_CLAUSE_END = re.compile(r"[、。，．,.!?！？\n]")
_JAPANESE_THEN_LATIN = re.compile(f"[{letters.KATAKANA}{letters.HAN}]([a-z]{{2,}})")
_LATIN_THEN_KATAKANA = re.compile(f"(?<![A-Za-z])([A-Za-z]+[a-z])[{letters.KATAKANA}]")
_ENGLISH_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")


def clean(japanese: str) -> str:
    """Strip white space and quotes around the whole; line breaks become one space."""
    text = re.sub(r"\s*\n\s*", " ", japanese).strip()
    for opening, closing in _QUOTES:
        inner = text[len(opening) : -len(closing)]
        if len(text) > 2 and text.startswith(opening) and text.endswith(closing) and opening not in inner:
            if closing in inner:
                continue
            return inner.strip()
    return text


def judge(english: str, japanese: str) -> str | None:
    """The reason why a finished translation must not be used, or None when it is good."""
    text = clean(japanese)
    if not any(character.isalnum() for character in text):
        return None if not any(character.isalnum() for character in english) else "empty"
    growing = judge_growing(english, text)
    if growing is not None:
        return growing
    if _is_whole_echo(english, text):
        return "echo"
    if _is_not_japanese(english, text):
        return "script"
    if _is_half_word(english, text + " "):
        return "half_word"
    if _is_too_short(english, text):
        return "length"
    return "missing_token" if tokens.missing(english, text) is not None else None


def judge_growing(english: str, japanese: str) -> str | None:
    """The reason why this beginning can no longer become a good translation, or None while it can."""
    if _is_chat(english, japanese):
        return "chat"
    if _ANSWER.match(japanese) and not _AGREES_IN_ENGLISH.match(english):
        return "answer"
    if _has_foreign_letters(english, japanese):
        return "script"
    if _is_loop(english, japanese):
        return "loop"
    if _copies_english(english, japanese):
        return "echo"
    if _is_half_word(english, japanese):
        return "half_word"
    return "length" if _is_too_long(english, japanese) else None


def _is_chat(english: str, japanese: str) -> bool:
    if _TALK_IN_ENGLISH.search(english):
        return "<|im_" in japanese
    return bool(_CHAT_START.match(japanese) or _CHAT_ANYWHERE.search(japanese))


def _has_foreign_letters(english: str, japanese: str) -> bool:
    if any(letter not in english for letter in letters.foreign_letters(japanese)):
        return True
    # Chinese without one kana; a Japanese heading is rarely that long.
    return letters.count_han(japanese) >= 10 and letters.count_kana(japanese) == 0 and letters.count_han(english) == 0


def _is_loop(english: str, japanese: str) -> bool:
    for loop in _LOOPS:
        match = loop.search(japanese)
        if match and match[0] not in english and any(character.isalpha() for character in match[1]):
            return True
    clauses = [clause.strip() for clause in _CLAUSE_END.split(japanese)]
    return any(len(clause) >= 6 and clauses.count(clause) >= 3 for clause in clauses)


def _plain_words(text: str) -> list[str]:
    return _ENGLISH_WORD.findall(text)


def _copies_english(english: str, japanese: str) -> bool:
    """Four English words or more in a row, where at least three are no names."""
    copied = " ".join(_plain_words(japanese))
    words = _plain_words(tokens.blank_names(english))
    for start in range(len(words) - 3):
        run = words[start : start + 4]
        if sum(word[0].islower() for word in run) >= 3 and " ".join(run) in copied:
            return True
    return False


def _is_whole_echo(english: str, japanese: str) -> bool:
    words = _plain_words(tokens.blank_names(english))
    if letters.count_kana(japanese) + letters.count_han(japanese):
        return False
    return len(words) >= 2 and any(word[0].islower() for word in words)


def _is_not_japanese(english: str, japanese: str) -> bool:
    """More than half of the letters are Latin, not counting names and words that the English has with a capital."""
    rest = japanese
    kept = [*tokens.names(english), *(word for word in _plain_words(english) if word[0].isupper() or len(word) <= 3)]
    for word in sorted(set(kept), key=len, reverse=True):
        rest = re.sub(re.escape(word), " ", rest, flags=re.IGNORECASE)
    return letters.count_latin(rest) > max(6, letters.count_kana(rest) + letters.count_han(rest))


def _is_half_word(english: str, japanese: str) -> bool:
    """コンprehension, Deプロイ: a script changes inside a word. The last word may still grow, so it is not judged."""
    known = [word.casefold() for word in re.findall(r"[A-Za-z]+", english)]
    finished = re.sub(r"[A-Za-z]+$", "", japanese)
    pieces = _JAPANESE_THEN_LATIN.findall(finished) + _LATIN_THEN_KATAKANA.findall(finished)
    return any(not _is_known(piece.casefold(), known) for piece in pieces)


def _is_known(piece: str, known: list[str]) -> bool:
    return any(piece == word or _is_inflected(*sorted((piece, word), key=len)) for word in known)


def _is_inflected(short: str, long: str) -> bool:
    return len(short) >= 3 and long.startswith(short) and len(long) - len(short) <= 3


def _is_too_long(english: str, japanese: str) -> bool:
    return len(japanese) > max(_MAX_RATIO * len(english), _SHORT_JAPANESE)


def _is_too_short(english: str, japanese: str) -> bool:
    plain = tokens.blank_names(english).strip()
    if len(plain) < _SHORT_ENGLISH:
        return False
    rest = japanese
    for name in tokens.names(english):
        rest = rest.replace(name, "")
    return len(rest) < _MIN_RATIO * len(plain)
