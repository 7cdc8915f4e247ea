"""The ring hands on every sample once, in order, and fades when told to drop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.ring import SampleRing
from engine.protocols import Samples


def counted(first: int, count: int) -> Samples:
    return np.arange(first, first + count, dtype=np.float32)


def read(ring: SampleRing, count: int) -> tuple[Samples, int]:
    out = np.full(count, np.nan, dtype=np.float32)
    return out, ring.read_into(out)


@given(st.lists(st.tuples(st.booleans(), st.integers(min_value=0, max_value=70)), max_size=60))
def test_every_sample_comes_out_once_in_order(steps: list[tuple[bool, int]]) -> None:
    ring = SampleRing(100, 8)
    written = taken = 0
    for writes, count in steps:
        if writes:
            fits = min(count, 100 - ring.waiting)
            ring.write(counted(written, fits))
            written += fits
        else:
            out, got = read(ring, count)
            assert got == min(count, written - taken)
            np.testing.assert_array_equal(out[:got], counted(taken, got))
            assert not out[got:].any()
            taken += got
        assert ring.waiting == written - taken


def test_what_does_not_fit_is_refused() -> None:
    ring = SampleRing(10, 2)
    ring.write(counted(0, 8))
    with pytest.raises(BufferError, match="3 samples"):
        ring.write(counted(8, 3))
    assert ring.waiting == 8


def test_a_drop_fades_what_comes_next_and_skips_the_rest() -> None:
    ring = SampleRing(100, 8)
    ring.write(np.ones(50, dtype=np.float32))
    assert ring.drop() == 42
    assert ring.drop() == 0
    ring.write(np.full(5, 3.0, dtype=np.float32))
    out, got = read(ring, 20)
    assert got == 13
    assert np.all(np.diff(out[:8]) < 0)
    assert out[7] == 0.0
    np.testing.assert_array_equal(out[8:], [3.0] * 5 + [0.0] * 7)
    assert ring.waiting == 0


def test_fewer_samples_than_the_fade_still_end_in_nothing() -> None:
    ring = SampleRing(100, 8)
    ring.write(np.ones(5, dtype=np.float32))
    assert ring.drop() == 0
    out, _ = read(ring, 8)
    np.testing.assert_allclose(out, [1.0, 0.75, 0.5, 0.25, 0.0, 0.0, 0.0, 0.0])


def test_a_drop_with_nothing_waiting_drops_nothing_later() -> None:
    ring = SampleRing(100, 8)
    assert ring.drop() == 0
    ring.write(counted(1, 5))
    out, _ = read(ring, 5)
    np.testing.assert_array_equal(out, counted(1, 5))
