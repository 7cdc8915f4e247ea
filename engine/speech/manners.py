"""How things inside a sentence are said, as the settings want it: read out, named, or left out. For every voice."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.glossary import NO_GLOSSARY, Glossary
from engine.settings import Manner, Speech
from engine.speech.clean import HASH, URL, URL_END

_Say = Callable[[str], str]
_SEGMENT = r"[\w.@+~*-]+"
_PATH = re.compile(
    # Absolute, or from home or here; several folders; or one folder and a file with an extension: not TCP/IP or and/or.
    rf"(?<![\w./~@-])(?:(?:~|\.{{1,2}})?/{_SEGMENT}(?:/{_SEGMENT})*|{_SEGMENT}(?:/{_SEGMENT}){{2,}}"
    rf"|{_SEGMENT}/[\w@+~*-]*\.\w{{1,5}})/?",
    re.ASCII,
)
_SAID_IN_URLS = {".": " ドット ", "/": " スラッシュ ", "-": " ハイフン ", "_": " アンダースコア "}


class Manners:
    """Rewrites Japanese for the ear; what a voice would do anyway (names of URLs and hashes) it leaves to the voice."""

    def __init__(self, settings: Speech, glossary: Glossary = NO_GLOSSARY) -> None:
        self._glossary = glossary
        self._urls, self._paths, self._hashes = settings.urls, settings.paths, settings.hashes

    def apply(self, japanese: str) -> str:
        """Return what to give to a voice; may be empty."""
        text = self._glossary.spoken(japanese)
        text = _treat(URL, text, self._urls, name=lambda url: url, read=_read_url)
        text = _treat(_PATH, text, self._paths, name=_last_part, read=lambda path: path)
        return _treat(HASH, text, self._hashes, name=lambda digits: digits, read=" ".join)


def _treat(pattern: re.Pattern[str], text: str, manner: Manner, *, name: _Say, read: _Say) -> str:
    say = {"name": name, "read": read, "skip": _nothing}[manner]
    return pattern.sub(lambda found: say(found[0]), text)


def _nothing(_: str) -> str:
    return ""


def _read_url(url: str) -> str:
    end = URL_END.search(url)
    punctuation = end[0] if end else ""
    place = re.sub(r"^\w+://(?:www\.)?|[?#].*$", "", url.removesuffix(punctuation)).strip("/")
    return "".join(_SAID_IN_URLS.get(character, character) for character in place) + punctuation


def _last_part(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path
