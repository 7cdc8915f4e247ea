"""Changes the speed of speech without its pitch, for voices that cannot do it themselves (WSOLA)."""

from __future__ import annotations

import numpy as np

from engine.protocols import Samples

FRAME_S = 0.040
"""Two or more periods of the deepest voice."""
SEARCH_S = 0.010
"""How far from its place a frame may be taken: one period of a 100 Hz voice."""


def stretch(samples: Samples, sample_rate: int, rate: float) -> Samples:
    """Return `samples` about `1 / rate` times as long, at the same pitch. `rate` 1.0 returns them as they are."""
    frame = 2 * round(FRAME_S * sample_rate / 2)
    if rate == 1.0 or len(samples) < 2 * frame:
        return samples
    hop, search = frame // 2, round(SEARCH_S * sample_rate)
    padded = np.concatenate([samples, np.zeros(frame + 2 * search, np.float32)])
    window = np.hanning(frame + 1)[:frame].astype(np.float32)
    count = int((len(samples) / rate) // hop)
    out = np.zeros(count * hop + frame, np.float32)
    place = 0
    for index in range(count):
        if index:
            place = _best_place(padded, place + hop, round(index * hop * rate), frame, search)
        out[index * hop : index * hop + frame] += padded[place : place + frame] * window
    # The first half frame has only one window over it: it fades in, which is wanted.
    return out[: count * hop]


def _best_place(samples: Samples, continuing: int, wanted: int, frame: int, search: int) -> int:
    """Return the place within `search` of `wanted` that looks most like what would have come next."""
    start = min(max(0, wanted - search), len(samples) - frame - 2 * search)
    target = samples[min(continuing, len(samples) - frame) :][:frame]
    likeness = np.correlate(samples[start : start + frame + 2 * search], target, "valid")
    return start + int(np.argmax(likeness))
