from __future__ import annotations

import dataclasses
import json
import os
import pickle
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.models import ModelError
from engine.protocols import Progress
from engine.settings import Device, Translate
from engine.translate import devices
from engine.translate.load import create
from engine.translate.m2m import greedy
from engine.translate.m2m.linear import NotANumberError
from engine.translate.m2m.model import Model
from engine.translate.m2m.runtime import Loaded
from engine.translate.nllb import NllbTranslator

Tiny = tuple[Path, dict[str, str]]
LONG = "The build failed because a file was missing."
CPU = Translate(device="cpu", threads=1)


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


def load(folder: Path, settings: Translate = CPU) -> NllbTranslator:
    made = NllbTranslator(f"torch:{folder}", settings)
    made.load(lambda _: None)
    return made


def test_the_pieces_are_the_right_japanese(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    for english, japanese in tiny_nllb[1].items():
        assert "".join(translator.translate(english, ())) == japanese


@pytest.mark.parametrize("number_format", devices.FORMATS["cpu"])
def test_every_format_gives_the_right_japanese(
    tiny_nllb: Tiny, cache: Path, number_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices.SetupMemory, "recall", lambda _: devices.Setup(number_format, 1))
    made = load(tiny_nllb[0])
    assert made._loaded is not None
    assert made._loaded.model.number_format == number_format
    for english, japanese in tiny_nllb[1].items():
        assert "".join(made.translate(english, ())) == japanese


def test_it_streams(translator: NllbTranslator) -> None:
    pieces = list(translator.translate(LONG, ()))
    assert len(pieces) > 3
    assert all(pieces)
    assert not any("\ufffd" in piece or "<" in piece for piece in pieces)


def test_the_second_try_comes_in_one_piece(translator: NllbTranslator, tiny_nllb: Tiny) -> None:
    assert list(translator.translate_again("The tests passed.", ())) == [tiny_nllb[1]["The tests passed."]]


def test_best_quality_comes_in_one_piece_and_says_so(tiny_nllb: Tiny, cache: Path) -> None:
    made = load(tiny_nllb[0], Translate(device="cpu", threads=1, quality="best"))
    assert not made.info.streams
    for english, japanese in tiny_nllb[1].items():
        assert list(made.translate(english, ())) == [japanese]


def test_names_go_round_the_model(translator: NllbTranslator) -> None:
    path = "src/app/main_window.py"
    assert "".join(translator.translate(f"There are 3 errors in {path}.", ())) == f"{path}に3件のエラーがあります。"
    assert "".join(translator.translate("`run()` calls `--dry-run`.", ())) == "`run()`は`--dry-run`を呼び出します。"


def test_the_glossary_is_used(tiny_nllb: Tiny, cache: Path, tmp_path: Path) -> None:
    words = tmp_path / "glossary.toml"
    words.write_text('[translate]\n"the parser" = "構文解析器"\n', encoding="utf-8")
    made = load(tiny_nllb[0], Translate(device="cpu", threads=1, glossary=str(words)))
    assert "".join(made.translate("There are 3 errors in the parser.", ())) == "構文解析器に3件のエラーがあります。"


def test_a_broken_glossary_is_left_out(tiny_nllb: Tiny, cache: Path, tmp_path: Path) -> None:
    words = tmp_path / "glossary.toml"
    words.write_text("[")
    made = load(tiny_nllb[0], Translate(device="cpu", threads=1, glossary=str(words)))
    assert "".join(made.translate("There are 3 errors in the parser.", ()))


@pytest.mark.parametrize("english", ["", " ", "\n\t"])
def test_nothing_becomes_nothing(translator: NllbTranslator, english: str) -> None:
    assert list(translator.translate(english, ())) == []


@pytest.mark.parametrize("english", ["a", "😀", "中文和 русский", "half \ud800 a surrogate", "word " * 500])
def test_odd_text_is_survived(translator: NllbTranslator, english: str, tiny_nllb: Tiny) -> None:
    assert all(isinstance(piece, str) for piece in translator.translate(english, ()))
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]


