"""How the rows are read: languages, readings, folded blocks, and what is copied out of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.sentence import Kind, Sentence
from tui.widgets.bilingual import BilingualView
from tui.widgets.block_layout import code_lines
from tui.widgets.look import Above, Languages

Choice = TypeVar("Choice", Languages, Above)

_LANGUAGES = {
    Languages.BOTH: "English and Japanese",
    Languages.ENGLISH: "English only",
    Languages.JAPANESE: "Japanese only",
}
_ABOVE = {
    Above.OFF: "No readings",
    Above.FURIGANA: "Readings in hiragana, over kanji",
    Above.ROMAJI: "Readings in Latin letters",
}


@dataclass(frozen=True, slots=True)
class ReadingHandlers:
    """`say` shows a notice, by code and message; `selected` gives the selected sentence's id, or says what to do."""

    view: BilingualView
    say: Callable[[str, str], None]
    selected: Callable[[], int | None]
    copy_text: Callable[[str], None]
    rest: Callable[[], None]
    """called when no readings are wanted any more"""

    def languages(self) -> None:
        """Both languages, English alone, Japanese alone, and so on."""
        look = self.view.look
        following = _after(look.languages)
        self.view.show_as(replace(look, languages=following))
        self.say("languages", _LANGUAGES[following])

    def readings(self) -> None:
        """No readings, hiragana, Latin letters, and so on."""
        look = self.view.look
        following = _after(look.above)
        self.view.show_as(replace(look, above=following))
        self.say("readings", _ABOVE[following])
        if following is Above.OFF:
            self.rest()

    def fold(self) -> None:
        """Fold or unfold the selected block, or the last one that is long enough."""
        block = self.view.block_to_fold()
        if block is None:
            self.say("nothing_to_fold", "There is no long block of code and no long table here.")
        else:
            self.view.fold(block)

    def copy(self) -> None:
        """Copy the selected sentence, in both languages."""
        if (sentence := self._sentence()) is not None:
            self._copy(sentence, [sentence.en, sentence.ja], "Copied, in English and Japanese.")

    def copy_japanese(self) -> None:
        """Copy the Japanese of the selected sentence."""
        if (sentence := self._sentence()) is not None:
            self._copy(sentence, [sentence.ja], "Copied, in Japanese.")

    def _sentence(self) -> Sentence | None:
        selected = self.selected()
        row = self.view.rows.row(selected) if selected is not None else None
        return row.sentence if row is not None else None

    def _copy(self, sentence: Sentence, texts: list[str], said: str) -> None:
        if sentence.kind is Kind.CODE:
            texts, said = ["\n".join(code_lines(sentence))], "Copied: the code."
        elif sentence.kind is Kind.TABLE:
            texts, said = [sentence.markdown.strip("\n")], "Copied: the table."
        # Where there is no translation, the Japanese is the English.
        text = "\n".join(dict.fromkeys(text for text in texts if text))
        if text:
            self.copy_text(text)
        self.say("copied", said if text else "There is no Japanese yet.")


def _after(choice: Choice) -> Choice:
    """The next one, round and round."""
    choices = list(type(choice))
    return choices[(choices.index(choice) + 1) % len(choices)]
