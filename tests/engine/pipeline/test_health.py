"""A circuit opens on failure, waits longer each time, and forgets only after it has held."""

from __future__ import annotations

from engine.events import Health
from engine.pipeline.health import BackOff, Circuit


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_waits_longer_each_time_up_to_a_limit() -> None:
    clock = Clock()
    circuit = Circuit(BackOff(5.0, 30.0), clock)
    waits = []
    for _ in range(5):
        circuit.open("gone")
        waits.append(circuit.retry_in_s)
        clock.now += circuit.retry_in_s
        assert circuit.is_due
        circuit.try_again()
        assert circuit.health is Health.HALF_OPEN
        assert not circuit.is_due
    assert waits == [5.0, 10.0, 20.0, 30.0, 30.0]


def test_one_that_works_for_a_moment_only_is_not_forgiven() -> None:
    clock = Clock()
    circuit = Circuit(BackOff(5.0, 300.0), clock)
    waits = []
    for _ in range(3):
        circuit.open("gone")
        waits.append(circuit.retry_in_s)
        clock.now += circuit.retry_in_s
        circuit.close()
        clock.now += 1.0
    assert waits == [5.0, 10.0, 20.0]
    clock.now += 100.0
    circuit.open("gone")
    assert circuit.retry_in_s == 5.0


def test_closed_it_has_no_reason() -> None:
    circuit = Circuit(BackOff(5.0, 30.0), Clock())
    assert circuit.is_closed
    circuit.open("no route")
    assert (circuit.is_closed, circuit.reason) == (False, "no route")
    circuit.close()
    assert (circuit.is_closed, circuit.reason, circuit.is_due) == (True, "", False)
