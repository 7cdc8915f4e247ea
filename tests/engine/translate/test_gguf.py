from __future__ import annotations

from pathlib import Path

import pytest

from engine.translate import gguf
from engine.translate.gguf import GgufError
from tests.support import gguf_file


def test_a_file_tells_its_template_and_its_tokens(tmp_path: Path) -> None:
    about = gguf.read(gguf_file.write(tmp_path / "model.gguf"))
    assert about.name == "Tiny"
    assert about.chat_template == gguf_file.CHATML
    assert (about.bos, about.eos) == ("<s>", "<|im_end|>")
    assert about.special_tokens == {"<s>", "</s>", "<|im_start|>", "<|im_end|>", "<tool>"}


def test_a_beginning_that_the_runtime_adds_is_not_added_twice(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    assert gguf.read(gguf_file.write(path, tokenizer__ggml__add_bos_token=True)).bos == ""
    assert gguf.read(gguf_file.write(path, tokenizer__ggml__model="llama")).bos == ""
    assert gguf.read(gguf_file.write(path, tokenizer__ggml__add_bos_token=False)).bos == "<s>"


def test_a_file_without_a_template_has_none(tmp_path: Path) -> None:
    assert gguf.read(gguf_file.write(tmp_path / "model.gguf", None)).chat_template is None


def test_tokens_that_do_not_exist_are_empty(tmp_path: Path) -> None:
    about = gguf.read(gguf_file.write(tmp_path / "model.gguf", tokenizer__ggml__eos_token_id=99))
    assert about.eos == ""


def test_a_file_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = gguf_file.write(tmp_path / "model.gguf")
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with pytest.raises(GgufError, match=r"model\.gguf"):
            gguf.read(path)


@pytest.mark.parametrize(
    ("position", "damage"),
    [(0, b"GGML"), (4, b"\x09\x00"), (16, b"\xff\xff\xff\xff\xff"), (24, b"\xff\xff\xff\xff\xff\xff\xff\x7f")],
)
def test_a_damaged_file_is_refused(tmp_path: Path, position: int, damage: bytes) -> None:
    path = gguf_file.write(tmp_path / "model.gguf")
    raw = bytearray(path.read_bytes())
    raw[position : position + len(damage)] = damage
    path.write_bytes(raw)
    with pytest.raises(GgufError):
        gguf.read(path)
