"""The record of what was said: sessions, turns and sentences, in one SQLite file."""

from engine.history.database import HistoryError, history_path
from engine.history.reader import History
from engine.history.recorder import Recorder

__all__ = ["History", "HistoryError", "Recorder", "history_path"]
