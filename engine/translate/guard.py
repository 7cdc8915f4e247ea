"""Judge a translation: small models repeat the English, loop, drop numbers, chat, or leave words half translated.

Reasons: empty, echo, script, loop, length, missing_token, glossary, chat, answer, half_word, foreign_word. `judge`
takes a whole translation, `judge_growing` one that is still being written: it gives only the reasons that no further
text can heal. Japanese is judged by everything there is; other languages by what holds for all, and by their script.
"""

from __future__ import annotations

import re

from engine.glossary import NO_GLOSSARY, Glossary
from engine.translate import letters, tokens
from engine.translate.languages import UNINFLECTED, find

JAPANESE = "ja"
_RATIOS = {"Jpan": (0.15, 2.5), "Hans": (0.1, 1.5), "Hang": (0.15, 2.5)}
_OTHER_RATIOS = (0.3, 3.0)
"""Characters of the translation to characters of the English: least and most."""
_SHORT_ENGLISH = 24
"""Below this many characters a ratio says little: "OK." may become 「了解しました。」."""
_SHORT_TRANSLATION = 40

_CHAT_START = re.compile(
    r"\s*[（(「【*]*\s*(?:(?:日本語)?(?:翻訳|訳文|和訳|日本語訳|日本語|訳)(?:結果|文)?\s*[*】」)）]*\s*[:：]"
    r"|(?:以下(?:は|が|に)|こちら(?:は|が)).{0,20}(?:翻訳|訳)"
    r"|Here(?: is|'s| are)\b|Sure\b|Certainly\b|Translation\b|Japanese\s*[:：]|Output\s*[:：]"
    r"|(?:もちろん|承知し).{0,8}[!！])",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"<\|?/?(?:im_|assistant|user|system)")
