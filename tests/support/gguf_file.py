"""Writes the head of a GGUF file: enough for whoever reads its metadata, too little for a runtime to load."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% for message in messages %}<start_of_turn>"
    "{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{{ message['content'] | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
TOKENS = (("<s>", 3), ("</s>", 3), ("<|im_start|>", 3), ("<|im_end|>", 3), ("<tool>", 4), ("a", 4), ("word", 1))

Value = str | bool | int | Sequence[str] | Sequence[int]


def write(path: Path, template: str | None = CHATML, **more: Value) -> Path:
    """Write a file with this chat template and seven tokens. `more`: `general__name` is general.name."""
    values: dict[str, Value] = {
        "general.name": "Tiny",
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": [token for token, _ in TOKENS],
        "tokenizer.ggml.token_type": [kind for _, kind in TOKENS],
        "tokenizer.ggml.bos_token_id": 0,
        "tokenizer.ggml.eos_token_id": 3,
    }
    if template is not None:
        values["tokenizer.chat_template"] = template
    values |= {key.replace("__", "."): value for key, value in more.items()}
    path.write_bytes(_encode(values))
    return path


def _encode(values: Mapping[str, Value]) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, len(values))
    return head + b"".join(_string(key) + _typed(value) for key, value in values.items())


def _typed(value: Value) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", 8) + _string(value)
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if value and isinstance(value[0], str):
        return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(_string(str(item)) for item in value)
    return struct.pack("<IIQ", 9, 5, len(value)) + struct.pack(f"<{len(value)}i", *(int(item) for item in value))


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw
