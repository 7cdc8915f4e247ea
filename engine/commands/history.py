"""`streamtts history`: the sessions that were recorded, what was said in one, and a search in both languages."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict

from engine.history import History, HistoryError
from engine.history.reader import iterate
from engine.history.records import SentenceRecord

EXAMPLES = """examples:
  streamtts history                       the last sessions
  streamtts history 12                    what was said in session 12
  streamtts history --search "再試行 retry"  sentences that hold every word, in English or Japanese
  streamtts history --json | jq .title
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `history` takes."""
    parser.add_argument("session", nargs="?", type=int, metavar="SESSION", help="show this session")
    parser.add_argument("--search", metavar="WORDS", help="sentences that hold every one of the words")
    parser.add_argument("--limit", type=int, default=30, metavar="N", help="at most so many (default: 30)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--path", action="store_true", help="print where the history is kept")


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for; 1 when there is no history, or it cannot be read."""
    history = History()
    try:
        if arguments.path:
            print(history.path)
        elif arguments.search is not None:
            _show_found(history, arguments)
        elif arguments.session is not None:
            _show_session(history, arguments)
        else:
            _show_sessions(history, arguments)
    except HistoryError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 1
    return 0


def _show_sessions(history: History, arguments: argparse.Namespace) -> None:
    for session in history.sessions(limit=arguments.limit):
        if arguments.json:
            print(json.dumps(asdict(session), ensure_ascii=False))
        else:
            title = " ".join(session.title.split())[:70]
            print(f"{session.id:>5}  {_time(session.started_at)}  {session.sentences:>5} sentences  {title}")


def _show_session(history: History, arguments: argparse.Namespace) -> None:
    session = history.session(arguments.session)
    turns = {turn.number: turn for turn in history.turns(session.id)}
    shown = 0
    for sentence in iterate(history, session.id):
        if arguments.json:
            print(json.dumps(asdict(sentence), ensure_ascii=False))
            continue
        if sentence.turn != shown and (turn := turns.get(sentence.turn)):
            print(f"❯ {turn.prompt}\n")
        shown = sentence.turn
        print(_pair(sentence))


def _show_found(history: History, arguments: argparse.Namespace) -> None:
    for sentence in history.search(arguments.search, limit=arguments.limit):
        if arguments.json:
            print(json.dumps(asdict(sentence), ensure_ascii=False))
        else:
            print(f"[{sentence.session_id}] {_time(sentence.written_at)}\n{_pair(sentence)}")


def _pair(sentence: SentenceRecord) -> str:
    japanese = sentence.ja if sentence.ja and sentence.ja != sentence.en else ""
    return f"{sentence.en}\n{japanese}\n" if japanese else f"{sentence.en}\n"


def _time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
