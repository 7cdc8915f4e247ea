"""From the setting `audio.sink` to the sink."""

from __future__ import annotations

from pathlib import Path

from engine.audio.errors import SinkError
from engine.protocols import Sink


def open_sink(spec: str, device_name: str = "") -> Sink:
    """Open what `spec` names: `device`, `null` or `wav:FILE`; `device_name` "" is the system's choice.

    A device that does not answer takes up to four seconds. Raises SinkError, whose message says what to do.
    """
    kind, _, file = spec.partition(":")
    if spec == "device":
        from engine.audio.device import DeviceSink

        return DeviceSink(device_name)
    if spec == "null":
        from engine.audio.null import NullSink

        return NullSink()
    if kind == "wav" and file:
        from engine.audio.wav import WavSink

        return WavSink(Path(file))
    raise SinkError("bad_sink", f"No such sink: {spec!r}. It may be device, null or wav:FILE.")
