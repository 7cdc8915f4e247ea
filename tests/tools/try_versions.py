"""Which source each version of Claude Code gets: `python -m tests.tools.try_versions 2.1.220 2.1.300` prints a table.

Installs each version from npm into a temporary folder, asks it two questions with the automatic choice of the source,
answered by the loopback API, and removes it again. `--installed DIR` uses DIR/VERSION where it is there.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.capture.said import letters
from engine.source import Attention, SourceStatus
from tests.support.answers import Text
from tests.support.claude import ClaudeHome
from tests.support.loopback_api import in_order
from tests.support.sample_answers import MARKDOWN, TOUCH
from tests.support.source_session import SourceSession

QUIET_NETWORK = "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"
NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}
"""Without the variable it would ask servers on the internet, which a test must not reach."""
PACKAGE = "@anthropic-ai/claude-code"
LAST_WORDS = "That is all."
DIALOG = "Do you want"


def main() -> None:
    """Print a row for each version as soon as it was tried."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="+", metavar="VERSION")
    parser.add_argument("--installed", type=Path, metavar="DIR")
    parser.add_argument("--source", default="auto", help="as of streamtts-tui")
    parser.add_argument("--quiet-network", action="store_true", help=f"set {QUIET_NETWORK}")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="for Claude's environment")
    options = parser.parse_args()
    variables = dict(given.split("=", 1) for given in options.set)
    if not options.quiet_network:
        variables |= NOWHERE
    print("| Claude Code | source | why not the mod | the answers came | a permission was told |")
    print("|---|---|---|---|---|")
    for version in options.versions:
        with installed(version, options.installed) as claude:
            row = asyncio.run(tried(claude, options.source, variables, is_quiet=options.quiet_network))
        print(f"| {version} | {' | '.join(row)} |", flush=True)


@contextlib.contextmanager
def installed(version: str, folder: Path | None) -> Iterator[Path]:
    """The program of one version."""
    name = "node_modules/.bin/claude"
    if folder is not None and (folder / version / name).exists():
        yield folder.resolve() / version / name
        return
    with tempfile.TemporaryDirectory(prefix="claude-") as made:
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", made, f"{PACKAGE}@{version}"]
        subprocess.run(command, check=True, capture_output=True)
        yield Path(made) / name


async def tried(claude: Path, wanted: str, variables: Mapping[str, str], *, is_quiet: bool) -> tuple[str, ...]:
    """The source that was followed, why it is not the mod, whether each answer came once and whole, and the dialog."""
    script = in_order([Text("I make it.\n"), TOUCH], [Text(MARKDOWN)], [Text(f"Yes. {LAST_WORDS}")])
    with tempfile.TemporaryDirectory() as made:
        session = SourceSession(claude, ClaudeHome.create(Path(made) / "home"), script, wanted=wanted)
        session.add(variables)
        if not is_quiet:
            session.leave_out(QUIET_NETWORK)
        try:
            async with session:
                await converse(session)
        except AssertionError as error:
            print(error)
    told = session.of(SourceStatus)
    why = told[-1].detail.rpartition("because ")[2].rstrip(".") if told else ""
    asked = [attention.detail for attention in session.of(Attention)]
    return " → ".join(session.sources) or "none", why, judged(session), ", ".join(asked) or "no"


async def converse(session: SourceSession) -> None:
    """Two questions, and a tool that must be allowed."""
    await session.ask("please answer")
    await session.until_shown(DIALOG)
    await session.answer("\r", DIALOG)
    await session.until(lambda: "Shall I go on?" in session.text, "the first answer")
    await session.until_turns_end(1)
    await session.ask("and again")
    await session.until(lambda: LAST_WORDS in session.text, "the second answer")


def judged(session: SourceSession) -> str:
    """Whether the text is what the server sent."""
    whole = f"I make it.{MARKDOWN}Yes. {LAST_WORDS}"
    if "screen" in session.sources:
        # It does not show where links lead.
        whole = whole.replace("(https://example.com/docs)", "")
    return "whole, once" if letters(session.text) == letters(whole) else f"not so: {session.text!r}"


if __name__ == "__main__":
    main()