def test_a_long_text_is_translated_in_parts(tiny_nllb: Tiny, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(_: Loaded, english: str, search: object) -> Iterator[str]:
        asked.append(english)
        yield f"{len(asked)}."

    monkeypatch.setattr(Loaded, "stream", answer)
    for language, whole in (("ja", "1.2.3."), ("ko", "1. 2. 3.")):
        made = load(tiny_nllb[0], Translate(device="cpu", threads=1, to=language))
        asked.clear()
        assert "".join(made.translate("The tests passed; " * 60, ())) == whole
        assert " ".join(asked) == ("The tests passed; " * 60).strip()


def test_closing_the_generator_stops_the_decoding(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[object] = []
    step = Model.step

    def counted(self: Model, *arguments: Any) -> Any:
        steps.append(self)
        return step(self, *arguments)

    monkeypatch.setattr(Model, "step", counted)
    pieces = translator.translate(LONG, ())
    next(pieces)
    begun = len(steps)
    pieces.close()  # type: ignore[attr-defined]
    assert len(steps) == begun
    assert "".join(translator.translate("The tests passed.", ())) == tiny_nllb[1]["The tests passed."]
    assert len(steps) > begun + 3


def test_info_and_progress_say_what_happens(tiny_nllb: Tiny, cache: Path) -> None:
    seen: list[Progress] = []
    made = NllbTranslator(f"torch:{tiny_nllb[0]}", CPU)
    made.load(seen.append)
    assert made.info.device == "cpu"
    assert made.info.runtime == "torch"
    assert [step.what.split()[0] for step in seen] == ["Loading", "Picking", "Trying", "Trying", "Trying", "Warming"]


def test_the_number_format_is_measured_only_once(tiny_nllb: Tiny, cache: Path, translator: NllbTranslator) -> None:
    ((number_format, threads),) = json.loads((cache / "formats.json").read_text()).values()
    assert number_format in devices.FORMATS["cpu"]
    assert threads == 1
    seen: list[Progress] = []
    NllbTranslator(f"torch:{tiny_nllb[0]}", CPU).load(seen.append)
    assert [step.what.split()[0] for step in seen] == ["Loading", "Warming"]


def test_a_missing_device_is_replaced_and_said(tiny_nllb: Tiny, cache: Path) -> None:
    gpus: tuple[Device, ...] = ("mps", "cuda")
    absent = next(name for name in gpus if not devices.torch_has(name))
    made = load(tiny_nllb[0], Translate(device=absent, threads=1))
    assert made.info.device == "cpu"
    assert absent in next(made.take_notices())
    assert list(made.take_notices()) == []
    assert "".join(made.translate("The tests passed.", ())) == tiny_nllb[1]["The tests passed."]


def as_on_a_device(translator: NllbTranslator, monkeypatch: pytest.MonkeyPatch) -> Model:
    """Let the translator take its network for one on Metal; its steps are those of a device, on the CPU."""
    assert translator._loaded is not None
    assert translator._opening is not None
    opening = translator._opening
    model = Model(opening._source, "float32", "cpu", opening._output, is_static=True)
    translator._loaded = dataclasses.replace(translator._loaded, model=model)
    # Only what it says of itself: its tensors stay where they are.
    monkeypatch.setattr(
        type(translator._loaded), "device", property(lambda self: "mps" if self.model is model else "cpu")
    )
    return model


def test_a_device_that_fails_later_is_replaced_by_the_cpu(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = as_on_a_device(translator, monkeypatch)

    def missing(*_: object) -> None:
        raise NotImplementedError("The operator 'aten::index_copy' is not implemented for MPS")

    monkeypatch.setattr(model, "step", missing)
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]
    assert translator.info.device == "cpu"
    assert "mps failed (The operator" in next(translator.take_notices())


def test_nan_on_a_device_moves_to_the_cpu(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = as_on_a_device(translator, monkeypatch)
    model._positions.fill_(float("nan"))
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]
    assert translator.info.device == "cpu"
    assert "NaN" in next(translator.take_notices())


def test_what_a_device_gave_before_it_failed_is_not_given_twice(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = as_on_a_device(translator, monkeypatch)
    step, left = model.step, iter(range(greedy.STRIDE + 1))

    def failing(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise RuntimeError("MPS backend out of memory")
        return step(*arguments)

    monkeypatch.setattr(model, "step", failing)
    pieces: list[str] = []
    with pytest.raises(RuntimeError, match="out of memory"):
        pieces.extend(translator.translate(LONG, ()))
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]


def test_nan_is_an_error_not_a_translation(translator: NllbTranslator) -> None:
    assert translator._loaded is not None
    translator._loaded.model._positions.fill_(float("nan"))
    with pytest.raises(NotANumberError, match="NaN"):
        list(translator.translate(LONG, ()))
    with pytest.raises(NotANumberError, match="NaN"):
        list(translator.translate_again(LONG, ()))


def test_metal_gives_memory_back_now_and_then(
    translator: NllbTranslator, tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    as_on_a_device(translator, monkeypatch)
    cleared: list[bool] = []
    monkeypatch.setattr(torch.mps, "empty_cache", lambda: cleared.append(True))
    for _ in range(70):
        list(translator.translate("Nothing was changed.", ()))
    assert len(cleared) == 2
    assert translator.info.device == "cpu"
    assert "".join(translator.translate(LONG, ())) == tiny_nllb[1][LONG]


def test_translating_before_loading_is_an_error(tiny_nllb: Tiny) -> None:
    with pytest.raises(RuntimeError, match="load"):
        next(NllbTranslator(f"torch:{tiny_nllb[0]}").translate("Hello.", ()))


def test_another_language_asks_the_model_for_it(tiny_nllb: Tiny, cache: Path) -> None:
    made = load(tiny_nllb[0], Translate(device="cpu", threads=1, to="ko"))
    assert made._loaded is not None
    assert made._loaded.tokenizer.language == made._loaded.tokenizer.pieces()["kor_Hang"]
    assert all(isinstance(piece, str) for piece in made.translate(LONG, ()))


def test_a_language_that_is_not_known_is_a_model_error(tiny_nllb: Tiny, cache: Path) -> None:
    with pytest.raises(ModelError) as caught:
        load(tiny_nllb[0], Translate(device="cpu", threads=1, to="xx"))
    assert caught.value.code == "no_language"


class _Attack:
    def __init__(self, target: str) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (self._target,)


@pytest.fixture
def copy(tiny_nllb: Tiny, cache: Path, tmp_path: Path) -> Path:
    return shutil.copytree(tiny_nllb[0], tmp_path / "bad")


def test_pickled_code_in_weights_is_not_run(copy: Path, tmp_path: Path) -> None:
    (copy / "pytorch_model.bin").write_bytes(pickle.dumps(_Attack(str(tmp_path / "owned")), protocol=2))
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(copy)
    assert not (tmp_path / "owned").exists()


def test_weights_that_can_be_read_but_give_no_numbers_are_a_model_error(copy: Path) -> None:
    import torch

    weights = torch.load(copy / "pytorch_model.bin", weights_only=True)
    weights["model.decoder.layer_norm.weight"].fill_(float("nan"))
    torch.save(weights, copy / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"cannot be loaded: .*NaN.*Copy .* here again") as caught:
        load(copy)
    assert caught.value.code == "cannot_load"


@pytest.mark.parametrize("lost", ["config.json", "pytorch_model.bin", "tokenizer.json"])
def test_a_folder_without_a_file_is_a_model_error(copy: Path, lost: str) -> None:
    (copy / lost).unlink()
    with pytest.raises(ModelError) as caught:
        load(copy)
    assert caught.value.code == "cannot_load"


@pytest.mark.parametrize("spoilt", ["config.json", "pytorch_model.bin", "tokenizer.json"])
@pytest.mark.parametrize("how", ["cut", "empty", "rubbish 1", "rubbish 2", "rubbish 3"])
def test_a_damaged_file_is_a_model_error_that_names_the_folder(copy: Path, spoilt: str, how: str) -> None:
    path = copy / spoilt
    data = path.read_bytes()
    rubbish = random.Random(how).randbytes(1000)
    path.write_bytes({"cut": data[: len(data) // 2], "empty": b""}.get(how, rubbish))
    with pytest.raises(ModelError, match="bad") as caught:
        load(copy)
    assert caught.value.code == "cannot_load"


def test_a_tokenizer_without_the_languages_is_refused(copy: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        text = (copy / name).read_text().replace("eng_Latn", "yyy_Yyyy")
        (copy / name).write_text(text)
    with pytest.raises(ModelError, match="eng_Latn"):
        load(copy)


@pytest.mark.gpu
@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_on_a_gpu(tiny_nllb: Tiny, cache: Path, device: Device) -> None:
    if not devices.torch_has(device):
        pytest.skip(f"torch has no {device} here")
    made = load(tiny_nllb[0], Translate(device=device, threads=1))
    assert made.info.device == device
    for _ in range(2):
        for english, japanese in tiny_nllb[1].items():
            assert "".join(made.translate(english, ())) == japanese
            assert list(made.translate_again(english, ())) == [japanese]
    assert made._loaded is not None
    assert (made._loaded.graphs is not None) == (device == "cuda")
    assert made.notices == []
