"""A piper voice for tests: the inputs and outputs of a real one, and a tone in place of speech."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RATE = 22_050
HOP = 256
SAMPLES_PER_ID = 1_000
LEAD = 2_205
"""samples of silence before the tone, as real voices have them"""
JAPANESE, OTHER = 1, 0


def write_voice(folder: Path, name: str = "voice.onnx", config: str = "config.json", **changes: Any) -> Path:
    """Write a model and its configuration; return the model's path.

    The tone lasts `SAMPLES_PER_ID` for each phoneme id, times the length scale. It is 440 Hz in Japanese, else 220 Hz,
    and there is none when the model is told to heed a speaker's embedding, which it never learnt.
    `level` 0 makes it silent, `is_broken` makes every other value no number.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(model(changes.pop("level", 0.5), changes.pop("is_broken", False)))
    (folder / config).write_text(json.dumps(_configuration() | changes), encoding="utf-8")
    return path


def _configuration() -> dict[str, Any]:
    from piper_plus.phonemize import get_japanese_id_map

    return {
        "audio": {"sample_rate": RATE},
        "inference": {"noise_scale": 0.4, "length_scale": 1.0, "noise_w": 0.5},
        "num_symbols": 100,
        "num_speakers": 1,
        "num_languages": 2,
        "language_id_map": {"en": OTHER, "ja": JAPANESE},
        "phoneme_type": "multilingual",
        "phoneme_id_map": get_japanese_id_map(),
    }


def model(level: float = 0.5, is_broken: bool = False) -> bytes:
    """Return the ONNX file."""
    import numpy as np
    from onnx import TensorProto, checker, helper, numpy_helper

    constants = {
        "per_id": np.float32(SAMPLES_PER_ID),
        "one": np.int64(1),
        "zero": np.int64(0),
        "lead": np.int64(LEAD),
        "step": np.float32(2 * np.pi * 220 / RATE),
        "level": np.float32(level),
        "shape": np.array([1, 1, -1], np.int64),
        "which": np.int64(1),
        "two": np.int64(2),
        "wrong": np.float32(np.nan),
        "frames": np.float32(SAMPLES_PER_ID / HOP),
    }
    nodes = [
        helper.make_node("Cast", ["input_lengths"], ["count_f"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["scales", "which"], ["length_scale"]),
        helper.make_node("Mul", ["count_f", "per_id"], ["plain_f"]),
        helper.make_node("Mul", ["plain_f", "length_scale"], ["long_f"]),
        helper.make_node("Cast", ["long_f"], ["long_i"], to=TensorProto.INT64),
        helper.make_node("Squeeze", ["long_i"], ["tone_end"]),
        helper.make_node("Add", ["tone_end", "lead"], ["end"]),
        helper.make_node("Range", ["zero", "end", "one"], ["places"]),
        helper.make_node("Cast", ["places"], ["places_f"], to=TensorProto.FLOAT),
        helper.make_node("Add", ["lid", "one"], ["octave"]),
        helper.make_node("Cast", ["octave"], ["octave_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["octave_f", "step"], ["angle"]),
        helper.make_node("Mul", ["places_f", "angle"], ["phase"]),
        helper.make_node("Sin", ["phase"], ["sine"]),
        helper.make_node("Mul", ["sine", "level"], ["tone"]),
        helper.make_node("Less", ["places", "lead"], ["is_lead"]),
        helper.make_node("Cast", ["is_lead"], ["lead_f"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one_f", "lead_f"], ["heard"]),
        helper.make_node("Cast", ["speaker_embedding_mask"], ["mask_f"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["one_f", "mask_f"], ["unmasked"]),
        helper.make_node("Squeeze", ["unmasked"], ["kept"]),
        helper.make_node("Mul", ["tone", "kept"], ["trained"]),
        helper.make_node("Mul", ["trained", "heard"], ["clean"]),
        helper.make_node("Shape", ["input"], ["ids_shape"]),
        helper.make_node("Mul", ["frames", "length_scale"], ["frames_per_id"]),
        helper.make_node("Expand", ["frames_per_id", "ids_shape"], ["durations"]),
        helper.make_node("Mod", ["places", "two"], ["odd"]),
        helper.make_node("Cast", ["odd"], ["odd_b"], to=TensorProto.BOOL),
        helper.make_node("Where", ["odd_b", "wrong", "clean"], ["dirty"]),
        helper.make_node("Reshape", ["dirty" if is_broken else "clean", "shape"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tone",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
            helper.make_tensor_value_info("lid", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("prosody_features", TensorProto.INT64, [1, "ids", 3]),
            helper.make_tensor_value_info("speaker_embedding", TensorProto.FLOAT, [1, 256]),
            helper.make_tensor_value_info("speaker_embedding_mask", TensorProto.INT64, [1, 1]),
        ],
        [
            helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "samples"]),
            helper.make_tensor_value_info("durations", TensorProto.FLOAT, [1, "ids"]),
        ],
        [
            numpy_helper.from_array(np.asarray(value), key)
            for key, value in (constants | {"one_f": np.float32(1)}).items()
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(made)
    return bytes(made.SerializeToString())
