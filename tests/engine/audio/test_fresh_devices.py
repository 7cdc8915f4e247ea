"""The list of devices that another process makes, and what is done when it cannot."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from engine.audio import devices
from engine.audio.devices import OutputDevice, fresh_output_devices

HERE = [OutputDevice("Built-in", True, 2, 48_000)]


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that is asked; this process knows the device `Built-in`."""
    program = tmp_path / "child"
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(devices, "output_devices", lambda: HERE)
    return program


def write(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_a_device_that_came_later_is_listed(child: Path) -> None:
    write(child, """echo '[{"name": "Später", "is_default": false, "channels": 1, "sample_rate": 44100}]'""")
    assert fresh_output_devices() == [OutputDevice("Später", False, 1, 44_100)]


@pytest.mark.parametrize("script", ["exit 1", "echo ALSA lib", "echo '[{}]'", "echo 3", "kill -9 $$"])
def test_a_driver_that_fails_leaves_the_list_of_this_process(child: Path, script: str) -> None:
    write(child, script)
    assert fresh_output_devices() == HERE


def test_a_driver_that_hangs_does_too(child: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "PATIENCE_S", 0.2)
    write(child, "exec sleep 60")
    assert fresh_output_devices() == HERE


def test_without_an_interpreter_it_is_the_list_of_this_process(child: Path) -> None:
    assert not child.exists()
    assert fresh_output_devices() == HERE
