"""Ableton Link: tempo, beat and start of a session on the local network, by `aalink`.

`aalink` is an extra of its own, because it is licensed under the GPL, version 3 or later.
"""

from __future__ import annotations

import time
from typing import Any

from bridge.midi.clock import Fix
from engine.wire import StartFailed

MOST_READINGS = 5
PROMPT_SECONDS = 0.0005


class LinkSession:
    """One peer of a Link session; made and used on the event loop's thread."""

    def __init__(self, tempo_bpm: float, beats_per_bar: float) -> None:
        """Join the session; its tempo wins over `tempo_bpm`. Raises: StartFailed."""
        try:
            import aalink
        except ImportError as error:
            raise StartFailed(
                f"Link needs the package aalink, which is GPL-licensed ({error}): "
                "pip install 'legato[link]'"
            ) from None
        self._link: Any = aalink.Link(tempo_bpm)
        self._link.quantum = beats_per_bar
        self._link.start_stop_sync_enabled = True
        self._link.enabled = True

    @property
    def peers(self) -> int:
        """The other members of the session."""
        return int(self._link.num_peers)

    @property
    def tempo_bpm(self) -> float:
        """The session's tempo in beats a minute."""
        return float(self._link.tempo)

    @tempo_bpm.setter
    def tempo_bpm(self, bpm: float) -> None:
        self._link.tempo = bpm

    @property
    def running(self) -> bool:
        """Whether the session plays."""
        return bool(self._link.playing)

    def read(self) -> Fix:
        """Return the session's beat at this moment; it goes on whether it plays or not.

        A thread that is held up as it reads does not know when it read: it reads again.
        """
        readings = []
        for _ in range(MOST_READINGS):
            before = time.monotonic()
            beat = float(self._link.beat)
            after = time.monotonic()
            readings.append((after - before, (before + after) / 2, beat))
            if after - before < PROMPT_SECONDS:
                break
        _, middle, beat = min(readings)
        return Fix(middle, beat, self.tempo_bpm / 60)

    def play(self) -> None:
        """Start the session; beat 0 comes with its next bar."""
        self._link.playing = True
        self._link.request_beat_at_start_playing_time(0)

    def stop(self) -> None:
        """Stop the session."""
        self._link.playing = False

    def set_bar(self, beats: float) -> None:
        """Say how many beats a bar has, to which starts are aligned."""
        self._link.quantum = beats

    def close(self) -> None:
        """Leave the session."""
        self._link.enabled = False
