"""Weights of transformers (NLLB, Marian) as CTranslate2 wants them: made once, kept beside the weights, checked."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from engine import models
from engine.catalog import WeightFile
from engine.models import ModelError, folder, verify
from engine.protocols import Progress, ProgressFn

WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_MODEL = "model.bin"
_MANIFEST = "derived.json"


def converted(source: Path, quantization: str, progress: ProgressFn) -> Path:
    """The folder with the model as CTranslate2 reads it: `source` itself, or one made from its weights.

    `quantization` is the number format of a made one: int8, float16 or float32. A made one is used again while it is
    whole and the weights have not changed; a damaged one is made anew. Raises ModelError when there is nothing to
    convert, or the weights cannot be read.
    """
    if (source / _MODEL).is_file():
        return source
    weights = next((source / name for name in WEIGHTS if (source / name).is_file()), None)
    if weights is None or not (source / "config.json").is_file():
        raise ModelError(
            "cannot_load",
            f"{source} holds neither {_MODEL} (CTranslate2) nor config.json with {' or '.join(WEIGHTS)}.",
        )
    target = place(source, quantization)
    if not _is_whole(target, weights, progress):
        with folder.locked(target.parent, progress):
            if not _is_whole(target, weights, progress):
                _make(source, weights, target, quantization, progress)
    return target


def discard(source: Path) -> None:
    """Throw away what was made from the weights in `source`: a runtime could not read it."""
    pattern = place(source, "*")
    for made in pattern.parent.glob(pattern.name):
        shutil.rmtree(made, ignore_errors=True)


def place(source: Path, name: str) -> Path:
    """The folder for what is made from `source`: inside it where that is ours, so that both are removed together."""
    return folder.derived_place(source, source / f"ct2-{name}", source.name, f"-ct2-{name}")


def _is_whole(target: Path, weights: Path, progress: ProgressFn) -> bool:
    try:
        manifest = json.loads((target / _MANIFEST).read_text())
        files = [WeightFile(name, size, sha256) for name, (size, sha256) in manifest["files"].items()]
        is_current = manifest["weights"] == _stamp(weights)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return is_current and bool(files) and all(verify.is_good(target / one.name, one, progress) for one in files)


def _make(source: Path, weights: Path, target: Path, quantization: str, progress: ProgressFn) -> None:
    folder.require_space(target.parent, weights.stat().st_size)
    partial = target.with_name(f"{target.name}.partial")
    stamp = _stamp(weights)
    try:
        _convert(source, partial, quantization, progress)
        files = {path.name: (path.stat().st_size, verify.hash_file(path, progress)) for path in partial.iterdir()}
        (partial / _MANIFEST).write_text(json.dumps({"weights": stamp, "files": files}, indent=1))
        shutil.rmtree(target, ignore_errors=True)
        os.replace(partial, target)
        for name, (_, sha256) in files.items():
            verify.remember(target / name, sha256)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _convert(source: Path, partial: Path, quantization: str, progress: ProgressFn) -> None:
    try:
        converter = _converter(source, progress)
        progress(Progress(f"Preparing {source.name} for CTranslate2: reading the weights", 0, 3, "steps"))
        converter.convert(str(partial), quantization=quantization, force=True)
    except ImportError as error:
        raise ModelError("no_runtime", f"torch and transformers are needed to convert {source}: {error}") from error
    except Exception as error:
        # torch, safetensors, pickle, json and the converter each have exceptions of their own for a bad file.
        why = " ".join(str(error).split())[:200]
        raise ModelError(
            "cannot_load", f"{source} cannot be converted for CTranslate2: {why}. {models.remedy(source)}"
        ) from error


def _converter(source: Path, progress: ProgressFn) -> Any:
    import transformers
    from ctranslate2.converters import TransformersConverter

    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]

    class Converter(TransformersConverter):  # type: ignore[misc]
        """Pickled weights are read without running code, no code comes from the folder, nothing from a network."""

        def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
            safe = {"local_files_only": True, "trust_remote_code": False, "weights_only": True}
            model = model_class.from_pretrained(path, **(options | safe))
            progress(Progress(f"Preparing {source.name} for CTranslate2: changing the numbers", 1, 3, "steps"))
            return model

        def load_tokenizer(self, tokenizer_class: Any, path: str, **options: Any) -> Any:
            safe = {"local_files_only": True, "trust_remote_code": False}
            with warnings.catch_warnings(action="ignore"):  # Marian's advises a package for cleaning up punctuation
                return tokenizer_class.from_pretrained(path, **(options | safe))

        def convert(self, *places: Any, **options: Any) -> Any:
            made = super().convert(*places, **options)
            progress(Progress(f"Preparing {source.name} for CTranslate2: written", 3, 3, "steps"))
            return made

    return Converter(str(source))


def _stamp(weights: Path) -> list[str | int]:
    status = weights.stat()
    return [weights.name, status.st_size, status.st_mtime_ns]
