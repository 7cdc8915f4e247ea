"""What starts often starts light: help and lists bring in no model runtime."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "transformers",
    "ctranslate2",
    "xllamacpp",
    "pyopenjtalk",
    "kanalizer",
    "sounddevice",
    "edge_tts",
    "gtts",
    "soxr",
    "piper_plus",
    "onnxruntime",
}


def modules_after(code: str) -> set[str]:
    """Return the top-level modules loaded by a fresh interpreter that ran `code`."""
    listing = "import json, sys; print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    script = f"try:\n    {code}\nexcept SystemExit:\n    pass\n{listing}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "from engine.cli import main; main(['--help'])",
        "from engine.cli import main; main(['speak', '--help'])",
        "from engine.cli import main; main(['voices'])",
        "from engine.cli import main; main(['models'])",
        "from tui.cli import main; main(['--help'])",
        "import tui.app",
        "import engine.pipeline",
    ],
)
def test_no_model_runtime_is_imported(code: str) -> None:
    assert not modules_after(code) & HEAVY


@pytest.mark.parametrize("code", ["from tui.cli import main; main(['--help'])", "import engine.pipeline"])
def test_no_screen_is_imported(code: str) -> None:
    assert "textual" not in modules_after(code)


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        # Claude starts after these, the first paint comes after those; docs/latency.md says what each would cost.
        ("import tui.cli, tui.stage", {"textual", "rich", "numpy", "pyghostty", "aiohttp"}),
        ("import tui.app, engine.pipeline", {"numpy", "pyghostty", "aiohttp"}),
    ],
)
def test_the_start_waits_for_nothing_it_does_not_need(code: str, absent: set[str]) -> None:
    assert not modules_after(code) & absent
