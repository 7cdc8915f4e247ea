"""Shows the screens with a made-up engine and a shell: `python -m tests.tools.screen_story [THEME] [LAYOUT]`.

For looking at the app by hand; nothing is translated and nothing sounds.
"""

from __future__ import annotations

import os
import sys
import threading
import time

from engine.settings import Settings
from tests.support.fake_engine import FakeEngine
from tests.support.screen_story import mid_stream
from tui.app import StreamttsApp
from tui.control import Launch
from tui.terminal.pty import child_environment

PAUSE_S = 0.15


def main() -> int:
    """Run the app until it is left; tell the story once it is up."""
    theme, layout = [*sys.argv[1:3], *("dark", "auto")[len(sys.argv) - 1 :]]
    engine = FakeEngine()
    launch = Launch([os.environ.get("SHELL", "/bin/sh")], child_environment(os.environ), os.getcwd(), is_claude=False)
    app = StreamttsApp(engine, Settings().replace("screen", theme=theme, layout=layout), launch)
    threading.Thread(target=_tell, args=(engine,), daemon=True).start()
    app.run()
    return app.claude_status


def _tell(engine: FakeEngine) -> None:
    time.sleep(1.0)
    for event in mid_stream():
        engine.say(event)
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main())