_CHAT_ANYWHERE = re.compile(
    r"<\|?/?(?:im_|assistant|user|system)|[（(]注(?:意|釈|記)?[:：]|\bNote: |英語(?:の文|から)|日本語に翻訳"
)
_CHAT_ELSEWHERE = re.compile(
    r"\s*[(\[*]*(?:Here(?: is|'s| are)\b|(?:Sure|Certainly)[,!.]|Translat(?:ion|ed)\b|(?:Output|Note|English)\s*:)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"\s*(?:はい|いいえ|いえ)[、。，,！!]")
_AGREES_IN_ENGLISH = re.compile(
    r"\s*\W*(?:yes|yeah|yep|no|nope|not|ok|okay|sure|right|indeed|got it|exactly|correct|understood|agreed|absolutely"
    r"|of course|you(?:'|’| a)re (?:\w+ )?(?:right|correct|welcome)|that(?:'|’| i)s (?:\w+ )?(?:right|correct))\b",
    re.IGNORECASE,
)
_TALK_IN_ENGLISH = re.compile(r"\b(?:translat\w*|japanese|english|note|here|sure|certainly)\b", re.IGNORECASE)

_QUOTES = (("「", "」"), ("『", "』"), ('"', '"'), ("“", "”"), ("'", "'"), ("```", "```"))
_LOOPS = (
    re.compile(r"([^\d\s=\-_*.#・]{1})\1{9,}"),
    re.compile(r"(.{2,3}?)\1{4,}", re.DOTALL),
    re.compile(r"(.{4,80}?)\1{2,}", re.DOTALL),
)
_CHINESE_WORDS = ("泄漏", "已知", "返回", "参数", "信息", "数据", "日志", "默認", "代碼")
"""Written with kanji that Japanese has, but no Japanese words: a Chinese model slips into them."""
_CLAUSE_END = re.compile(r"[、。，．,.!?！？\n]")
_JAPANESE_THEN_LATIN = re.compile(f"[{letters.KATAKANA}{letters.HAN}]([a-z]{{2,}})")
_LATIN_THEN_KATAKANA = re.compile(f"(?<![A-Za-z])([A-Za-z]+[a-z])[{letters.KATAKANA}]")
_LITTLE_WORDS = (
    "a an and are as at be been but by can for from has have he i if in is it its not of on or our so than that the "
    "their then there they this to was we were when which will with would you your"
)
_OF_A_NAME = r"A-Za-z0-9\u00c0-\u00ff_./@:-"
_LATIN_WORD = re.compile(rf"(?<![{_OF_A_NAME}])([a-z\u00df-\u00ff]{{4,}})(?=[^{_OF_A_NAME}])")
_SAME_BEGINNING = 4
"""Letters that two forms of one word share: config and configuration."""
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


def judge(english: str, translation: str, to: str = JAPANESE, glossary: Glossary | None = None) -> str | None:
    """The reason why a finished translation must not be used, or None when it is good. `to` is an ISO 639 code."""
    text = clean(translation)
    if not any(character.isalnum() for character in text):
        return None if not any(character.isalnum() for character in english) else "empty"
    growing = judge_growing(english, text + " ", to, glossary)
    if growing is not None:
        return growing
    if _is_whole_echo(english, text, to):
        return "echo"
    if _is_other_script(english, text, to):
        return "script"
    if _is_too_short(english, text, to):
        return "length"
    if tokens.missing(_without_translated(english, glossary or NO_GLOSSARY), text, to) is not None:
        return "missing_token"
    return "glossary" if _misses_a_term(english, text, to, glossary or NO_GLOSSARY) else None


def judge_growing(english: str, translation: str, to: str = JAPANESE, glossary: Glossary | None = None) -> str | None:
    """The reason why this beginning can no longer become a good translation, or None while it can."""
    if _is_chat(english, translation, to):
        return "chat"
    if to == JAPANESE and _ANSWER.match(translation) and not _AGREES_IN_ENGLISH.match(english):
        return "answer"
    if _has_foreign_letters(english, translation, to):
        return "script"
    if _is_loop(english, translation):
        return "loop"
    if _copies_english(english, translation):
        return "echo"
    if to == JAPANESE and _is_half_word(english, translation):
        return "half_word"
    if to == JAPANESE and _has_foreign_word(english, translation, glossary or NO_GLOSSARY):
        return "foreign_word"
    return "length" if _is_too_long(english, translation, to) else None


def _script_of(to: str) -> str:
    """ISO 15924; an unknown language counts as a Latin one."""
    language = find(to)
    return language.nllb.partition("_")[2] if language else "Latn"


def _without_translated(english: str, glossary: Glossary) -> str:
    """Names that the glossary translates need not come through."""
    for match in reversed(glossary.find(english)):
        if match.replacement != english[match.start : match.end]:
            english = f"{english[: match.start]} {english[match.end :]}"
    return english


def _misses_a_term(english: str, text: str, to: str, glossary: Glossary) -> bool:
    flat = text.casefold()
    return any(_stem(match.replacement, to) not in flat for match in glossary.find(english))


def _stem(term: str, to: str) -> str:
    """What must be there of a term: in languages that inflect its end may change."""
    length = len(term) if to in UNINFLECTED else max(min(4, len(term)), len(term) * 7 // 10)
    return term[:length].casefold()


def _is_chat(english: str, japanese: str, to: str) -> bool:
    if _TALK_IN_ENGLISH.search(english):
        return "<|im_" in japanese
    if to != JAPANESE:
        return bool(_CHAT_ELSEWHERE.match(japanese) or _CONTROL.search(japanese))
    return bool(_CHAT_START.match(japanese) or _CHAT_ANYWHERE.search(japanese))


def _has_foreign_letters(english: str, text: str, to: str) -> bool:
    if to != JAPANESE:
        return any(letter not in english for letter in letters.letters_outside(text, _script_of(to)))
    if any(letter not in english for letter in letters.foreign_letters(text)):
        return True
    if any(word in text and word not in english for word in _CHINESE_WORDS):
        return True
    # Chinese without one kana; a Japanese heading is rarely that long.
    return letters.count_han(text) >= 10 and letters.count_kana(text) == 0 and letters.count_han(english) == 0


def _is_loop(english: str, text: str) -> bool:
    """Something again and again, where the English does not repeat itself."""
    return _repeats(text, english) and not _repeats(english, "")


def _repeats(text: str, wanted: str) -> bool:
    for loop in _LOOPS:
        match = loop.search(text)
        if match and match[0] not in wanted and any(character.isalpha() for character in match[1]):
            return True
    clauses = [clause.strip() for clause in _CLAUSE_END.split(text.casefold())]
    return any(len(clause) >= 6 and clauses.count(clause) >= 3 for clause in clauses)


def _plain_words(text: str) -> list[str]:
    return _ENGLISH_WORD.findall(text)


def _copies_english(english: str, japanese: str) -> bool:
    """Four English words or more in a row, where at least three are no names; six, where all may be a command."""
    copied = " ".join(_plain_words(japanese))
    words = _plain_words(tokens.blank_names(english))
    little = frozenset(_LITTLE_WORDS.split())
    for start in range(len(words) - 3):
        # `docker compose logs api`, its marks of code already gone, stays as it is; little words are in no command.
        length = 4 if any(word.lower() in little for word in words[start : start + 4]) else 6
        run = words[start : start + length]
        if len(run) == length and sum(word[0].islower() for word in run) >= length - 1 and " ".join(run) in copied:
            return True
    return False


def _is_whole_echo(english: str, text: str, to: str) -> bool:
    words = _plain_words(tokens.blank_names(english))
    if len(words) < 2 or not any(word[0].islower() for word in words):
        return False
    if _script_of(to) == "Latn":
        return _flat(text) == _flat(english)
    if letters.count_script(text, _script_of(to)):
        return False
    known = {word.casefold() for word in words}
    written = [word.casefold() for word in _plain_words(text)]
    return sum(word in known for word in written) * 2 >= len(written)


def _flat(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _is_other_script(english: str, text: str, to: str) -> bool:
    """More than half of the letters are Latin, not counting names and words that the English has with a capital."""
    if _script_of(to) == "Latn":
        return False
    rest = text
    kept = [*tokens.names(english), *(word for word in _plain_words(english) if word[0].isupper() or len(word) <= 3)]
    for word in sorted(set(kept), key=len, reverse=True):
        rest = re.sub(re.escape(word), " ", rest, flags=re.IGNORECASE)
    return letters.count_latin(rest) > max(6, letters.count_script(rest, _script_of(to)))


def _is_half_word(english: str, japanese: str) -> bool:
    """コンprehension, Deプロイ: a script changes inside a word. The last word may still grow, so it is not judged."""
    known = [word.casefold() for word in re.findall(r"[A-Za-z]+", english)]
    finished = re.sub(r"[A-Za-z]+$", "", japanese)
    pieces = _JAPANESE_THEN_LATIN.findall(finished) + _LATIN_THEN_KATAKANA.findall(finished)
    return any(not _is_known(piece.casefold(), known) for piece in pieces)


def _has_foreign_word(english: str, japanese: str, glossary: Glossary) -> bool:
    """A small Latin word that nothing in the English has brought: configuración, lors. Only words that are finished."""
    written = _LATIN_WORD.findall(japanese)
    if not written:
        return False
    kept = " ".join(match.replacement for match in glossary.find(english))
    known = {word.casefold() for word in re.findall(r"[^\W\d_]+", f"{english} {kept}")}
    known |= {part.casefold() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", english)}
    return any(not _shares_beginning(word, known) for word in written)


def _shares_beginning(word: str, known: set[str]) -> bool:
    return any(
        word == other
        or (len(min(word, other, key=len)) >= _SAME_BEGINNING and (word.startswith(other) or other.startswith(word)))
        for other in known
    )


def _is_known(piece: str, known: list[str]) -> bool:
    return any(piece == word or _is_inflected(*sorted((piece, word), key=len)) for word in known)


def _is_inflected(short: str, long: str) -> bool:
    return len(short) >= 3 and long.startswith(short) and len(long) - len(short) <= 3


def _is_too_long(english: str, text: str, to: str) -> bool:
    _, most = _RATIOS.get(_script_of(to), _OTHER_RATIOS)
    return len(text) > max(most * len(english), _SHORT_TRANSLATION)


def _is_too_short(english: str, text: str, to: str) -> bool:
    plain = tokens.blank_names(english).strip()
    if len(plain) < _SHORT_ENGLISH:
        return False
    rest = text
    for name in tokens.names(english):
        rest = rest.replace(name, "")
    least, _ = _RATIOS.get(_script_of(to), _OTHER_RATIOS)
    return len(rest) < least * len(plain)
