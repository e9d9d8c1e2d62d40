"""When each packet of a stream leaves: evenly, by a steady clock, whatever comes in between.

The stream comes in blocks, about 10 ms apart and sometimes late; receivers want small packets
at even distances. A buffer lies between, and its level steers the pace, so that a stream whose
clock is off by some parts in a million neither drains nor fills it.
"""

from __future__ import annotations

_MAX_STEER = 0.001  # Of the pace: a quartz is off by a fifth of that at most.
_STEER_PER_SECOND = 0.05  # How much of a surplus is worked off in a second.
_HURRY = 4  # How many times faster late packets may follow each other.
_BURST_SECONDS = 0.01  # So much of that hurry can be saved up: a thread is woken late, too.
_GIVE_UP_SECONDS = 0.5  # What is later than that begins anew; the player does the same.


class Pacer:
    """Says when packets are due; pure, so that a test can run hours in a second.

    It begins once a packet and `buffer_frames` behind it wait. Packets that are late follow
    each other fast, until the pace is as if nothing had been.
    """

    def __init__(self, rate_hz: int, packet_frames: int, buffer_frames: int) -> None:
        self.underruns = 0
        self.late_frames = 0
        self._rate_hz = rate_hz
        self._packet_frames = packet_frames
        self._buffer_frames = buffer_frames
        self._period_seconds = packet_frames / rate_hz
        self._begun = False
        self._dry = False
        self._due_seconds = 0.0
        self._earliest_seconds = 0.0

    def wait_seconds(self, now: float, waiting_frames: int) -> float | None:
        """Return the seconds until the next packet is due; None where more frames must come."""
        if not self._begun and waiting_frames >= self._packet_frames + self._buffer_frames:
            self._begun, self._due_seconds = True, now
        if not self._begun:
            return None
        if waiting_frames < self._packet_frames:
            self.underruns += not self._dry
            self._dry = True
            return None
        if self._dry and now - self._due_seconds > _GIVE_UP_SECONDS:
            self._begun = self._dry = False
            return self.wait_seconds(now, waiting_frames)
        self._dry = False
        return max(self._due_seconds, self._earliest_seconds) - now

    def sent(self, now: float, waiting_frames: int) -> None:
        """Note that a packet left, and how many frames wait behind it."""
        if now - self._due_seconds > self._period_seconds:
            self.late_frames += self._packet_frames
        surplus_seconds = (waiting_frames - self._buffer_frames) / self._rate_hz
        slope = min(max(surplus_seconds * _STEER_PER_SECOND, -_MAX_STEER), _MAX_STEER)
        self._due_seconds += self._period_seconds * (1 - slope)
        saved_seconds = max(self._earliest_seconds, now - _BURST_SECONDS)
        self._earliest_seconds = saved_seconds + self._period_seconds / _HURRY
