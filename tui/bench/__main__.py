"""`python -m tui.bench`: what `streamtts bench --terminal` starts."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tui.bench.measure import Plan, measure
from tui.bench.report import to_json, to_markdown
from tui.bench.window import BenchError


def main() -> int:
    """Measure and print; 0, or 1 when something did not happen."""
    parser = argparse.ArgumentParser(prog="python -m tui.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a Markdown table")
    arguments = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
            samples = measure(Plan(), Path(folder))
    except BenchError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 1
    print(json.dumps(to_json(samples), ensure_ascii=False) if arguments.json else to_markdown(samples))
    return 0


if __name__ == "__main__":
    sys.exit(main())
