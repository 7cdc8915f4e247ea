from __future__ import annotations

import importlib
import json
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import models
from engine.models import ModelError
from engine.protocols import Progress
from engine.settings import Translate
from engine.translate import ct2_convert, ct2_decoding, ct2_families, languages
from engine.translate.ct2 import Ct2Translator
from engine.translate.load import create

Tiny = tuple[Path, dict[str, str]]
LONG = "The build failed because a file was missing."
SHORT = "The tests passed."


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


def _loaded(folder: Path, **settings: Any) -> Ct2Translator:
    made = create(f"ct2:{folder}", {"device": "cpu", "threads": 1} | settings)
    assert isinstance(made, Ct2Translator)
    made.load(lambda _: None)
    return made


@pytest.fixture(scope="module")
def ready(ready_marian: Path) -> Path:
    """A tiny Marian of CTranslate2, which needs no conversion."""
    return ready_marian


@pytest.fixture
def marian(ready: Path) -> Ct2Translator:
    return _loaded(ready)


@pytest.fixture(scope="module")
def quickmt(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a quickmt repository: two vocabularies, `src.spm.model` and `tgt.spm.model`."""
    folder = tmp_path_factory.mktemp("ready") / "quickmt"
    folder.mkdir()
    for name in ("model.bin", "config.json"):
        shutil.copy(ready / name, folder)
    for side in ("source", "target"):
        shutil.copy(ready / "shared_vocabulary.json", folder / f"{side}_vocabulary.json")
        shutil.copy(ready / f"{side}.spm", folder / f"{side.replace('ource', 'rc').replace('arget', 'gt')}.spm.model")
    return folder


def test_marian_translates_what_it_learnt(marian: Ct2Translator, tiny_marian: Tiny) -> None:
    for english, japanese in tiny_marian[1].items():
        assert "".join(marian.translate(english, ())) == japanese


def test_weights_of_transformers_are_converted_and_translate_the_same(tiny_marian: Tiny) -> None:
    made = _loaded(tiny_marian[0])
    for english, japanese in tiny_marian[1].items():
        assert "".join(made.translate(english, ())) == japanese


def test_nllb_is_converted_from_its_torch_weights(tiny_nllb: Tiny) -> None:
    made = _loaded(tiny_nllb[0])
    right = [english for english, japanese in tiny_nllb[1].items() if _join(made, english) == japanese]
    # The one with a file name learnt it as a word; here it goes round the model.
    assert set(tiny_nllb[1]) - set(right) <= {"There are 3 errors in main.py."}


def test_a_folder_of_quickmt_translates(quickmt: Path, tiny_marian: Tiny) -> None:
    made = _loaded(quickmt)
    for english, japanese in tiny_marian[1].items():
        assert _join(made, english) == japanese


def test_a_quickmt_with_one_tokenizer_for_both(ready: Path, tiny_marian: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(ready, tmp_path / "joint")
    (folder / "source.spm").unlink()
    (folder / "target.spm").rename(folder / "joint.spm.model")
    assert _codec(folder).family == "quickmt"


def _codec(folder: Path) -> ct2_families.Codec:
    japanese = languages.find("ja")
    assert japanese is not None
    return ct2_families.read(folder, folder, japanese)


def test_a_model_that_adds_the_end_itself_gets_it_once(ready: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(ready, tmp_path / "ends")
    assert _codec(folder).encode(SHORT)[-1] == "</s>"
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"add_source_eos": True}))
    assert "</s>" not in _codec(folder).encode(SHORT)


@pytest.mark.parametrize("name", ["shared_vocabulary.json", "target_vocabulary.txt"])
def test_an_nllb_with_sentencepiece_only(ready: Path, tmp_path: Path, name: str) -> None:
    """As converted repositories have it: no tokenizer.json, and text files from earlier versions of the runtime."""
    shutil.copy(ready / "target.spm", tmp_path / "sentencepiece.bpe.model")
    words = [
        "<s>",
        "</s>",
        "<unk>",
        "eng_Latn",
        "jpn_Jpan",
        *json.loads((ready / "shared_vocabulary.json").read_text()),
    ]
    (tmp_path / name).write_text(json.dumps(words) if name.endswith("json") else "\n".join(words), encoding="utf-8")
    codec = _codec(tmp_path)
    tokens = codec.encode("テストが成功しました。")
    assert codec.family == "nllb"
    assert (tokens[0], tokens[-1], codec.prefix) == ("eng_Latn", "</s>", ("jpn_Jpan",))
    assert codec.decode(["jpn_Jpan", *tokens[1:]]) == "テストが成功しました。"


def _join(translator: Ct2Translator, english: str) -> str:
    return "".join(translator.translate(english, ()))


def test_it_streams(marian: Ct2Translator) -> None:
    pieces = list(marian.translate(LONG, ()))
    assert marian.info.streams
    assert len(pieces) > 3
    assert all(pieces)
    assert not any("\ufffd" in piece or "<" in piece or "▁" in piece for piece in pieces)


def test_best_quality_and_the_second_try_come_in_one_piece(ready: Path, tiny_marian: Tiny) -> None:
    best = _loaded(ready, quality="best")
    assert not best.info.streams
    assert list(best.translate(LONG, ())) == [tiny_marian[1][LONG]]
    assert list(_loaded(ready).translate_again(LONG, ())) == [tiny_marian[1][LONG]]


def test_the_second_try_searches_otherwise() -> None:
    for first in (ct2_decoding.GREEDY, ct2_decoding.BEAMS):
        again = ct2_decoding.another(first)
        assert again["beam_size"] != first["beam_size"]
        assert again["no_repeat_ngram_size"] > 0


@pytest.mark.parametrize(
    "name", ["`src/app.py`", "/etc/hosts", "parse_config", "https://example.com/a?b=1", "`git  -v`"]
)
def test_names_come_through_character_for_character(marian: Ct2Translator, name: str) -> None:
    assert _join(marian, f"Read {name} first.") == f"まず{name}を読みます。"


def test_the_glossary_goes_round_the_model(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[translate]\n"pull request" = "プルリクエスト"\n')
    made = _loaded(ready, glossary=str(tmp_path / "own.toml"))
    assert _join(made, "Read pull request first.") == "まずプルリクエストを読みます。"


def test_a_glossary_that_cannot_be_read_is_left_out(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("keep = 3")
    made = _loaded(ready, glossary=str(tmp_path / "own.toml"))
    assert _join(made, SHORT)


def test_names_that_the_model_lost_go_through_it_at_the_second_try(
    marian: Ct2Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lose(_: object, english: str, options: object) -> Iterator[str]:
        asked.append(english)
        yield "まず読みます。"

    monkeypatch.setattr(ct2_decoding.Loaded, "stream", lose)
    list(marian.translate("Read main.py first.", ()))
    list(marian.translate_again("Read main.py first.", ()))
    list(marian.translate_again("Read app.py first.", ()))
    assert asked == ["Read X1 first.", "Read main.py first.", "Read X1 first."]


def test_closing_the_generator_stops_the_decoding_within_a_token(
    marian: Ct2Translator, monkeypatch: pytest.MonkeyPatch, tiny_marian: Tiny
) -> None:
    steps: list[object] = []
    may_go_on = threading.Event()
    take = ct2_decoding._Taker.take

    def held(self: ct2_decoding._Taker, step: object) -> bool:
        # Decoding waits after its first words until it has been told to stop: nothing here hangs on speed.
        steps.append(step)
        self._give(step.token)  # type: ignore[attr-defined]
        if len(steps) == 4:
            assert may_go_on.wait(60)
        return self._is_cancelled.is_set()

    class Flag(threading.Event):
        def set(self) -> None:
            super().set()
            may_go_on.set()

    monkeypatch.setattr(ct2_decoding._Taker, "take", held)
    monkeypatch.setattr(ct2_decoding._Decoding, "new_flag", Flag)
    pieces = marian.translate(LONG, ())
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert len(steps) <= 5
    assert "ctranslate2" not in {thread.name for thread in threading.enumerate()}
    monkeypatch.setattr(ct2_decoding._Taker, "take", take)
    assert _join(marian, SHORT) == tiny_marian[1][SHORT]


def test_a_model_can_be_let_go_while_it_translates(ready: Path) -> None:
    for _ in range(5):
        made = _loaded(ready)
        pieces = made.translate(LONG, ())
        next(pieces)
        made.close()
        del made, pieces
    assert "ctranslate2" not in {thread.name for thread in threading.enumerate()}


def test_a_ready_model_needs_no_torch(ready: Path) -> None:
    """torch takes seconds to import: only a conversion is worth that."""
    code = (
        "import sys; from engine.translate.load import create;"
        f"made = create('ct2:{ready}', {{'device': 'cpu', 'threads': 1}}); made.load(lambda _: None);"
        f"print(''.join(made.translate({SHORT!r}, ())));"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["テストが成功しました。", "[]"]


def test_translating_before_loading_is_an_error(ready: Path) -> None:
    with pytest.raises(RuntimeError, match="load"):
        next(Ct2Translator(f"ct2:{ready}").translate("Hello.", ()))


@pytest.mark.parametrize("nothing", ["", " \n "])
def test_nothing_becomes_nothing(marian: Ct2Translator, nothing: str) -> None:
    assert list(marian.translate(nothing, ())) == []


@pytest.mark.parametrize("odd", ["a", "x = 1", "🎉🎉", "日本語です。", "\ud800 half", "\x07\x1b[31m", "# " * 40])
def test_odd_input_ends_without_an_error(marian: Ct2Translator, odd: str) -> None:
    assert "\ud800" not in _join(marian, odd)


@pytest.mark.parametrize("word", ["word", "鬱鬱鬱鬱鬱鬱鬱鬱"])
def test_a_very_long_text_is_translated_in_parts(marian: Ct2Translator, word: str) -> None:
    parts: list[str] = []
    stream = ct2_decoding.Loaded.stream

    def listen(self: ct2_decoding.Loaded, english: str, options: Any) -> Any:
        parts.append(english)
        return stream(self, english, options)

    text = " ".join([word] * 400)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ct2_decoding.Loaded, "stream", listen)
        _join(marian, text)
    assert " ".join(parts) == text
    assert marian._loaded is not None
    assert all(len(marian._loaded.codec.encode(part)) <= 200 for part in parts)


def test_one_word_without_end_is_no_error(marian: Ct2Translator) -> None:
    _join(marian, "🎉" * 2000)


def test_parts_of_a_language_with_spaces_have_one_between(tiny_nllb: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    def say(*_: object) -> Iterator[str]:
        yield "Fait."

    french, japanese = _loaded(tiny_nllb[0], to="fr"), _loaded(tiny_nllb[0])
    monkeypatch.setattr(ct2_decoding.Loaded, "stream", say)
    text = "The tests passed. " * 40
    assert _join(french, text).startswith("Fait. Fait.")
    assert _join(japanese, text).startswith("Fait.Fait.")


def test_info_and_progress_say_what_happens(tiny_marian: Tiny) -> None:
    seen: list[Progress] = []
    made = Ct2Translator(f"ct2:{tiny_marian[0]}", Translate(device="cpu"))
    made.load(seen.append)
    assert (made.info.runtime, made.info.device, made.info.licence) == ("ct2", "cpu", "your own weights")
    steps = [step.what.split()[0] for step in seen]
    order = list(dict.fromkeys(steps))
    assert order == ["Preparing", "Checking", "Loading", "Trying", "Warming"]
    again: list[Progress] = []
    Ct2Translator(f"ct2:{tiny_marian[0]}", Translate(device="cpu")).load(again.append)
    assert [step.what.split()[0] for step in again] == ["Loading", "Warming"]


def test_a_damaged_conversion_is_made_anew(tiny_marian: Tiny, cache: Path) -> None:
    _loaded(tiny_marian[0])
    model = next(cache.glob("derived/*/model.bin"))
    good = model.read_bytes()
    model.write_bytes(good[: len(good) // 2])
    made = _loaded(tiny_marian[0])
    assert model.read_bytes() == good
    assert _join(made, SHORT) == tiny_marian[1][SHORT]


def test_a_conversion_that_cannot_be_loaded_is_made_anew(tiny_marian: Tiny, cache: Path) -> None:
    """The same size and a forged verification: only the runtime notices."""
    _loaded(tiny_marian[0])
    model = next(cache.glob("derived/*/model.bin"))
    good = model.read_bytes()
    model.write_bytes(b"\xff" * len(good))
    note = model.with_name(".model.bin.verified")
    note.write_text(json.dumps(json.loads(note.read_text()) | {"mtime_ns": model.stat().st_mtime_ns}))
    made = _loaded(tiny_marian[0])
    assert model.read_bytes() == good
    assert _join(made, SHORT) == tiny_marian[1][SHORT]


def test_new_weights_are_converted_anew(tiny_marian: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_marian[0], tmp_path / "own")
    first = ct2_convert.converted(folder, "int8", lambda _: None)
    stamp = (first / "model.bin").stat().st_mtime_ns
    assert ct2_convert.converted(folder, "int8", lambda _: None) == first
    assert (first / "model.bin").stat().st_mtime_ns == stamp
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes())
    ct2_convert.converted(folder, "int8", lambda _: None)
    assert (first / "model.bin").stat().st_mtime_ns != stamp


def test_a_conversion_lies_beside_weights_of_ours(tiny_marian: Tiny, cache: Path) -> None:
    folder = shutil.copytree(tiny_marian[0], cache / "ct2-own")
    assert ct2_convert.converted(folder, "int8", lambda _: None).parent == folder


def test_a_broken_conversion_leaves_nothing_behind(tiny_marian: Tiny, tmp_path: Path, cache: Path) -> None:
    folder = shutil.copytree(tiny_marian[0], tmp_path / "own")
    (folder / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be converted") as caught:
        _loaded(folder)
    assert caught.value.code == "cannot_load"
    assert not [path for path in cache.glob("derived/*") if path.is_dir()]


class _Attack:
    def __init__(self, target: str) -> None:
        self._target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return importlib.import_module("os").mkdir, (self._target,)


def test_pickled_code_in_weights_is_not_run(tiny_nllb: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_nllb[0], tmp_path / "bad")
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Attack(str(tmp_path / "owned")), protocol=2))
    with pytest.raises(ModelError, match="cannot be converted"):
        _loaded(folder)
    assert not (tmp_path / "owned").exists()


def test_code_in_the_folder_is_not_run(tiny_marian: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_marian[0], tmp_path / "bad")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Evil"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text(f"import os\nos.mkdir({str(tmp_path / 'owned')!r})\n")
    with pytest.raises(ModelError, match="cannot be converted"):
        _loaded(folder)
    assert not (tmp_path / "owned").exists()


def test_a_missing_runtime_says_how_to_get_it(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    with pytest.raises(ModelError, match="pip install") as caught:
        Ct2Translator(f"ct2:{ready}").load(lambda _: None)
    assert caught.value.code == "no_runtime"


@pytest.mark.parametrize("lost", ["model.bin", "source.spm", "shared_vocabulary.json"])
def test_a_missing_file_is_a_model_error(ready: Path, tmp_path: Path, lost: str) -> None:
    folder = shutil.copytree(ready, tmp_path / "bad")
    (folder / lost).unlink()
    with pytest.raises(ModelError) as caught:
        _loaded(folder)
    assert caught.value.code == "cannot_load"
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize("lost", ["tokenizer.json", "pytorch_model.bin", "config.json"])
def test_an_nllb_without_a_file_is_a_model_error(tiny_nllb: Tiny, tmp_path: Path, lost: str) -> None:
    folder = shutil.copytree(tiny_nllb[0], tmp_path / "bad")
    (folder / lost).unlink()
    with pytest.raises(ModelError) as caught:
        _loaded(folder)
    assert caught.value.code == "cannot_load"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 100_000])
def test_a_model_that_cannot_be_read_is_a_model_error(ready: Path, tmp_path: Path, content: bytes) -> None:
    folder = shutil.copytree(ready, tmp_path / "bad")
    (folder / "model.bin").write_bytes(content)
    with pytest.raises(ModelError, match="cannot load") as caught:
        _loaded(folder)
    assert caught.value.code == "cannot_load"


@pytest.mark.parametrize("name", ["config.json", "shared_vocabulary.json", "source.spm"])
def test_a_damaged_small_file_is_a_model_error(ready: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(ready, tmp_path / "bad")
    (folder / name).write_bytes(b"{nonsense")
    with pytest.raises(ModelError) as caught:
        _loaded(folder)
    assert caught.value.code == "cannot_load"


def test_fetched_weights_that_cannot_be_loaded_are_checked_and_brought_in_again(
    ready: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_marian: Tiny
) -> None:
    folder = shutil.copytree(ready, tmp_path / "fetched")
    (folder / "model.bin").write_bytes(b"nonsense")
    monkeypatch.setattr(models, "ensure", lambda *_: folder)
    monkeypatch.setattr(models, "forget_verification", lambda _: shutil.copy(ready / "model.bin", folder))
    made = Ct2Translator("ct2:fugumt", Translate(device="cpu", threads=1))
    made.load(lambda _: None)
    assert _join(made, SHORT) == tiny_marian[1][SHORT]


def test_a_tokenizer_of_another_model_is_refused(ready: Path, tiny_nllb: Tiny, tmp_path: Path) -> None:
    folder = shutil.copytree(ready, tmp_path / "bad")
    (folder / "shared_vocabulary.json").write_text(json.dumps(["</s>", "<unk>", *(f"other{n}" for n in range(500))]))
    with pytest.raises(ModelError, match="does not belong"):
        _codec(folder)
    for name in ("source.spm", "target.spm"):
        (folder / name).unlink()
    shutil.copy(tiny_nllb[0] / "tokenizer.json", folder)
    with pytest.raises(ModelError, match="no NLLB"):
        _codec(folder)


def test_nllb_translates_into_the_language_asked_for(tiny_nllb: Tiny) -> None:
    made = _loaded(tiny_nllb[0], to="fr")
    assert made._loaded is not None
    assert made._loaded.codec.prefix == ("fra_Latn",)
    assert "fra_Latn" not in _join(made, SHORT)


def test_an_unknown_language_is_a_model_error(tiny_nllb: Tiny) -> None:
    with pytest.raises(ModelError, match="no language xx") as caught:
        _loaded(tiny_nllb[0], to="xx")
    assert caught.value.code == "no_language"


def test_a_pair_of_languages_is_no_other_pair() -> None:
    with pytest.raises(ModelError) as caught:
        create("ct2:fugumt", {"to": "fr"})
    assert caught.value.code == "no_language"


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_replaced_and_said(ready: Path, device: str, tiny_marian: Tiny) -> None:
    import ctranslate2

    if device == "cuda" and ctranslate2.get_cuda_device_count():
        pytest.skip("there is a CUDA device")
    made = _loaded(ready, device=device)
    assert made.info.device == "cpu"
    assert device in next(made.take_notices())
    assert _join(made, SHORT) == tiny_marian[1][SHORT]


class _CudaThatFails:
    """The real runtime, with a CUDA device that fails when it is opened, or when it is used."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, opens: bool) -> None:
        import ctranslate2

        real = ctranslate2.Translator

        def make(folder: str, device: str, **options: Any) -> Any:
            if device == "cuda" and not opens:
                raise RuntimeError("CUDA driver version is insufficient")
            return self if device == "cuda" else real(folder, device=device, **options)

        supported = ctranslate2.get_supported_compute_types
        monkeypatch.setattr(ctranslate2, "Translator", make)
        monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
        monkeypatch.setattr(
            ctranslate2,
            "get_supported_compute_types",
            lambda device: {"float16"} if device == "cuda" else supported(device),
        )

    def translate_batch(self, *_: object, **__: object) -> None:
        raise RuntimeError("CUDA out of memory")


@pytest.mark.parametrize("opens", [True, False])
def test_a_cuda_that_fails_is_replaced_by_the_cpu(
    ready: Path, tiny_marian: Tiny, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    _CudaThatFails(monkeypatch, opens=opens)
    made = _loaded(ready, device="auto")
    assert made.info.device == "cpu"
    assert "CUDA" in next(made.take_notices())
    assert _join(made, SHORT) == tiny_marian[1][SHORT]


@pytest.mark.gpu
def test_on_cuda(tiny_marian: Tiny) -> None:
    import ctranslate2

    if not ctranslate2.get_cuda_device_count():
        pytest.skip("CTranslate2 has no CUDA device here")
    made = _loaded(tiny_marian[0], device="cuda")
    assert made.info.device == "cuda"
    for english, japanese in tiny_marian[1].items():
        assert _join(made, english) == japanese
    assert made.notices == []
