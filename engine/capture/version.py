"""Which version of Claude Code a program is, and what that version can do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import PurePath

Version = tuple[int, int, int]

ASK_TIMEOUT_S = 10.0
"""A program that has not told its version by then is ended; nobody waits for it so long."""
_MOST_BYTES = 4096
_VERSION = re.compile(rb"(?<![\d.])(\d{1,5})\.(\d{1,5})\.(\d{1,5})(?![\d.])")
LAUNCHERS = ("npx", "bunx")
_PACKAGE = re.compile(r"@anthropic-ai/claude-code@(\d+\.\d+\.\d+)")

MODS_SINCE: Version = (2, 1, 287)
MODS_BEHIND_A_SWITCH: tuple[Version, Version] = ((2, 1, 278), (2, 1, 283))
MODS_SWITCH = "CLAUDE_CODE_ENABLE_FUNCTION_HOOKS"
QUIET_NETWORK = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"
MODS_DESPITE_QUIET_NETWORK_SINCE: Version = (2, 1, 290)
"""Before, that variable kept a mod from reaching its socket."""
DISPLAY_HOOK = "MessageDisplay"
HOOKS_SINCE: Mapping[str, Version] = {
    DISPLAY_HOOK: (2, 1, 152),
    "UserPromptSubmit": (1, 0, 54),
    "Stop": (1, 0, 38),
    "StopFailure": (2, 1, 78),
    "PermissionRequest": (2, 1, 152),
    "Notification": (2, 1, 152),
}
"""A name that a version does not know opens a dialog at its start."""
LOOPBACK = "127.0.0.1"
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_ON = frozenset({"1", "true", "yes", "on"})


def text(version: Version) -> str:
    """As people write it."""
    return ".".join(map(str, version))


def parse(output: bytes) -> Version | None:
    """The version in what `claude --version` says."""
    found = _VERSION.search(output)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def hooks_of(version: Version) -> tuple[str, ...]:
    """The hooks that we use and the version knows; none where the one that carries text is missing."""
    names = tuple(name for name, since in HOOKS_SINCE.items() if version >= since)
    return names if DISPLAY_HOOK in names else ()


def mod_problem(version: Version, environment: Mapping[str, str]) -> str | None:
    """Why the mod does not work in this version with this environment; None when it does."""
    first, last = MODS_BEHIND_A_SWITCH
    if version < MODS_SINCE and not (first <= version <= last and is_on(environment, MODS_SWITCH)):
        return f"Claude Code {text(version)} has no mods yet (they came with {text(MODS_SINCE)})"
    if version < MODS_DESPITE_QUIET_NETWORK_SINCE and is_on(environment, QUIET_NETWORK):
        return f"{QUIET_NETWORK} keeps mods of Claude Code {text(version)} from their socket"
    return None


def hook_problem(environment: Mapping[str, str]) -> str | None:
    """Why the hook's calls would not reach us; None when they do.

    Claude Code sends them through a proxy too, where they show an error with every prompt and Claude's text leaves this
    machine.
    """
    proxy = next((name for name in _PROXIES if environment.get(name)), None)
    excepted = re.split(r"[\s,]+", environment.get("no_proxy") or environment.get("NO_PROXY") or "")
    if proxy is None or "*" in excepted or LOOPBACK in excepted:
        return None
    return f"{proxy} would carry the hook's calls away (NO_PROXY={LOOPBACK} keeps them here)"


def is_on(environment: Mapping[str, str], name: str) -> bool:
    """Whether a variable switches something on, as Claude Code reads it."""
    return environment.get(name, "").strip().lower() in _ON


async def ask(
    program: Sequence[str], environment: Mapping[str, str], cwd: str, timeout_s: float = ASK_TIMEOUT_S
) -> Version | None:
    """Run `program --version`; None when it gives no version in time."""
    try:
        process = await asyncio.create_subprocess_exec(
            *program,
            "--version",
            env=dict(environment),
            cwd=cwd,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        return None
    try:
        async with asyncio.timeout(timeout_s):
            return parse(await _first_line(process.stdout))
    except TimeoutError:
        return None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _first_line(stream: asyncio.StreamReader | None) -> bytes:
    output = b""
    while stream is not None and b"\n" not in output and len(output) < _MOST_BYTES:
        piece = await stream.read(_MOST_BYTES)
        if not piece:
            break
        output += piece
    return output


def pinned(program: Sequence[str]) -> Version | None:
    """The version that a launcher was told to run."""
    if not program or PurePath(program[0]).stem not in LAUNCHERS:
        return None
    found = _PACKAGE.search(" ".join(program[1:]))
    return parse(found[1].encode()) if found else None
