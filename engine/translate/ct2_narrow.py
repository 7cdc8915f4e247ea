"""Lets a model made for 200 languages choose among the pieces of one only: its output layer is most of its work.

CTranslate2 does it by a vocabulary map, a file beside the model. The map is made once, in a folder that links to the
model's files, and is checked at each start. What the model chooses is the same wherever its choice is in the map.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from engine.protocols import Progress, ProgressFn
from engine.translate.languages import Language
from engine.translate.m2m import pieces

_MAP = "vmap.txt"
_MANIFEST = "narrowed.json"
_ALWAYS = ("<unk>", "<s>", "</s>")
"""What the runtime adds to every map."""
_WORTH = 0.8
"""A map that keeps more of the pieces than this saves too little."""


def narrowed(model: Path, target: Path, vocabulary: Sequence[str], language: Language, progress: ProgressFn) -> Path:
    """The folder `target` with the model in `model` and the map of `language`; `model` where no map helps.

    `vocabulary` is the model's, in its order. A folder that cannot be written only costs the speed.
    """
    try:
        if not _is_whole(target, model, vocabulary):
            progress(Progress(f"Picking the words of {language.name}", 0, None))
            kept = _kept(vocabulary, language)
            if kept is None:
                return model
            _make(target, model, vocabulary, kept)
    except OSError:
        return model
    return target


def choices(folder: Path, vocabulary: Sequence[str]) -> tuple[str, ...]:
    """The pieces in the map of the model in `folder`, in the order in which the runtime counts them; none without."""
    path = folder / _MAP
    if not path.is_file():
        return ()
    named = {*path.read_text(encoding="utf-8").split(), *_ALWAYS}
    return tuple(piece for piece in vocabulary if piece in named)


def _kept(vocabulary: Sequence[str], language: Language) -> list[int] | None:
    numbers = {piece: number for number, piece in enumerate(vocabulary)}
    always = {numbers[piece] for piece in (*_ALWAYS, language.nllb) if piece in numbers}
    kept = pieces.kept_pieces(numbers, language.nllb, always)
    if kept is None or len(kept) > _WORTH * len(vocabulary):
        return None
    # White space parts the pieces in the map.
    return [number for number in kept if not re.search(r"[ \t\r\n]", vocabulary[number])]


def _is_whole(target: Path, model: Path, vocabulary: Sequence[str]) -> bool:
    try:
        manifest = json.loads((target / _MANIFEST).read_text())
        is_current = manifest["made_of"] == _made_of(model, vocabulary)
        return bool(is_current and manifest["map"] == _digest((target / _MAP).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _make(target: Path, model: Path, vocabulary: Sequence[str], kept: Sequence[int]) -> None:
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        for path in model.iterdir():
            if path.is_file() and not path.name.startswith("."):
                (partial / path.name).symlink_to(path.resolve())
        # A line is for a group of English pieces; the empty group is for every sentence.
        content = ("\t" + " ".join(vocabulary[number] for number in kept) + "\n").encode()
        (partial / _MAP).write_bytes(content)
        manifest = {"made_of": _made_of(model, vocabulary), "map": _digest(content)}
        (partial / _MANIFEST).write_text(json.dumps(manifest))
        shutil.rmtree(target, ignore_errors=True)
        os.replace(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _made_of(model: Path, vocabulary: Sequence[str]) -> list[str | int]:
    names = sorted(path.name for path in model.iterdir() if path.is_file() and not path.name.startswith("."))
    return [pieces.VERSION, str(model.resolve()), " ".join(names), _digest("\n".join(vocabulary).encode())]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
