"""GPUs, and the voices on the network."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from importlib.util import find_spec

from engine.commands.doctor.check import Finding, Patient, failed, note, ok
from engine.speech.voices import engine_infos

_HOSTS = {"edge": "speech.platform.bing.com", "gtts": "translate.google.com"}
_PATIENCE_S = 2.0


def gpu(_: Patient) -> Iterator[Finding]:
    """What torch can use."""
    if find_spec("torch") is None:
        yield note("gpu", "torch is not installed", "pip install torch transformers, for torch: translators")
        return
    import torch

    if torch.backends.mps.is_available():
        yield ok("gpu", "Apple MPS")
    elif torch.cuda.is_available():
        yield ok("gpu", f"CUDA: {torch.cuda.get_device_name()}")
    else:
        yield note("gpu", f"none that torch {torch.__version__} can use: translation runs on the CPU")


def network_voices(patient: Patient) -> Iterator[Finding]:
    """Can their servers be reached? Nothing is sent."""
    chosen = patient.settings.speech.voice.partition(":")[0]
    for engine_id, host in _HOSTS.items():
        try:
            socket.create_connection((host, 443), _PATIENCE_S).close()
        except OSError as error:
            what, fix = f"{host} cannot be reached ({error})", "needs a network; offline voices go on"
            yield (
                failed(f"voice {engine_id}", what, fix)
                if engine_id == chosen
                else note(f"voice {engine_id}", what, fix)
            )
        else:
            yield ok(f"voice {engine_id}", f"{host} answers")
    for info in engine_infos(patient.settings.speech):
        if info.unavailable and info.id not in _HOSTS:
            yield note(f"voice {info.id}", info.unavailable)
