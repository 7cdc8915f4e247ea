"""Claude Code itself: is it there, and does what it writes reach us? Tried with a made-up account on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.capture import version
from engine.capture.mod import ModSource
from engine.commands.doctor.check import Finding, Patient, failed, note, ok
from engine.commands.doctor.loopback import SENTENCE, LoopbackMessages
from engine.source import SourceEvent, TextDelta

KEY = "sk-made-up-" + "0" * 40
_NOT_FOUND = "install it: npm install -g @anthropic-ai/claude-code"


def claude(patient: Patient) -> Iterator[Finding]:
    """Its version, and a handshake with our mod: an answer of its own is asked for and has to arrive here."""
    program = shlex.split(patient.program)
    if not program or shutil.which(program[0]) is None:
        yield failed("claude", f"{patient.program} is not on PATH", _NOT_FOUND)
        return
    with tempfile.TemporaryDirectory(prefix="streamtts-doctor-") as folder:
        home, began = Path(folder), time.monotonic()
        found = asyncio.run(version.ask(program, _environment(home, ""), str(home)))
        if found is None:
            yield failed("claude", f"{patient.program} tells no version", "run `claude --version`; is it Claude Code?")
            return
        yield ok("claude", f"{version.text(found)} ({shutil.which(program[0])})")
        problem = version.mod_problem(found, os.environ)
        if problem:
            yield _without_mod(found, problem)
            return
        left_s = patient.patience_s - (time.monotonic() - began)
        yield _handshake(asyncio.run(_ask(program, home, left_s)))


def _without_mod(found: version.Version, problem: str) -> Finding:
    if version.hooks_of(found) and version.hook_problem(os.environ) is None:
        return note("claude's text", f"{problem}; its display hook is used instead", "claude update")
    return note("claude's text", f"{problem}; it is read from the screen", "claude update")


def _handshake(said: tuple[str, str]) -> Finding:
    heard, printed = said
    if heard == SENTENCE:
        return ok("claude's text", "arrives through the mod, tried with an answer on this machine")
    if SENTENCE in printed:
        fix = "is disableAllHooks set by your organisation? streamtts-tui uses the hook or the screen then"
        return failed("claude's text", "Claude answered, but the mod was not heard", fix)
    detail = " ".join(printed.split())[-160:] or "nothing"
    return failed("claude's text", f"Claude did not answer a made-up server here; it said: {detail}", "claude doctor")


async def _ask(program: Sequence[str], home: Path, patience_s: float) -> tuple[str, str]:
    """What was heard through the mod, and what Claude printed."""
    heard: list[str] = []

    def hear(event: SourceEvent) -> None:
        if isinstance(event, TextDelta):
            heard.append(event.text)

    source = ModSource(hear)
    await source.start()
    try:
        async with LoopbackMessages() as url:
            command = [*program, "-p", *source.claude_arguments, "hello"]
            printed = await _run(command, _environment(home, url), home, patience_s)
            # What the mod sends last may still be on its way.
            for _ in range(20):
                if "".join(heard) == SENTENCE:
                    break
                await asyncio.sleep(0.05)
    finally:
        await source.close()
    return "".join(heard), printed


async def _run(command: Sequence[str], environment: Mapping[str, str], folder: Path, patience_s: float) -> str:
    process = await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(patience_s):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        output, _ = await process.communicate()
    return output.decode(errors="replace")


def _environment(home: Path, url: str) -> dict[str, str]:
    """Nothing of the user's account or configuration: a made-up one, which can reach this machine only."""
    config = home / ".claude"
    config.mkdir(exist_ok=True)
    (config / ".claude.json").write_text(json.dumps(_configuration()))
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TERM", "SHELL") if name in os.environ}
    return kept | {
        "HOME": str(home),
        "ANTHROPIC_API_KEY": KEY,
        "ANTHROPIC_BASE_URL": url or "http://127.0.0.1:9",
        "CLAUDE_CONFIG_DIR": str(config),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "NO_PROXY": "127.0.0.1",
    }


def _configuration() -> dict[str, Any]:
    return {
        "hasCompletedOnboarding": True,
        "officialMarketplaceAutoInstallAttempted": True,
        "officialMarketplaceAutoInstalled": True,
        "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
    }
