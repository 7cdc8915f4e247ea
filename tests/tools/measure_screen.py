"""How well the screen is read: `python -m tests.tools.measure_screen` prints the table of docs/capture-screen.md."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable

from engine.capture.transcript import TranscriptDecoder
from engine.source import TextDelta
from engine.text.segmenter import Committed, Segmenter, TakenBack
from tests.support.recordings import RECORDINGS, heard, lines, served
from tests.support.screen_replay import recorded, screen_events, sentences, sentences_of

SIZES = {"transcript-interrupted": (80, 24), "transcript-every-kind": (70, 26)}


def main() -> None:
    """Print a row for each recorded session with a screen and a text that is known."""
    print("| recording | sentences | right | missing | extra or garbled | delay p50 / p90 / max (ms) |")
    print("|---|---|---|---|---|---|")
    for name in sorted(path.parent.name for path in RECORDINGS.glob("*/tty.index.jsonl")):
        events = screen_events(recorded(name), size=SIZES.get(name, (100, 40)))
        wrote, read = Counter(sentences_of(written(name))), Counter(sentences(events))
        right = (wrote & read).total()
        deltas = [(event.block, event.text, event.received_at) for event in events if isinstance(event, TextDelta)]
        delays = delays_ms(ended(sent(name)), ended(deltas))
        counts = f"{wrote.total()} | {right} | {wrote.total() - right} | {read.total() - right}"
        print(f"| {name} | {counts} | {quantiles(delays)} |")


def written(name: str) -> list[str]:
    """The blocks that Claude wrote: from the transcript, or what the server sent, a retried answer once."""
    if (RECORDINGS / name / "transcript.jsonl").exists():
        decoder = TranscriptDecoder()
        return heard([event for line in lines(name, "transcript.jsonl") for event in decoder.decode(line["line"], 0.0)])
    blocks = served(name)
    if name == "reconnect":
        return [max(blocks, key=len)]
    if name == "subagent":
        # The subagent's own words come to the screen only when Claude repeats them.
        return list(dict.fromkeys(blocks))
    if name in ("reply", "narration"):
        return [*blocks[:1], *_narrated(name), *blocks[1:]]
    return blocks


def _narrated(name: str) -> list[str]:
    return ["".join(line["text"] for line in lines(name, "mod.jsonl") if line.get("ev") == "thinking")]


def sent(name: str) -> list[tuple[str, str, float]]:
    """Block, text and time of what the server sent; nothing where the recording has no times."""
    path = RECORDINGS / name / "server-deltas.jsonl"
    if not path.exists():
        return []
    deltas = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(f"{d['rid']}/{d['block']}", d["text"], d["t"]) for d in deltas if "text" in d and not d["fast"] and d["t"]]


def ended(deltas: Iterable[tuple[str, str, float]]) -> list[tuple[str, float]]:
    """Each sentence with the time of its last character."""
    segmenter, found, last = Segmenter(), dict[int, tuple[str, float]](), ""
    for block, text, at in [*deltas, ("", "", 0.0)]:
        changes = segmenter.end(at) if block != last else []
        for change in [*changes, *segmenter.feed(text, at)]:
            if isinstance(change, Committed):
                found[change.key] = (change.en, change.ended_at)
            elif isinstance(change, TakenBack):
                del found[change.key]
        last = block
    return list(found.values())


def delays_ms(wrote: list[tuple[str, float]], read: list[tuple[str, float]]) -> list[float]:
    """From the sending of each sentence's last character to its reading; the first time where it came twice."""
    at = dict(reversed(read))
    first = dict(reversed(wrote))
    return sorted((at[text] - time_s) * 1000 for text, time_s in first.items() if text in at)


def quantiles(delays: list[float]) -> str:
    """Median, nine tenths and the longest."""
    if not delays:
        return "—"
    return " / ".join(f"{delays[min(int(len(delays) * part), len(delays) - 1)]:.0f}" for part in (0.5, 0.9, 1.0))


if __name__ == "__main__":
    main()
