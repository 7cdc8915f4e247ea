"""`streamtts-tui`: reads the command line, and starts the app. Imports Textual only when there is a screen to draw."""

from __future__ import annotations

import argparse
import gc
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.completing import complete
from engine.settings import Settings, SettingsError, add_flags, load_what_is_right, log_folder
from tui.no_color import respect_no_color

if TYPE_CHECKING:
    from engine.events import Event
    from tui.app import StreamttsApp
    from tui.control import Demo, Launch

PROGRAM = "claude"
USAGE_STATUS = 2
CRASH_STATUS = 70
"""EX_SOFTWARE of sysexits: our own failure, told apart from Claude's."""

LOG_TAIL = 8000
"""Characters of the log that are shown after a crash."""

_EXAMPLES = """examples:
  streamtts-tui                          claude, with Japanese beside it
  streamtts-tui -- --model opus          arguments for claude come after --
  streamtts-tui --demo                   a recorded session; no account, no network
  streamtts-tui --screen-reader          plain lines instead of a screen
  streamtts-tui --voice edge:ja-JP-NanamiNeural --theme light
"""


class _ShowVersion(argparse.Action):
    """Looks the version up when it is asked for: reading package metadata takes as long as starting Claude."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest=argparse.SUPPRESS, default=argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"streamtts {version('streamtts')}")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="streamtts-tui",
        usage="%(prog)s [OPTIONS] [-- CLAUDE ARGUMENTS]",
        description="Claude Code, with what it writes in Japanese beside it and aloud, while it streams.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_ShowVersion, help="print the version and leave")
    parser.add_argument("--command", metavar="PROGRAM", default=PROGRAM, help=f"what to run (default: {PROGRAM})")
    parser.add_argument("--demo", action="store_true", help="play a recorded session; no account, no network")
    parser.add_argument("--record", metavar="FILE", help="record the session, without secrets, for a bug report")
    parser.add_argument("--replay", metavar="WHAT", help="play a session of the history, a transcript or a recording")
    parser.add_argument(
        "--replay-speed", type=float, default=1.0, metavar="N", help="N times as fast; 0: no waiting (default: 1)"
    )
    parser.add_argument("--events", metavar="FILE", help="write what the engine does to FILE, a JSON event a line")
    add_flags(parser)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the companion; return Claude's exit status, 2 on wrong usage, 70 if we crash."""
    ours, claude_arguments = _split(sys.argv[1:] if argv is None else argv)
    parser = build_parser()
    complete(parser)
    arguments = parser.parse_args(ours)
    try:
        settings, problems = load_what_is_right(vars(arguments))
    except SettingsError as error:
        return _refuse(str(error))
    settings = respect_no_color(settings, vars(arguments), os.environ)
    if settings.screen.reader:
        return _ended(_run_reader(arguments, claude_arguments, settings, problems))
    if not has_tty():
        for problem in problems:
            print(f"streamtts-tui: {problem}. The default is used.", file=sys.stderr)
        return _ended(run_without_tty(is_demo=arguments.demo, settings=settings))
    gc.disable()  # Until `collect_later`: looking for garbage takes a tenth of the start, and there is none.
    try:
        return _run_on_screen(arguments, claude_arguments, settings, problems)
    finally:
        gc.enable()


def _run_on_screen(
    arguments: argparse.Namespace, claude_arguments: Sequence[str], settings: Settings, problems: Sequence[str]
) -> int:
    if arguments.demo or arguments.replay:
        from tui.control import Demo

        start = Demo(arguments.replay_speed, arguments.replay or "")
        return run_app(settings, start, arguments.events, wrong_settings=problems, flags=vars(arguments))
    try:
        launch = make_launch(arguments.command, claude_arguments, os.environ, os.getcwd())
    except ValueError as error:
        return _refuse(str(error))
    is_usual = arguments.command == PROGRAM
    flags = vars(arguments)
    return run_app(settings, launch, arguments.events, arguments.record, problems, flags, may_welcome=is_usual)


def _run_reader(
    arguments: argparse.Namespace, claude_arguments: Sequence[str], settings: Settings, problems: Sequence[str]
) -> int:
    from tui.control import Demo
    from tui.reader.run import run_reader

    if arguments.record:
        return _refuse("--record records the screen, and with --screen-reader there is none")
    try:
        start: Launch | Demo = Demo(arguments.replay_speed, arguments.replay or "")
        if not (arguments.demo or arguments.replay):
            start = make_launch(arguments.command, claude_arguments, os.environ, os.getcwd())
            if not start.is_claude:
                raise ValueError(f"{start.name} is not Claude Code: --screen-reader speaks with Claude Code alone")
        subscribers = [_event_writer(arguments.events)] if arguments.events else []
    except (ValueError, OSError) as error:
        return _refuse(str(error))
    return run_reader(settings, start, subscribers, problems)


