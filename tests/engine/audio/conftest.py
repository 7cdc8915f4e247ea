"""Players that are closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.audio.player import Player
from engine.protocols import Sink
from tests.support.sound import Listener


@pytest.fixture
def listener() -> Listener:
    """What the player of the test says."""
    return Listener()


@pytest.fixture
def start_player(listener: Listener) -> Iterator[Callable[..., Player]]:
    """Start a player on a sink."""
    players: list[Player] = []

    def start(sink: Sink, *, gap_ms: int = 150) -> Player:
        players.append(Player(sink, listener, gap_ms=gap_ms))
        return players[-1]

    yield start
    for player in players:
        player.close()
