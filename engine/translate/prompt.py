"""A sentence as a chat model gets it. Everything before the sentence stays the same, so it is read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.glossary import NO_GLOSSARY, Glossary
from engine.protocols import Pair
from engine.translate import tokens
from engine.translate.chat import CHATML, Chat, brief
from engine.translate.wording import Wording

UNSETTLED_WORDS = 1
"""Letters may still come to the last word only: no token of a vocabulary of today reaches over a space."""
CONTEXT_CHARACTERS = 1500
"""Earlier sentences beyond this are left out: they would push the sentence out of the model's context."""

_LONGEST_ITEM = 90
"""Characters; what is longer reads like prose, with or without a mark."""
_END_OF_SENTENCE = re.compile(r"[.!?:;…,—–-][\"'”’)\]*]*\s*$")
_LET_ME = re.compile(r"(^|[,;:.!?—–]\s+|\b(?:so|and|then|now|but|first)\s+)let me\b(?!\s+know)", re.IGNORECASE)
_SHALL_I = re.compile(r"\b(?:shall i|would you like me to|do you want me to)\b", re.IGNORECASE)
_PERHAPS_LET_ME = re.compile(r"\s*\blet(?: me)?$", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_TOKEN = re.compile(r"<[^<>\n]+>")
_LIKE_A_CONTROL_TOKEN = re.compile(r"<(?=[|｜]|/?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn)>)")


class Prompt:
    """Builds the prompts of one model for one language."""

    def __init__(
        self,
        wording: Wording,
        chat: Chat = CHATML,
        glossary: Glossary = NO_GLOSSARY,
        special_tokens: Iterable[str] = (),
    ) -> None:
        """`special_tokens` are those that steer the model: spelt out in a sentence they must not become real."""
        self._wording = wording
        self._chat = brief(chat) if wording.is_brief else chat
        self._glossary = glossary
        self._special = _any_of(special_tokens)
        self._prefix = self._start() + "".join(self._exchange(pair) for pair in wording.examples)

    @property
    def stops(self) -> tuple[str, ...]:
        """Texts that end the answer: the end of its line, and the token of models that spell out their end."""
        end = _TOKEN.match(self._chat.after_answer.strip())
        return ("\n", end[0]) if end else ("\n",)

    def fixed_prefix(self) -> str:
        """The part that is the same for every sentence."""
        return self._prefix + self._wording.ask.partition("{english}")[0]

    def build(self, english: str, context: Sequence[Pair]) -> str:
        """The whole prompt for one sentence, ready for the model to write the translation."""
        items = "".join(map(self._exchange, self._wording.items)) if is_item(english) else ""
        return self._prefix + self._earlier(context) + items + self._ask(self.text(english)) + self._chat.before_answer

    def begin(self, english_so_far: str, context: Sequence[Pair]) -> str | None:
        """The start of the prompt of a sentence that is still being written, or None while there is too little of it.

        The last word is left out: more letters may still come to it, and its tokens would change.
        """
        settled = " ".join(english_so_far.split(" ")[:-UNSETTLED_WORDS])
        if self._wording.is_plain:
            settled = _PERHAPS_LET_ME.sub("", settled)
        text = self.text(settled)
        if not text:
            return None
        return self._prefix + self._earlier(context) + self._wording.ask.partition("{english}")[0] + text

    def text(self, english: str) -> str:
        """The sentence as the model reads it: terms of the glossary in their translation, names in backticks."""
        if self._wording.is_plain:
            english = _LET_ME.sub(r"\1I'll", english)
        pieces, position = [], 0
        for span in _CODE_SPAN.finditer(english):
            pieces += [self._prose(english[position : span.start()]), span[0]]
            position = span.end()
        rest = english[position:]
        # A span that is not closed yet: what is in it is code.
        prose, mark, code = rest.partition("`")
        return self._plain("".join([*pieces, self._prose(prose), mark, code]))

    def _prose(self, english: str) -> str:
        if self._wording.is_plain:
            english = _SHALL_I.sub(_should_i, english)
        text, position = "", 0
        for match in self._glossary.find(english):
            kept = match.replacement == english[match.start : match.end]
            text += self._suggested(english[position : match.start])
            text += f"`{match.replacement}`" if kept else match.replacement
            position = match.end
        return text + self._suggested(english[position:])

    def _suggested(self, english: str) -> str:
        text, position = "", 0
        for match in self._wording.terms.find(english):
            text += _marked(english[position : match.start]) + match.replacement
            position = match.end
        return text + _marked(english[position:])

    def _plain(self, text: str) -> str:
        """One line, in which nothing is a control token."""
        # Halves of surrogates cannot be sent to the runtime at all.
        text = _LIKE_A_CONTROL_TOKEN.sub("< ", text.encode("utf-8", "ignore").decode())
        if self._special:
            text = self._special.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)
        return " ".join(text.split())

    def _start(self) -> str:
        if not self._wording.system:
            # The system turn is left out wholly: an empty one is no instruction the model was trained with.
            return self._chat.start_without_system
        return self._chat.start + self._wording.system + self._chat.after_system

    def _earlier(self, context: Sequence[Pair]) -> str:
        if not self._wording.takes_context:
            return ""
        kept: list[str] = []
        room = CONTEXT_CHARACTERS
        for pair in reversed(context):
            room -= len(pair.en) + len(pair.ja)
            if room < 0:
                break
            kept.append(self._exchange(pair))
        return "".join(reversed(kept))

    def _ask(self, text: str) -> str:
        return self._wording.ask.replace("{english}", text)

    def _exchange(self, pair: Pair) -> str:
        question = self._ask(self.text(pair.en))
        return question + self._chat.before_answer + self._plain(pair.ja) + self._chat.after_answer


def is_item(english: str) -> bool:
    """Whether a text looks like a heading or a list item: short, and without a mark at its end."""
    return len(english) <= _LONGEST_ITEM and _END_OF_SENTENCE.search(english) is None


def _should_i(offer: re.Match[str]) -> str:
    return "Should I" if offer[0][0].isupper() else "should I"


def _marked(prose: str) -> str:
    """Names of code in backticks: the model then copies them, letter by letter."""
    names = sorted(tokens.names(prose), key=len, reverse=True)
    if not names:
        return prose
    return re.sub(
        "|".join(rf"(?<![\w/.-]){re.escape(name)}(?!\w)" for name in names), lambda found: f"`{found[0]}`", prose
    )


def _any_of(special_tokens: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(set(special_tokens), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
