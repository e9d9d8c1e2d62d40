"""What is read before it is played: what keys go on with, and the usual keys of what is set.

Reading one from its packed form takes a block's time or two, which a strike should not wait for;
so a thread does that gives way to those that play.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from engine.models.house.waves import Waves, usual_keys
from engine.precedence import step_back
from engine.wire import ModelFailed


class Shelf:
    """Waves, and which instruments' were read."""

    def __init__(self, waves: Waves) -> None:
        self.waves = waves
        self._known: set[int] = set()
        self._waiting: deque[tuple[int, int]] = deque()
        self._struck: tuple[tuple[int, int], ...] = ()
        self._reader = threading.Thread()

    def expect(self, instruments: Iterable[int], struck: Iterable[tuple[int, int]] = ()) -> None:
        """Have waves read: of struck keys (with their instruments), then of some instruments.

        Of these those first that are new. What was `struck` before and is not now is forgotten.
        """
        for instrument in instruments:
            if instrument not in self._known:
                self._known.add(instrument)
                keys = [(key, instrument) for key in usual_keys(instrument)]
                self._waiting.extendleft(reversed(keys))
        self._struck = tuple(struck)
        if (self._struck or self._waiting) and not self._reader.is_alive():
            self._reader = threading.Thread(target=self._read, name="shelf")
            self._reader.start()

    def wait(self, seconds: float) -> None:
        """Wait until all are read, but no longer than that."""
        if self._reader.is_alive():
            self._reader.join(seconds)

    def _read(self) -> None:
        step_back(threading.get_native_id())
        # A daemon would be cut off in the middle of torch as the process ends, which aborts it.
        while threading.main_thread().is_alive():
            struck, self._struck = self._struck, ()
            keys = struck or ((self._waiting.popleft(),) if self._waiting else ())
            if not keys:
                return
            for key in keys:
                with suppress(ModelFailed):  # Whoever strikes such a key is told.
                    self.waves.ready(*key)