def make_launch(command: str, arguments: Sequence[str], env: Mapping[str, str], cwd: str) -> Launch:
    """What to run in the terminal. Raises ValueError, saying what to do, when it cannot be run."""
    from tui.control import Launch
    from tui.session import is_claude, with_session_id
    from tui.terminal.pty import PtyError, child_environment, find_program

    try:
        program = shlex.split(command)
    except ValueError as error:
        raise ValueError(f"--command: {error}") from error
    try:
        find_program(program, env, cwd)
    except PtyError as error:
        raise ValueError(_how_to_get_claude() if program == ["claude"] else str(error)) from error
    session_id = None
    is_ours = is_claude(program)
    if is_ours:
        arguments, session_id = with_session_id(arguments)
    return Launch([*program, *arguments], child_environment(env), cwd, session_id, is_ours, len(program))


def run_app(
    settings: Settings,
    start: Launch | Demo,
    events_file: str | None = None,
    record_file: str | None = None,
    wrong_settings: Sequence[str] = (),
    flags: Mapping[str, Any] | None = None,
    may_welcome: bool = False,
) -> int:
    """Draw the screen until the user leaves. After a crash of ours the terminal is whole, and we say how to go on."""
    import asyncio

    from tui.stage import Stage, collect_later
    from tui.terminal.stderr import screen_apart_from_stderr

    try:
        subscribers = [_event_writer(events_file)] if events_file else []
    except OSError as error:
        return _refuse(f"--events: {error}")
    log_path = log_folder() / "screen.log"
    record_to = Path(record_file) if record_file else None
    stage = Stage(settings, start, record_to, wrong_settings, flags or {}, may_welcome)
    try:
        with screen_apart_from_stderr(log_path), asyncio.Runner() as runner:
            collect_later(runner.get_loop())
            runner.run(stage.start_program())
            stage.make_app(subscribers).run(loop=runner.get_loop())
    finally:
        stage.kill_program()
        _say_how_to_go_on(stage.app, log_path)
        stage.close()
    return stage.app.claude_status if stage.app is not None and stage.app.has_left else CRASH_STATUS


def _event_writer(path: str) -> Callable[[Event], None]:
    from engine.commands.ndjson import write_lines

    return write_lines(path)


def _say_how_to_go_on(app: StreamttsApp | None, log_path: Path) -> None:
    """Claude says it itself, but in a pane that is gone now; and after a crash of ours it cannot."""
    if app is None or not app.has_left:
        with suppress(OSError):
            print(log_path.read_text(errors="replace")[-LOG_TAIL:], file=sys.stderr)
        print(f"streamtts failed; what happened is also in {log_path}", file=sys.stderr)
        if app is not None and app.resume_line:
            print(f"Your conversation is safe. Go on with:\n  {app.resume_line}", file=sys.stderr)
    elif app.main.had_turns and app.resume_line:
        print(f"Go on with this conversation:\n  {app.resume_line}")


def has_tty() -> bool:
    """Whether there is a terminal to draw on and to type in."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def run_without_tty(*, is_demo: bool, settings: Settings) -> int:
    """No terminal to draw on: the demo is spoken without a screen, everything else is refused."""
    if is_demo:
        from engine.commands.demo import run_demo

        return run_demo(settings)
    return _refuse(
        "a terminal is needed. Without one, `streamtts speak` reads text and speaks it, "
        "and `streamtts-tui --demo` shows the recorded session."
    )


def _split(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our arguments, and Claude's after `--`."""
    arguments = list(argv)
    if "--" not in arguments:
        return arguments, []
    cut = arguments.index("--")
    return arguments[:cut], arguments[cut + 1 :]


def _how_to_get_claude() -> str:
    return (
        "`claude` was not found on PATH. Install Claude Code:\n"
        "  npm install -g @anthropic-ai/claude-code\n"
        "or see streamtts at work without it:\n"
        "  streamtts-tui --demo"
    )


def _ended(status: int) -> int:
    """Without a screen, Ctrl+C ends the process at once."""
    from engine.commands.leaving import INTERRUPTED, leave

    if status == INTERRUPTED:
        leave(status)
    return status


def _refuse(message: str) -> int:
    print(f"streamtts-tui: {message}", file=sys.stderr)
    return USAGE_STATUS


if __name__ == "__main__":
    sys.exit(main())
