"""What the welcome offers: languages, translators and voices, each with what it costs to have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.translate.languages import LANGUAGES
from tui.screens.picker import megabytes
from tui.screens.voices import VoiceChoice

if TYPE_CHECKING:
    from engine.translate.options import TranslatorOption

AUTO, NO_VOICE = "auto", "none"
HERE, SERVER, UNUSABLE = "here", "your own server", "cannot be used"
_OWN_NAMES = {"ja": "日本語", "zh": "简体中文", "ko": "한국어", "fr": "Français", "de": "Deutsch", "es": "Español"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of the welcome."""

    id: str
    """what the setting is to be"""
    name: str
    state: str = ""
    """whether it is here, has to be fetched, or cannot be used"""
    licence: str = ""
    detail: str = ""
    is_usable: bool = True


def languages() -> list[Offer]:
    """Every language once, by the name that it has in English and, where many read it, its own."""
    by_name = {language.name: language.code for language in reversed(LANGUAGES)}
    offers = []
    for language in LANGUAGES:
        if by_name[language.name] != language.code:
            continue  # the same language under another code
        name = " ".join(filter(None, (_OWN_NAMES.get(language.code), language.name)))
        offers.append(Offer(language.code, name, detail=f"What Claude writes is translated into {language.name}."))
    return offers


def translators(options: Iterable[TranslatorOption]) -> list[Offer]:
    """`auto` first, then those that can be used, what is here before what has to be fetched."""
    offers = [_translator(option) for option in options]
    order = {HERE: 1, SERVER: 3, UNUSABLE: 4}
    return sorted(offers, key=lambda offer: 0 if offer.id == AUTO else order.get(offer.state, 2))


def voices(choices: Sequence[VoiceChoice], language: str) -> list[Offer]:
    """The voices of a language: what is here, what has to be fetched, what speaks elsewhere, what cannot be used."""
    its = [choice for choice in choices if (choice.language or "ja").partition("-")[0] == language]
    offers = [_voice(choice) for choice in its]
    order = {HERE: 0, UNUSABLE: 3, "online": 2}
    silent = Offer(NO_VOICE, "none", HERE, detail="Nothing is spoken: text only.")
    offers.sort(key=lambda offer: order.get(offer.state, 1))
    usable = [offer for offer in offers if offer.is_usable]
    return [*usable, silent, *(offer for offer in offers if not offer.is_usable)]


def first_voice(offers: Sequence[Offer], wanted: str) -> str:
    """The voice to begin with: the wanted one where it speaks here, else the first that is here, else the first."""
    usable = [offer for offer in offers if offer.is_usable]
    if wanted in (offer.id for offer in usable):
        return wanted
    speaking = [offer for offer in usable if offer.id != NO_VOICE]
    here = [offer for offer in speaking if offer.state == HERE]
    return next((offer.id for offer in (*here, *speaking)), NO_VOICE)


def _translator(option: TranslatorOption) -> Offer:
    terms = f"{'non-commercial, ' if option.is_non_commercial else ''}{option.licence}"
    if option.unavailable:
        return Offer(option.id, option.id, UNUSABLE, terms, option.unavailable, is_usable=False)
    if option.id == AUTO:
        detail = f"streamtts chooses. It {option.quality}."
        return Offer(AUTO, "auto", HERE, "", detail)
    if option.is_here:
        return Offer(
            option.id,
            option.id,
            SERVER if option.runtime == "http" else HERE,
            terms,
            f"{option.name}: {option.quality}.",
        )
    size = f"{megabytes(option.size_bytes)} to fetch" if option.size_bytes else "to fetch"
    consent = " Choosing it says that your use is not commercial." if option.is_non_commercial else ""
    detail = f"{option.name}: {option.quality}. It is fetched meanwhile; another translates until it is here.{consent}"
    return Offer(option.id, option.id, size, terms, detail)


def _voice(choice: VoiceChoice) -> Offer:
    about = " · ".join(filter(None, (choice.name, choice.gender)))
    if choice.unavailable:
        return Offer(choice.id, choice.id, UNUSABLE, choice.licence, choice.unavailable, is_usable=False)
    if choice.size_bytes:
        detail = f"{about}: fetched meanwhile; another voice speaks until it is here."
        return Offer(choice.id, choice.id, f"{megabytes(choice.size_bytes)} to fetch", choice.licence, detail)
    if choice.where == "cloud":
        detail = f"{about}: the translated text is sent there to be spoken."
        return Offer(choice.id, choice.id, "online", choice.licence, detail)
    return Offer(choice.id, choice.id, HERE, choice.licence, f"{about}: on this machine, without a network.")
