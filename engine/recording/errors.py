"""What goes wrong with recordings."""


class RecordingError(Exception):
    """It cannot be played. The message says what and why."""
