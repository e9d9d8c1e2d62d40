"""MIDI clock: pulses that come too early or too late, and the steady beat behind them.

Pure: it is fed messages with the times they arrived at. Times are seconds of a monotonic
clock; a beat is a quarter note, counted from 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bridge.midi.phase_lock import PhaseLock

PULSES_PER_BEAT = 24
PULSES_PER_SIXTEENTH = 6
CLOCK, START, CONTINUE, STOP, SONG_POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2

# Wider than what devices send (20 to 300): what lies nearer together came in a burst.
SLOWEST_BPM, FASTEST_BPM = 10.0, 500.0
SLOWEST_SECONDS, FASTEST_SECONDS = (
    60 / bpm / PULSES_PER_BEAT for bpm in (SLOWEST_BPM, FASTEST_BPM)
)


@dataclass(frozen=True)
class Fix:
    """Where a source of time stood: `beat` (or seconds of timecode) at `at_seconds`.

    `rate_hz` is how much of it goes by in a second, 0 where it stands still.
    """

    at_seconds: float
    position: float
    rate_hz: float


class ClockFollower:
    """Follows one port's clock, start, stop, continue and song position.

    `fix` is None until a period is known. A source that has not sent a pulse for
    `silent_seconds` is no longer there.
    """

    silent_seconds = 0.6

    def __init__(self) -> None:
        self.fix: Fix | None = None
        self.running = False
        self._lock = PhaseLock(FASTEST_SECONDS, SLOWEST_SECONDS)
        self._next_pulse = 0  # The song's pulse that the next clock is.
        self._arrived_seconds = -math.inf

    @property
    def bpm(self) -> float:
        """The tempo in beats a minute, 0 before it is known."""
        period = self._lock.period_seconds
        return 60 / period / PULSES_PER_BEAT if period else 0.0

    def is_silent(self, now_seconds: float) -> bool:
        """Say whether the source has stopped sending."""
        return now_seconds - self._arrived_seconds > self.silent_seconds

    def message(self, data: bytes, arrival_seconds: float) -> None:
        """Take a message; those that are no clock's are let be."""
        if data[0] == CLOCK:
            self._clock(arrival_seconds)
        elif data[0] == START:
            self._next_pulse = 0
            self._begin()
        elif data[0] == CONTINUE:
            self._begin()
        elif data[0] == STOP:
            self.running = False
            self._stand(arrival_seconds)
        elif data[0] == SONG_POSITION and len(data) == 3:
            sixteenths = data[2] << 7 | data[1]
            self._next_pulse = sixteenths * PULSES_PER_SIXTEENTH
            if not self.running:
                self._stand(arrival_seconds)

    def stand(self, now_seconds: float) -> None:
        """Note that the source has fallen silent: it stands where it was."""
        self.running = False
        self._stand(now_seconds)

    def _begin(self) -> None:
        """Run from the next pulse on, with which many devices begin to count their time anew."""
        self.running = True
        self._lock.doubt()

    def _clock(self, arrival_seconds: float) -> None:
        if self.is_silent(arrival_seconds):
            self._lock.restart()
        self._arrived_seconds = arrival_seconds
        self._lock.pulse(arrival_seconds)
        if not self.running:
            return
        pulse = self._next_pulse + self._lock.missed
        self._next_pulse = pulse + 1
        if rate_hz := self.bpm / 60:
            self.fix = Fix(self._lock.at_seconds, pulse / PULSES_PER_BEAT, rate_hz)

    def _stand(self, arrival_seconds: float) -> None:
        self.fix = Fix(arrival_seconds, self._next_pulse / PULSES_PER_BEAT, 0.0)
