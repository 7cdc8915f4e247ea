"""Where a sentence ends, decided from the text before that place and the next visible character alone.

Every decision carries the index of the character that settled it. So the same text is cut at the same places however
it is split into deltas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from engine.text.abbreviations import Stop, stop_of
from engine.text.masks import is_masked

LONG = 200
"""Characters after which a sentence is cut at a clause mark."""
VERY_LONG = 400
"""Characters after which a sentence without clause mark is cut at a space."""
TOO_LONG = 1000
"""Characters after which text without a space is cut anywhere."""
_SHORTEST_CLAUSE = 60

_CLOSERS = r"""(?:\]\([^\s()]*\)|\[\^?[\w-]{1,20}\]|</\w{1,12}>|[)\]}"'”’»*_~）」』】])*"""
_CJK_CLOSERS = r"[」』）】〉》”’)\]*_~。！？｡]*"
# After 「はい。」 a particle goes on with the sentence: 「はい。」と言った。
_CJK_NEXT = r"(?=[^」』）】〉》”’)\]*_~。！？｡])(?!(?<=[」』）】〉》”’)])[ぁ-ん])"
_BLOCK_TAG = r"</?(?:br|p|div|li|ul|ol|summary|details|h[1-6]|table|tr)\b[^<>]{0,300}>"
_CANDIDATE = re.compile(
    rf"(?<=[^\s.!?…])(?P<stop>[.!?…]+)(?P<closers>{_CLOSERS})(?=\s)"
    rf"|[。！？｡]{_CJK_CLOSERS}{_CJK_NEXT}"
    rf"|:{_CLOSERS}[ \t]*\n|(?: {{2,}}|\\)\n|\[![A-Z]+\][ \t]*\n|{_BLOCK_TAG}"
)
_UNSETTLED = re.compile(
    rf"(?<=[^\s.!?…])(?P<stop>[.!?…]+)(?P<closers>{_CLOSERS})\Z|[。！？｡]{_CJK_CLOSERS}\Z",
)
_NEXT = re.compile(r"\s+[*_~\"'“‘(\[]*([^\s*_~\"'“‘(\[])")
_CLAUSE = re.compile(r"[,;:](?=\s)|(?<=\s)[—–-](?=\s)|[—)](?=\s)|[、；：，](?=[^、；：，])")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Boundary:
    """The sentence is `text[:end]`; `settled_at` is the index of the character that made it certain."""

    end: int
    settled_at: int


def find_boundary(text: str) -> int | None:
    """Where the first sentence of the unfinished `text` certainly ends; None while nothing is certain."""
    found = _first_stop(text, final=False)
    if found and found.settled_at <= LONG:
        return found.end
    if len(text) <= LONG:
        return None
    return _last_clause(text[: LONG + 1]) or _cut_long(text, found)


def find_final_boundary(text: str) -> int | None:
    """The same for text that is the rest of a finished paragraph; None when all of it is one sentence."""
    found = _first_stop(text, final=True)
    return found.end if found else None


def unsettled_end(text: str) -> int | None:
    """Where a sentence would end if nothing but white space followed `text`; None when it is plainly unfinished."""
    stripped = text.rstrip()
    match = _UNSETTLED.search(stripped)
    if match is None or is_masked(stripped, match.end(), final=False):
        return None
    if match["stop"] and stop_of(stripped[: match.start()], match["stop"], match["closers"]) is Stop.NEVER:
        return None
    return match.end()


def _first_stop(text: str, final: bool) -> Boundary | None:
    start = 0
    while match := _CANDIDATE.search(text, start):
        start = match.end()
        if is_masked(text, match.end(), final):
            continue
        if match["stop"] is None:
            settled = match.end() - 1 if text[match.end() - 1] in "\n>" else match.end()
            return Boundary(match.end(), settled)
        verdict = _verdict(text, match)
        if isinstance(verdict, Boundary):
            return verdict
        if verdict is None and not final:
            return None
    return None


def _verdict(text: str, match: re.Match[str]) -> Boundary | Literal[False] | None:
    """A boundary, False when the sentence goes on, None when the next word must be seen first."""
    stop = stop_of(text[: match.start()], match["stop"], match["closers"])
    if stop is Stop.NEVER:
        return False
    if stop is Stop.END:
        return Boundary(match.end(), match.end())
    following = _NEXT.match(text, match.end())
    if following is None:
        return None
    letter = following[1]
    goes_on = letter.islower() if stop is Stop.UNLESS_LOWER else letter.isdigit()
    return False if goes_on else Boundary(match.end(), following.start(1))


def _last_clause(text: str) -> int | None:
    ends = [match.end() for match in _CLAUSE.finditer(text) if match.end() >= _SHORTEST_CLAUSE]
    return next((end for end in reversed(ends) if not is_masked(text, end, final=False)), None)


def _cut_long(text: str, found: Boundary | None) -> int | None:
    """Past LONG without a clause mark: whatever comes first."""
    clause = next(
        (m.end() for m in _CLAUSE.finditer(text, LONG) if m.end() > LONG and not is_masked(text, m.end(), final=False)),
        None,
    )
    choices = [(found.settled_at, found.end)] if found else []
    choices += [(clause, clause)] if clause else []
    settled_at, end = min(choices, default=(len(text), None))
    if settled_at > VERY_LONG and len(text) > VERY_LONG and (space := _last_space(text[: VERY_LONG + 1])):
        return space
    if settled_at > TOO_LONG and len(text) > TOO_LONG:
        return _last_space(text[: TOO_LONG + 1]) or TOO_LONG
    return end


def _last_space(text: str) -> int | None:
    """The last place between two words, best outside code spans and links."""
    places = [match.start() for match in _SPACE.finditer(text) if match.start() >= _SHORTEST_CLAUSE]
    unmasked = (place for place in reversed(places) if not is_masked(text, place, final=False))
    return next(unmasked, places[-1] if places else None)
