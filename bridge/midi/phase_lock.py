"""The steady pulse behind arrivals that jitter, come in bursts, change their tempo or get lost.

Pure: it is fed the times at which pulses arrived, in seconds of a monotonic clock.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np

FEWEST = 4  # Pulses that tell a period.
STRAYED = 6  # Pulses in a row that lie elsewhere, and together: their sender has gone elsewhere.
STRAYED_SLIGHTLY = 12  # The same, where they lie but a little off.
SETTLED = 48  # Pulses, from which on it is the filter that follows, not the line through all.
TOLD_ANYHOW = 24  # Pulses that tell a period however far they lie from its line.
NEAR = 0.08  # Of a period: late pulses, and an audio system's blocks, move a short line by less.
SLIGHT_SECONDS = 0.045  # Longer than a block of any audio system: they come one block late.
LEAST_STRAY_SECONDS = 0.002
VARIED_PULSES = 64
DEVIATIONS = 4.0
MOST_MISSED = 24
MATCH_SECONDS = 0.0003
# Audio systems' blocks and timers' ticks: who sends by them, a pulse in each, leaves one empty.
GRID_SECONDS = (
    *(128 * blocks / rate for rate in (44_100, 48_000) for blocks in range(1, 17)),
    *(0.01, 1 / 64, 1 / 60),
)
NEAR_GRID = 0.001  # Of the period: their clock and ours may differ by so much.
MEMORY_PULSES = 240
LOSSES_APART = 2_400  # Pulses: what comes more often is no loss, but blocks that are not known.
_NORMAL = 1.4826  # From a median deviation to a standard one.


Pulse: TypeAlias = tuple[int, float]  # Its number, and when it arrived.


class Line(NamedTuple):
    """A pulse every `period_seconds`, the latest at `at_seconds`; arrivals stray by `spread`."""

    period_seconds: float
    at_seconds: float
    spread_seconds: float


class PhaseLock:
    """Says when the latest pulse should have come, and how far pulses are apart.

    At first by the line through all pulses that has the median of their slopes (Theil 1950, Sen
    1968), which late ones hardly move. Then by an alpha-beta filter of growing memory: its gains
    are those of a least-squares line through the last pulses, up to `memory_pulses` (Brookner,
    Tracking and Kalman Filtering Made Easy, 1998, section 1.2.10); 240 bring a white jitter of
    6.9 ms down to 0.7. A pulse that strays is let be: what a held up sender makes up for
    in a burst leaves no trace. Where several do in a row, and lie on a line of their own, that
    line is the new one.
    """

    watch_pulses = 24
    strayed_deviations = 4.0
    least_strayed_seconds = 0.0008

    def __init__(
        self, shortest_seconds: float, longest_seconds: float, memory_pulses: int = MEMORY_PULSES
    ) -> None:
        """Expect periods within a range."""
        self.period_seconds = 0.0
        self.at_seconds = 0.0
        self.missed = 0  # Pulses that were lost right before the latest one.
        self._shortest_seconds, self._longest_seconds = shortest_seconds, longest_seconds
        self._memory_pulses = memory_pulses
        self._number = 0  # Of the latest pulse.
        self._loss_number = -LOSSES_APART  # Of the pulse by which the last loss was told.
        self._kept: list[Pulse] = []  # The pulses of the present line, up to SETTLED.
        self._strays: list[Pulse] = []  # The latest in a row that lie to one side of it.
        self._are_early = False
        self._is_doubted = False
        self._weight = 0
        self._variance = 0.0
        self._since_change = 0
        self._mean_seconds = 0.0

    def pulse(self, arrival_seconds: float) -> None:
        """Take one pulse; `at_seconds` is then when it should have come."""
        self.missed = 0
        self._number += 1
        pulse = (self._number, arrival_seconds)
        if not self._kept or not self.period_seconds:
            self._kept = [*self._kept[1 - SETTLED :], pulse]
            self._weight = len(self._kept)
            self.at_seconds = arrival_seconds
            self._draw()
            return
        self.at_seconds += self.period_seconds
        residual = arrival_seconds - self.at_seconds
        is_stray = abs(residual) > self._allowed_seconds
        if is_stray and self._is_doubted:
            self._begin_anew([pulse])
        elif is_stray:
            self._stray(pulse, residual < 0)
        else:
            self._keep(pulse, residual)
        self._is_doubted = False

    def restart(self) -> None:
        """Forget where the pulses lay; how far they are apart too, where gap follows gap."""
        if len(self._kept) + len(self._strays) < 2:
            self.period_seconds = 0.0
        self._begin_anew([])

    def doubt(self) -> None:
        """Let the next pulse lie where it likes, at the same tempo."""
        self._is_doubted = True

    @property
    def _is_settled(self) -> bool:
        return len(self._kept) >= SETTLED

    @property
    def _allowed_seconds(self) -> float:
        least = LEAST_STRAY_SECONDS if self._is_settled else self.period_seconds / 4
        return max(DEVIATIONS * math.sqrt(self._variance), least)

    def _begin_anew(self, pulses: list[Pulse]) -> None:
        """Draw the line through these pulses and those to come."""
        self._kept, self._strays = pulses, []
        self._weight = len(pulses)
        self._since_change, self._mean_seconds = 0, 0.0
        if pulses:
            self.at_seconds = pulses[-1][1]
            self._draw()

    def _keep(self, pulse: Pulse, residual: float) -> None:
        """Take a pulse that lies where it should, or nearly."""
        self._strays = []
        self._weight = min(self._weight + 1, self._memory_pulses)
        if self._is_settled:
            self._vary(residual)
            self._correct(residual)
        else:
            self._kept = [*self._kept, pulse]
            self._draw()

    def _draw(self) -> None:
        """Put the line through the pulses since it began; the period stays, if it fits."""
        line = self._line(self._kept)
        latest = self._line(self._kept[-STRAYED_SLIGHTLY:])
        if latest is not None and (line is None or not _is_near(line, latest)):
            self._kept, line = self._kept[-STRAYED_SLIGHTLY:], latest
            self._weight = len(self._kept)
        if self.period_seconds and (line is None or self._is_like(line, len(self._kept))):
            line = self._with_period(self._kept, self.period_seconds)
        if line is not None:
            self.period_seconds, self.at_seconds, spread = line
            self._variance = spread * spread

    def _stray(self, pulse: Pulse, is_early: bool) -> None:
        """Keep a pulse that lies elsewhere, and go there, once it is clear where that is."""
        if is_early != self._are_early or not self._strays:
            # A burst is one event, however many come in it.
            self._are_early, self._strays = is_early, []
            self._vary(2 * self._allowed_seconds)
        self._strays = [*self._strays[1 - SETTLED :], pulse]
        line = self._line(self._strays) if len(self._strays) >= STRAYED else None
        if line is None:
            return
        if not self._is_like(line, len(self._strays)):
            self.period_seconds, self._variance = line.period_seconds, 0.0
            self._begin_anew(self._strays)
            return
        shift_seconds = (
            self._with_period(self._strays, self.period_seconds).at_seconds - self.at_seconds
        )
        if abs(shift_seconds) > SLIGHT_SECONDS:
            self.missed = self._lost_in(shift_seconds, line)
            self._begin_anew(self._strays)
        elif len(self._strays) >= STRAYED_SLIGHTLY:
            if self._can_tell_losses(line):
                self.missed = self._lost_in(shift_seconds, line)
                self._loss_number = self._number
            self._move_slightly(shift_seconds)

    def _move_slightly(self, shift_seconds: float) -> None:
        """Go where the pulses went, or where they have not been followed for long, in between."""
        if self._is_settled:
            self.at_seconds += shift_seconds
            self._weight = SETTLED
        else:
            self._kept = [*self._kept, *self._strays][-SETTLED:]
            self._weight = len(self._kept)
            self._draw()
        self._strays = []

    def _lost_in(self, shift_seconds: float, line: Line) -> int:
        """Return how many pulses were lost, where the others came later by a whole number."""
        number = round(shift_seconds / self.period_seconds)
        off_seconds = abs(shift_seconds - number * self.period_seconds)
        spread = max(line.spread_seconds, math.sqrt(self._variance))
        match = max(DEVIATIONS * spread / math.sqrt(STRAYED), MATCH_SECONDS)
        is_match = off_seconds <= min(match, self.period_seconds / 16)
        return number if is_match and self._is_settled and 0 < number <= MOST_MISSED else 0

    def _can_tell_losses(self, line: Line) -> bool:
        """Say whether pulses that are all a few milliseconds late can but follow a lost one.

        They come that late, too, where their sender works in blocks and left one empty: it does so
        again and again, or its blocks last as long as the pulses, which are on a known grid then.
        """
        period = self.period_seconds
        is_on_grid = any(abs(period / grid - 1) < NEAR_GRID for grid in GRID_SECONDS)
        spread = max(line.spread_seconds, math.sqrt(self._variance))
        is_sure = 3 * spread / math.sqrt(len(self._strays)) <= period / 16
        is_rare = self._number - self._loss_number >= LOSSES_APART
        return self._weight >= MEMORY_PULSES and not is_on_grid and is_sure and is_rare

    def _is_like(self, line: Line, pulses: int) -> bool:
        """Say whether a line's period may be the present one, as far as its pulses can tell."""
        known = math.sqrt(self._variance) if self._is_settled else 0.0
        spread = max(line.spread_seconds, known)
        sure_seconds = spread / math.sqrt(pulses**3 / 12)
        off_seconds = abs(line.period_seconds - self.period_seconds)
        return off_seconds <= max(DEVIATIONS * sure_seconds, 1e-4 * self.period_seconds)

    def _line(self, pulses: list[Pulse]) -> Line | None:
        """Return the line through pulses, or None where they tell no period."""
        if len(pulses) < FEWEST:
            return None
        numbers, times = np.array(pulses).T
        first, second = np.triu_indices(len(times), 1)
        slopes = (times[second] - times[first]) / (numbers[second] - numbers[first])
        period = float(np.median(slopes))
        if not self._shortest_seconds <= period <= self._longest_seconds:
            return None
        line = self._with_period(pulses, period)
        is_plain = line.spread_seconds <= period / 2 or len(pulses) >= TOLD_ANYHOW
        return line if is_plain else None

    def _with_period(self, pulses: list[Pulse], period_seconds: float) -> Line:
        numbers, times = np.array(pulses).T
        ends = times + period_seconds * (self._number - numbers)
        at_seconds = float(np.median(ends))
        spread = _NORMAL * float(np.median(np.abs(ends - at_seconds)))
        return Line(period_seconds, at_seconds, spread)

    def _correct(self, residual: float) -> None:
        n = self._weight
        self.at_seconds += residual * 2 * (2 * n - 1) / (n * (n + 1))
        period = self.period_seconds + residual * 6 / (n * (n + 1))
        self.period_seconds = min(max(period, self._shortest_seconds), self._longest_seconds)
        self._watch(residual)

    def _vary(self, residual: float) -> None:
        self._variance += (residual * residual - self._variance) / VARIED_PULSES

    def _watch(self, residual: float) -> None:
        """Shorten the memory where residuals lie to one side for longer than by chance."""
        self._since_change += 1
        self._mean_seconds += (residual - self._mean_seconds) / self.watch_pulses
        deviation = math.sqrt(self._variance / (2 * self.watch_pulses - 1))
        allowed = max(self.strayed_deviations * deviation, self.least_strayed_seconds)
        if self._since_change > self.watch_pulses and abs(self._mean_seconds) > allowed:
            self._weight = min(self._weight, self.watch_pulses // 2)
            self._since_change, self._mean_seconds = 0, 0.0


def _is_near(line: Line, latest: Line) -> bool:
    """Say whether the latest pulses go on about as all of them did."""
    return abs(latest.period_seconds - line.period_seconds) <= NEAR * line.period_seconds
