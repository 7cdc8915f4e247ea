"""The output layer cut down to the pieces that a language needs, kept as a file beside the models."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from engine.models import ModelError
from engine.models.folder import derived_place, require_space
from engine.protocols import Progress, ProgressFn
from engine.translate.languages import Language
from engine.translate.m2m import pieces
from engine.translate.m2m.model import Output
from engine.translate.m2m.source import Source, fingerprint
from engine.translate.m2m.tokenizer import Tokenizer


def pruned_output(source: Source, tokenizer: Tokenizer, target: Language, progress: ProgressFn) -> Output | None:
    """The rows that `target` needs; None where every row may be needed.

    Read from the cache when what lies there was made of these very files by these very rules and is undamaged; else
    made anew and kept. A cache that cannot be written only costs that work at the next start.
    """
    stem = f"{_place(source.folder)}-{target.nllb}-"
    path = Path(f"{stem}{_key(source)}.safetensors")
    found = _read(path)
    if found is not None:
        return found
    always = {source.shape.end, source.shape.pad, source.shape.start, tokenizer.language}
    kept = pieces.kept_pieces(tokenizer.pieces(), target.nllb, always)
    kept = None if kept is None else [number for number in kept if number < source.shape.vocabulary]
    if kept is None or len(kept) == source.shape.vocabulary:
        return None
    progress(Progress(f"Picking the words of {target.name}", 0, None))
    output = _gather(source, kept)
    for other in path.parent.glob(f"{Path(stem).name}*.safetensors"):
        other.unlink(missing_ok=True)
    with contextlib.suppress(OSError, ModelError):
        _write(path, output)
    # What was written lies on the disk and takes no memory.
    return _read(path) or output


def _place(folder: Path) -> Path:
    """How the file's path begins."""
    return derived_place(folder, folder / "derived" / "pruned", folder.name)


def _key(source: Source) -> str:
    return hashlib.sha256(f"{pieces.VERSION} {fingerprint(source.folder)}".encode()).hexdigest()[:24]


def _gather(source: Source, kept: Sequence[int]) -> Output:
    import torch

    index = torch.tensor(kept)
    return Output(index, source.embedding.index_select(0, index))


def _read(path: Path) -> Output | None:
    """What is kept at `path`; None when nothing is, or it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as opened:
            output = Output(opened.get_tensor("kept"), opened.get_tensor("rows"))
            is_whole = (opened.metadata() or {}).get("sha256") == _checksum(output)
    except (OSError, SafetensorError):
        return None
    return output if is_whole else None


def _write(path: Path, output: Output) -> None:
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    require_space(path.parent, output.rows.nbytes)
    temporary = path.with_suffix(f".{os.getpid()}.part")
    try:
        save_file({"kept": output.kept, "rows": output.rows}, temporary, {"sha256": _checksum(output)})
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _checksum(output: Output) -> str:
    import torch

    state = hashlib.sha256()
    for tensor in (output.kept, output.rows):
        state.update(tensor.contiguous().view(-1).view(torch.uint8).numpy())
    return state.hexdigest()
