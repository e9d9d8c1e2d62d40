"""MIDI clock: pulses that come too early or too late, and the steady beat behind them.

Pure: it is fed messages with the times they arrived at. Times are seconds of a monotonic
clock; a beat is a quarter note, counted from 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PULSES_PER_BEAT = 24
PULSES_PER_SIXTEENTH = 6
CLOCK, START, CONTINUE, STOP, SONG_POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2

SLOWEST_BPM, FASTEST_BPM = 10.0, 1000.0


@dataclass(frozen=True)
class Fix:
    """Where a source of time stood: `beat` (or seconds of timecode) at `at_seconds`.

    `rate_hz` is how much of it goes by in a second, 0 where it stands still.
    """

    at_seconds: float
    position: float
    rate_hz: float


class PhaseLock:
    """The steady pulse behind jittered arrivals, by an alpha-beta filter of growing memory.

    The gains are those of a least-squares line through the last pulses, first few, then up to
    `memory_pulses` (Brookner, Tracking and Kalman Filtering Made Easy, 1998, section 1.2.10);
    240 bring a white jitter of 6.9 ms down to 0.7. Where the pulses stray to one side for
    `watch_pulses`, the tempo has changed, and the memory becomes short again.
    """

    watch_pulses = 24
    known_pulses = 4  # What a period from before a gap weighs.
    strayed_deviations = 4.0
    least_strayed_seconds = 0.0008

    def __init__(self, memory_pulses: int = 240) -> None:
        self.period_seconds = 0.0
        self.at_seconds = 0.0
        self._memory_pulses = memory_pulses
        self._weight = 0
        self._is_first = False  # The pulse before was the first after a gap.
        self._since_change = 0
        self._mean_seconds = 0.0
        self._variance = 0.0

    def pulse(self, arrival_seconds: float) -> None:
        """Take one pulse; `at_seconds` is then when it should have come."""
        residual = arrival_seconds - self.at_seconds - self.period_seconds
        self._weight = min(self._weight + 1, self._memory_pulses)
        if self._weight == 1:
            self.at_seconds = arrival_seconds
            self._weight = self.known_pulses if self.period_seconds else 1
            self._is_first = True
            return
        self._is_first = False
        if not self.period_seconds:
            self.period_seconds = arrival_seconds - self.at_seconds
            self.at_seconds = arrival_seconds
        else:
            self._correct(residual)
            self._watch(residual)

    def restart(self) -> None:
        """Forget where the pulses lay; how far they are apart too, where gap follows gap."""
        self._weight = 0
        if self._is_first:
            self.period_seconds = 0.0

    def _correct(self, residual: float) -> None:
        n = self._weight
        self.at_seconds += self.period_seconds + residual * 2 * (2 * n - 1) / (n * (n + 1))
        period = self.period_seconds + residual * 6 / (n * (n + 1))
        least, most = (60 / bpm / PULSES_PER_BEAT for bpm in (FASTEST_BPM, SLOWEST_BPM))
        self.period_seconds = min(max(period, least / 2), most)

    def _watch(self, residual: float) -> None:
        """Shorten the memory where residuals lie to one side for longer than by chance."""
        self._since_change += 1
        self._mean_seconds += (residual - self._mean_seconds) / self.watch_pulses
        weight = min(self._since_change, 64)
        self._variance += (residual * residual - self._variance) / weight
        deviation = math.sqrt(self._variance / (2 * self.watch_pulses - 1))
        allowed = max(self.strayed_deviations * deviation, self.least_strayed_seconds)
        if self._since_change > self.watch_pulses and abs(self._mean_seconds) > allowed:
            self._weight = min(self._weight, self.watch_pulses // 2)
            self._since_change, self._mean_seconds = 0, 0.0


class ClockFollower:
    """Follows one port's clock, start, stop, continue and song position.

    `fix` is None until a period is known. A source that has not sent a pulse for
    `silent_seconds` is no longer there.
    """

    silent_seconds = 0.6
    gap_periods = 3.0

    def __init__(self) -> None:
        self.fix: Fix | None = None
        self.running = False
        self._lock = PhaseLock()
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
            self._next_pulse, self.running = 0, True
        elif data[0] == CONTINUE:
            self.running = True
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

    def _clock(self, arrival_seconds: float) -> None:
        gap = arrival_seconds - self._arrived_seconds
        period = self._lock.period_seconds
        if gap > max(self.gap_periods * period, 0.02) and (period or gap > self.silent_seconds):
            self._lock.restart()
        self._arrived_seconds = arrival_seconds
        self._lock.pulse(arrival_seconds)
        if not self.running:
            return
        pulse = self._next_pulse
        self._next_pulse += 1
        if rate_hz := self.bpm / 60:
            self.fix = Fix(self._lock.at_seconds, pulse / PULSES_PER_BEAT, rate_hz)

    def _stand(self, arrival_seconds: float) -> None:
        self.fix = Fix(arrival_seconds, self._next_pulse / PULSES_PER_BEAT, 0.0)
