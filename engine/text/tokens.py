"""Texts that are no sentences: paths, addresses, hashes, secrets, and lone names from code."""

from __future__ import annotations

import re

from engine.text.words import words

_EXTENSIONS = words(
    "py pyi ipynb js mjs cjs jsx ts tsx vue svelte rs go java kt swift c h cc cpp hpp cs rb php lua sh bash zsh ps1 "
    "bat html htm css scss sass less json jsonc jsonl json5 yaml yml toml ini cfg conf env lock xml svg md mdx rst txt "
    "csv tsv log sql db sqlite png jpg jpeg gif webp ico pdf zip gz tar tgz whl mp3 wav ogg mp4 gguf bin exe dll so "
    "dylib patch diff tf hcl proto graphql gradle properties plist mod sum"
)
_SEPARATORS = re.compile(r"[\s,;、，]+")
_WRAPPING = "()[]{}<>\"'“”‘’「」.:!?。*"
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.|mailto:)\S+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ROOTED = re.compile(r"(?:~|\.{1,2})?/[^/]\S*|[A-Za-z]:[\\/]\S*|\S+/")
_NESTED = re.compile(r"[^\s/]+(?:/[^\s/]+){2,}(?:\:\d+)*")
_DOTFILE = re.compile(r"\.[a-z][\w.-]+")
_FILE = re.compile(r"(?:[^\s/]+/)*[^\s/]*\.([A-Za-z0-9]{1,10})(?::\d+)*(?:-\d+)?")
_PRODUCT = re.compile(r"[A-Z]\w*\.js")
_HASH = re.compile(r"(?:sha\d+[:-])?(?=[a-f]*\d)[0-9a-f]{7,128}", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,18}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SECRET = re.compile(r"(?:sk|pk|ghp|gho|ghs|github_pat|xox[abp]|AKIA|AIza|glpat|npm|hf)[-_]?[\w-]{16,}")
_RANDOM = re.compile(r"(?=\S*\d)(?=\S*[a-z])(?=\S*[A-Z])[\w+/=-]{24,}")
_IDENTIFIER = re.compile(
    r"--?[A-Za-z][\w-]*(?:=\S+)?"  # a flag
    r"|@?[A-Za-z_]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)*\(\S*\)"  # a call
    r"|_*[A-Za-z]+(?:_+[A-Za-z0-9]+)+_*|__\w+__"  # snake_case
    r"|[a-z]+(?:[A-Z][a-z0-9]*)+|(?:[A-Z][a-z0-9]+){2,}"  # camelCase, PascalCase
    r"|[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+"  # dotted
    r"|v\d[\w.+-]*"  # a version
)


def is_unspeakable(text: str) -> bool:
    """True for nothing but paths, file names, URLs, mail addresses, hashes or secrets."""
    tokens = [stripped for token in _SEPARATORS.split(text) if (stripped := _unwrapped(token))]
    return bool(tokens) and all(_is_address(token) or _is_noise(token) for token in tokens)


def is_identifier(text: str) -> bool:
    """True for one lone name from code: `parse_config()`, `--force`, `maxRetries`, `v1.2`."""
    return _IDENTIFIER.fullmatch(text.strip().rstrip(".:!?,")) is not None


def _unwrapped(token: str) -> str:
    """The token without quotes and sentence marks, but with the dot of `.env` and `./run`."""
    stripped = token.strip(_WRAPPING)
    start = token.find(stripped)
    dots = token[:start]
    return dots[len(dots.rstrip(".")) :] + stripped if stripped else ""


def _is_address(token: str) -> bool:
    if _URL.fullmatch(token) or _MAIL.fullmatch(token) or _ROOTED.fullmatch(token) or _DOTFILE.fullmatch(token):
        return True
    if _PRODUCT.fullmatch(token):
        return False
    file = _FILE.fullmatch(token)
    return bool(file and file[1].lower() in _EXTENSIONS) or _NESTED.fullmatch(token) is not None


def _is_noise(token: str) -> bool:
    if _DIGITS.fullmatch(token):
        return False
    return any(pattern.fullmatch(token) for pattern in (_HASH, _UUID, _SECRET, _RANDOM))
