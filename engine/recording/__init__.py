"""Sessions kept with their times, to be played again: recordings, transcripts, and what the history has."""

from engine.recording.errors import RecordingError
from engine.recording.player import play
from engine.recording.sources import Recorded, open_built_in, open_recorded
from engine.recording.steps import Step
from engine.recording.writer import RecordingWriter

__all__ = ["Recorded", "RecordingError", "RecordingWriter", "Step", "open_built_in", "open_recorded", "play"]
