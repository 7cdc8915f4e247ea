"""Keys that are typed while the keyboard goes from one place to another wait for it to arrive there."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

PATIENCE_S = 1.0
"""A place that the keyboard does not arrive at keeps nobody from typing for longer."""


class KeyHold:
    """Keys typed in a burst reach the place that their first one opened, and not the one it was typed in.

    `deliver` gets each of them, in order, once the keyboard has arrived; `set_timer` calls back after some seconds.
    """

    def __init__(
        self, deliver: Callable[[events.Key], object], set_timer: Callable[[float, Callable[[], None]], object]
    ) -> None:
        self._deliver = deliver
        self._set_timer = set_timer
        self._keys: list[events.Key] = []
        self._journeys = 0

    @property
    def is_on(self) -> bool:
        """Whether the keyboard is on its way."""
        return self._journeys > 0

    def begin(self) -> Callable[[], None]:
        """The keyboard goes elsewhere; call what this returns when it has arrived."""
        self._journeys += 1
        has_ended = False

        def arrive() -> None:
            nonlocal has_ended
            if not has_ended:
                has_ended = True
                self._journeys -= 1
                if not self.is_on:
                    self._release()

        self._set_timer(PATIENCE_S, arrive)
        return arrive

    def keep(self, key: events.Key) -> bool:
        """Keep a key while the keyboard is on its way; False when it is not."""
        if self.is_on:
            # A new one: the old one has its way through the widgets behind it, which is remembered in it.
            self._keys.append(events.Key(key.key, key.character))
        return self.is_on

    def _release(self) -> None:
        kept, self._keys = self._keys, []
        for key in kept:
            self._deliver(key)
