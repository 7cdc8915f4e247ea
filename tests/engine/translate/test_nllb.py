from __future__ import annotations

import dataclasses
import json
import os
import pickle
import shutil
import threading
from pathlib import Path

import pytest

from engine.models import ModelError
from engine.protocols import Progress
from engine.settings import Device, Translate
from engine.translate import devices, nllb_model
from engine.translate.load import create
from engine.translate.nllb import NllbTranslator
from engine.translate.nllb_model import NotANumberError

Tiny = tuple[Path, dict[str, str]]
LONG = "The build failed because a file was missing."


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


@pytest.fixture
def translator(tiny_nllb: Tiny, cache: Path) -> NllbTranslator:
    made = create(f"torch:{tiny_nllb[0]}", {"device": "cpu", "threads": 1})
    assert isinstance(made, NllbTranslator)
    made.load(lambda _: None)
    return made


def test_the_pieces_are_the_right_japanese(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    for english, japanese in tiny_nllb[1].items():
        assert "".join(translator.translate(english, ())) == japanese


def test_it_streams(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    pieces = list(translator.translate(LONG, ()))
    assert len(pieces) > 3
    assert all(pieces)
    assert not any("\ufffd" in piece or "<" in piece for piece in pieces)


def test_the_second_try_comes_in_one_piece(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    assert list(translator.translate_again("The tests passed.", ())) == [tiny_nllb[1]["The tests passed."]]


def test_closing_the_generator_stops_the_decoding(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[object] = []
    may_go_on = threading.Event()
    put = nllb_model._Streamer.put

    def held(self: nllb_model._Streamer, value: object) -> None:
        # Decoding waits after its first words until it has been told to stop: nothing here hangs on speed.
        steps.append(value)
        put(self, value)
        if len(steps) == 4:
            assert may_go_on.wait(30)

    class Flag(threading.Event):
        def set(self) -> None:
            super().set()
            may_go_on.set()

    monkeypatch.setattr(nllb_model._Streamer, "put", held)
    monkeypatch.setattr(nllb_model._Generation, "new_flag", Flag)
    pieces = translator.translate(LONG, ())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert len(steps) <= 5
    assert "nllb" not in {thread.name for thread in threading.enumerate()}
    monkeypatch.undo()
    assert "".join(translator.translate("The tests passed.", ())) == tiny_nllb[1]["The tests passed."]


def test_info_and_progress_say_what_happens(tiny_nllb: Tiny, cache: Path) -> None:
    seen: list[Progress] = []
    made = NllbTranslator(f"torch:{tiny_nllb[0]}", Translate(device="cpu", threads=1))
    made.load(seen.append)
    assert made.info.device == "cpu"
    assert made.info.runtime == "torch"
    assert [step.what.split()[0] for step in seen] == ["Loading", "Trying", "Trying", "Warming"]


def test_the_number_format_is_measured_only_once(tiny_nllb: Tiny, cache: Path, translator: NllbTranslator) -> None:
    assert next(iter(json.loads((cache / "formats.json").read_text()).values())) in devices.FORMATS["cpu"]
    seen: list[Progress] = []
    NllbTranslator(f"torch:{tiny_nllb[0]}", Translate(device="cpu", threads=1)).load(seen.append)
    assert not [step for step in seen if step.what.startswith("Trying")]


def test_a_missing_device_is_replaced_and_said(tiny_nllb: Tiny, cache: Path) -> None:
    gpus: tuple[Device, ...] = ("mps", "cuda")
    absent = next(name for name in gpus if not devices.torch_has(name))
    made = NllbTranslator(f"torch:{tiny_nllb[0]}", Translate(device=absent, threads=1))
    made.load(lambda _: None)
    assert made.info.device == "cpu"
    assert absent in next(made.take_notices())
    assert list(made.take_notices()) == []
    assert "".join(made.translate("The tests passed.", ())) == tiny_nllb[1]["The tests passed."]


def test_a_device_that_fails_later_is_replaced_by_the_cpu(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    assert translator._loaded is not None
    gpus: tuple[Device, ...] = ("mps", "cuda")
    absent = next(name for name in gpus if not devices.torch_has(name))
    translator._loaded = dataclasses.replace(translator._loaded, device=absent)
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]
    assert translator.info.device == "cpu"
    assert f"{absent} failed" in next(translator.take_notices())


def test_nan_is_an_error_not_a_translation(translator: NllbTranslator) -> None:
    import torch

    assert translator._loaded is not None
    with torch.no_grad():
        translator._loaded.model.lm_head.weight.fill_(float("nan"))
    with pytest.raises(NotANumberError, match="NaN"):
        list(translator.translate(LONG, ()))


def test_translating_before_loading_is_an_error(tiny_nllb: Tiny) -> None:
    with pytest.raises(RuntimeError, match="load"):
        next(NllbTranslator(f"torch:{tiny_nllb[0]}").translate("Hello.", ()))


class _Attack:
    def __init__(self, target: str) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self._target,)


def test_pickled_code_in_weights_is_not_run(tiny_nllb: Tiny, cache: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_nllb[0], tmp_path / "bad")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Attack(str(tmp_path / "owned")), protocol=2))
    with pytest.raises(ModelError, match="cannot be loaded"):
        NllbTranslator(f"torch:{folder}", Translate(device="cpu", threads=1)).load(lambda _: None)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("lost", ["config.json", "pytorch_model.bin", "tokenizer.json"])
def test_a_folder_without_a_file_is_a_model_error(tiny_nllb: Tiny, cache: Path, tmp_path: Path, lost: str) -> None:
    folder = shutil.copytree(tiny_nllb[0], tmp_path / "bad")
    (folder / lost).unlink()
    with pytest.raises(ModelError) as caught:
        NllbTranslator(f"torch:{folder}", Translate(device="cpu", threads=1)).load(lambda _: None)
    assert caught.value.code == "cannot_load"


def test_a_tokenizer_without_the_languages_is_refused(tmp_path: Path, tiny_nllb: Tiny, cache: Path) -> None:
    folder = shutil.copytree(tiny_nllb[0], tmp_path / "bad")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        text = (folder / name).read_text().replace("jpn_Jpan", "xxx_Xxxx").replace("eng_Latn", "yyy_Yyyy")
        (folder / name).write_text(text)
    with pytest.raises(ModelError, match="eng_Latn"):
        NllbTranslator(f"torch:{folder}", Translate(device="cpu", threads=1)).load(lambda _: None)


@pytest.mark.gpu
@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_on_a_gpu(tiny_nllb: Tiny, cache: Path, device: Device) -> None:
    if not devices.torch_has(device):
        pytest.skip(f"torch has no {device} here")
    made = NllbTranslator(f"torch:{tiny_nllb[0]}", Translate(device=device, threads=1))
    made.load(lambda _: None)
    assert made.info.device == device
    for english, japanese in tiny_nllb[1].items():
        assert "".join(made.translate(english, ())) == japanese
    assert made.notices == []
