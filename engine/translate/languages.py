"""The languages to translate into: their names as prompts need them, and their codes in NLLB."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language to translate into."""

    code: str
    """ISO 639-1"""
    name: str
    """in English, as a prompt names it"""
    nllb: str
    """FLORES-200 code: language and script"""


LANGUAGES: tuple[Language, ...] = (
    Language("ja", "Japanese", "jpn_Jpan"),
    Language("zh", "Simplified Chinese", "zho_Hans"),
    Language("ko", "Korean", "kor_Hang"),
    Language("fr", "French", "fra_Latn"),
    Language("de", "German", "deu_Latn"),
    Language("es", "Spanish", "spa_Latn"),
    Language("it", "Italian", "ita_Latn"),
    Language("pt", "Portuguese", "por_Latn"),
    Language("nl", "Dutch", "nld_Latn"),
    Language("sv", "Swedish", "swe_Latn"),
    Language("da", "Danish", "dan_Latn"),
    Language("no", "Norwegian", "nob_Latn"),
    Language("nb", "Norwegian", "nob_Latn"),
    Language("fi", "Finnish", "fin_Latn"),
    Language("pl", "Polish", "pol_Latn"),
    Language("cs", "Czech", "ces_Latn"),
    Language("sk", "Slovak", "slk_Latn"),
    Language("hu", "Hungarian", "hun_Latn"),
    Language("ro", "Romanian", "ron_Latn"),
    Language("hr", "Croatian", "hrv_Latn"),
    Language("sl", "Slovenian", "slv_Latn"),
    Language("ca", "Catalan", "cat_Latn"),
    Language("et", "Estonian", "est_Latn"),
    Language("lt", "Lithuanian", "lit_Latn"),
    Language("lv", "Latvian", "lvs_Latn"),
    Language("el", "Greek", "ell_Grek"),
    Language("bg", "Bulgarian", "bul_Cyrl"),
    Language("ru", "Russian", "rus_Cyrl"),
    Language("uk", "Ukrainian", "ukr_Cyrl"),
    Language("sr", "Serbian", "srp_Cyrl"),
    Language("tr", "Turkish", "tur_Latn"),
    Language("ar", "Arabic", "arb_Arab"),
    Language("fa", "Persian", "pes_Arab"),
    Language("he", "Hebrew", "heb_Hebr"),
    Language("hi", "Hindi", "hin_Deva"),
    Language("bn", "Bengali", "ben_Beng"),
    Language("ta", "Tamil", "tam_Taml"),
    Language("ur", "Urdu", "urd_Arab"),
    Language("id", "Indonesian", "ind_Latn"),
    Language("ms", "Malay", "zsm_Latn"),
    Language("vi", "Vietnamese", "vie_Latn"),
    Language("th", "Thai", "tha_Thai"),
    Language("tl", "Tagalog", "tgl_Latn"),
    Language("sw", "Swahili", "swh_Latn"),
)
WITHOUT_SPACES = frozenset({"ja", "zh", "th"})
"""Languages that put no space between sentences."""
UNINFLECTED = frozenset({"ja", "zh", "ko", "th", "vi", "id", "ms"})
"""Languages in which a noun keeps its form."""


def find(code: str) -> Language | None:
    """The language with this ISO 639-1 code, or None."""
    return next((language for language in LANGUAGES if language.code == code), None)
