"""`python -m tui.bench`: what `streamtts bench --terminal` and `bench --screen` start."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tui.bench.window import BenchError


def main() -> int:
    """Measure and print; 0, or 1 when something did not happen."""
    parser = argparse.ArgumentParser(prog="python -m tui.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a Markdown table")
    parser.add_argument("--screen", action="store_true", help="the bilingual view while text streams, not the terminal")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
            report = (_screen if arguments.screen else _terminal)(Path(folder), is_json=arguments.json)
    except BenchError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 1
    print(report)
    return 0


def _terminal(folder: Path, *, is_json: bool) -> str:
    from tui.bench.measure import Plan, measure
    from tui.bench.report import to_json, to_markdown

    samples = measure(Plan(), folder)
    return json.dumps(to_json(samples), ensure_ascii=False) if is_json else to_markdown(samples)


def _screen(folder: Path, *, is_json: bool) -> str:
    from tui.bench.screen import ScreenPlan, measure
    from tui.bench.screen_report import to_json, to_markdown

    samples = measure(ScreenPlan(), folder)
    return json.dumps(to_json(samples), ensure_ascii=False) if is_json else to_markdown(samples)


if __name__ == "__main__":
    sys.exit(main())
