"""Finds secrets in text: what must be neither spoken, nor sent to a service, nor written into a bug report.

Shapes as the services publish them and as scanners such as gitleaks look for them. A false alarm costs a word that is
not read aloud; a miss costs a key: so in doubt it is a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKENS = "|".join(
    (
        r"sk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{16,}",  # Anthropic, OpenAI, OpenRouter
        r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}",
        r"glpat-[A-Za-z0-9_-]{16,}",
        r"(?:AKIA|ASIA)[A-Z0-9]{16}",
        r"AIza[A-Za-z0-9_-]{30,}",
        r"ya29\.[A-Za-z0-9_-]{20,}",
        r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
        r"hf_[A-Za-z0-9]{20,}",
        r"npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}",
        r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
        r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
        r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",  # JSON web token
    )
)
_TOKEN = re.compile(rf"(?<![A-Za-z0-9_-])(?:{_TOKENS})")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:.*?-----END [A-Z0-9 ]+-----|.*)", re.DOTALL
)
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)")
_NAMED = re.compile(
    # API_KEY=…, "password": "…", secret: …, --token …: the value, not the name.
    # From the beginning of a word only: from its middle too, a long text without spaces would take seconds.
    r"(?<![\w-])(?P<name>[\w-]*(?:pass(?:word|wd|phrase)|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?"
    r"[\"']?\s*(?:=|:|=>|\s(?=[A-Za-z0-9+/_-]{20,}))\s*[\"']?)(?P<value>[^\s\"'`,;<>(){}]{6,})",
    re.IGNORECASE,
)
_BEARER = re.compile(r"(?P<name>\b(?:Bearer|Basic)\s+)(?P<value>[A-Za-z0-9._~+/-]{12,}=*)")
_PLACEHOLDER = re.compile(
    r"^(?:[$%<{\[(*.x]|your|my|the|example|changeme|none|null|true|false|undefined|process\.|os\.|env\.|settings\.|self\.)"
    r"|^[A-Za-z_]+$",
    re.IGNORECASE,
)
"""What stands where a secret would: a variable, an example, a plain word."""
_RANDOM = re.compile(r"(?<![\w/.+=-])(?=[\w+=-]*[0-9])(?=[\w+=-]*[a-z])(?=[\w+=-]*[A-Z])[A-Za-z0-9_+=-]{24,}(?![\w/.])")
"""Long, of three kinds of characters, and no path: nobody reads that aloud anyway."""


def redact(text: str, put: str | Callable[[str], str] = "[secret]") -> str:
    """Return `text` with every secret replaced: by `put`, or by what `put` makes of it.

    Names stay: `API_KEY=abc123…` becomes `API_KEY=[secret]`.
    """
    make = put if callable(put) else (lambda _: put)
    text = _PRIVATE_KEY.sub(lambda found: make(found[0]), text)
    text = _PASSWORD_IN_URL.sub(lambda found: make(found[0]), text)
    text = _TOKEN.sub(lambda found: make(found[0]), text)
    for named in (_NAMED, _BEARER):
        text = named.sub(lambda found: found["name"] + _value(found["value"], make), text)
    return _RANDOM.sub(lambda found: make(found[0]), text)


def has_secret(text: str) -> bool:
    """Say whether there is anything to redact."""
    return redact(text, "\0") != text


def _value(value: str, make: Callable[[str], str]) -> str:
    return value if _PLACEHOLDER.match(value) or "\0" in value or value == make(value) else make(value)
