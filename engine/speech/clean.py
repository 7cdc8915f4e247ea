"""Takes out of Japanese text what nobody would say aloud: for every voice, before anything else."""

from __future__ import annotations

import re
import unicodedata

from engine.redaction import redact

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\s]*\)")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+(?:\[[ xX]\]\s+)?)+", re.MULTILINE)
# Underscores are emphasis only around Japanese: between Latin letters they belong to a name.
_EMPHASIS = re.compile(r"\*{2,3}|~~|`+|(?<![!-~])_{1,2}(?=[^\s!-~])|(?<=[^\s!-~])_{1,2}(?![!-~])")
URL = re.compile(r"(?:https?|ftp|file|wss?)://[!-~]+|(?<![A-Za-z0-9])www\.[!-~]+")
_MAIL = re.compile(r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")
HASH = re.compile(r"(?<![0-9A-Za-z_-])(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}(?![0-9A-Za-z_-])")
URL_END = re.compile(r"[.,;:!?)\]}>'\"]+$")
_ARROWS = re.compile(r"\s*(?:[←-⇿]|[-=]+>|<[-=]+(?=\s))\s*")
# Box drawing, blocks, geometric shapes, dingbats, emoji, and the signs that join or colour them.
_PICTURES = re.compile("[─-⟿⬀-⯿\U0001f000-\U0001faff︀-️‍⃣]+")


def clean(text: str) -> str:
    """Return `text` without markdown, pictures and control characters; URLs, hashes and secrets by short names."""
    text = "".join(c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs") else " " for c in text)
    text = redact(text, "秘密の文字列")
    text = _LINE_MARK.sub("", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub("", text)
    text = URL.sub(_name_url, text)
    text = _MAIL.sub("メールアドレス", text)
    text = _UUID.sub("UUID", text)
    text = HASH.sub("ハッシュ", text)
    text = _PICTURES.sub("", _ARROWS.sub("、", text))
    return re.sub(r"\s+", " ", text).strip(" 、")


def is_speakable(text: str) -> bool:
    """Say whether there is a letter or a digit to be said."""
    return any(unicodedata.category(c)[0] in "LN" for c in text)


def _name_url(match: re.Match[str]) -> str:
    end = URL_END.search(match.group())
    return "URL" + (end.group() if end else "")
