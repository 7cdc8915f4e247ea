"""Growing Japanese, cut into phrases that a voice can begin with while the rest is still being translated."""

from __future__ import annotations

import re
from collections.abc import Callable

DEFAULT_MORAE = 8
"""Morae that a phrase has at least: shorter ones sound chopped and hide no work."""
URGENT_MORAE = 5
"""Morae of a first phrase that somebody waits for: over half a second of speech, in which the next one is made."""
_LONGEST_BRACKET = 60
"""Morae after which a bracket that never closes stops nothing any more."""

_ENDS = "。！？!?．"
_PAUSES = "、，：；"
_CLOSERS = "」』）)】〉》”’\"'"
_OPENING = "「『（(【〈《"
_CLOSING = "」』）)】〉》"
_OTHER_PARTICLES = "をにがでとへもてら"
"""The last kana of を, に, が, で, と, へ, も, …して and から."""
_SILENT = re.compile(r"[ゃゅょぁぃぅぇぉゎャュョァィゥェォヮ]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
_KATAKANA = re.compile(r"[ァ-ヺ]")
_KANJI = re.compile(r"[々㐀-䶿一-鿿豈-﫿]")


def count_morae(text: str) -> float:
    """About how many morae `text` has: kana count one, kanji and digits two, Latin letters a little over half."""
    return sum(_morae_of(character) for character in text)


def _morae_of(character: str) -> float:
    if _SILENT.match(character):
        return 0.0
    if _KANA.match(character):
        return 1.0
    if _KANJI.match(character) or character.isdigit():
        return 2.0
    return 0.6 if character.isalpha() else 0.0


class PhraseSplitter:
    """Takes the growing Japanese of one sentence and gives its phrases; joined, they are the whole text.

    A sentence mark (。！？) always ends a phrase; a pause mark (、：) does so after `minimum_morae`. So does the topic
    of a sentence (設定ファイルは|…) for its first phrase: speakers pause there, and the voice begins sooner. While the
    voice is idle, which `is_urgent` tells, any other particle does (失敗したテストを|…): somebody waits for the first
    word then. Nothing is cut inside brackets, numbers or Latin words.
    """

    def __init__(self, minimum_morae: float = DEFAULT_MORAE, *, is_urgent: Callable[[], bool] = lambda: False) -> None:
        self._minimum = minimum_morae
        self._is_urgent = is_urgent
        self._phrase = ""
        self._morae = 0.0
        self._depth = 0
        self._is_first = True

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; return the phrases it finished."""
        return [phrase for character in piece if (phrase := self._take(character))]

    def end(self) -> list[str]:
        """The sentence is whole: return what is left, if anything. The splitter begins anew."""
        rest = self._cut()
        self._is_first = True
        return [rest] if rest.strip() else []

    def _take(self, character: str) -> str:
        """Add `character`; return the phrase that ended before it, or nothing."""
        finished = self._cut() if self._ends_before(character) else ""
        self._phrase += character
        self._morae += _morae_of(character)
        if character in _OPENING:
            self._depth += 1
        elif character in _CLOSING:
            self._depth = max(self._depth - 1, 0)
        if not finished and character in "、，" and self._is_long_enough():
            # Needs no look at the next character: the voice may begin at once.
            return self._cut()
        return finished

    def _ends_before(self, character: str) -> bool:
        """True when the phrase so far ends with a mark, and `character` does not belong to that mark."""
        if character in _ENDS or character in _CLOSERS or character in _PAUSES:
            return False
        body = self._phrase.rstrip()
        last = body.rstrip(_CLOSERS)[-1:]
        if not last or (self._depth and self._morae < _LONGEST_BRACKET):
            return False
        if last in "!?":
            return len(body) < len(self._phrase) and not character.isspace()
        if character.isspace():
            return False
        if last in "。！？．":
            # 「はい。」と goes on; 3．5 is a number.
            return not (body[-1] in _CLOSERS and _KANA.match(character)) and not (last == "．" and character.isdigit())
        if self._is_first and self._ends_with_particle(body, character):
            return True
        return last in "：；" and not character.isdigit() and self._is_long_enough()

    def _ends_with_particle(self, body: str, character: str) -> bool:
        """True when a particle stands at the end: a word in another script follows, as in 設定は|変わります."""
        is_latin = character.isascii() and character.isalnum()
        begins_word = is_latin or character in _OPENING or bool(_KANJI.match(character) or _KATAKANA.match(character))
        if not begins_word or not self._is_long_enough():
            return False
        return body[-1] == "は" or (body[-1] in _OTHER_PARTICLES and self._is_urgent())

    def _is_long_enough(self) -> bool:
        minimum = min(self._minimum, URGENT_MORAE) if self._is_first and self._is_urgent() else self._minimum
        return self._morae >= minimum and (self._depth == 0 or self._morae >= _LONGEST_BRACKET)

    def _cut(self) -> str:
        phrase, self._phrase, self._morae, self._depth = self._phrase, "", 0.0, 0
        self._is_first = self._is_first and not phrase
        return phrase
