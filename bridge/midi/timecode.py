"""MIDI timecode: quarter frames and full frames, at its four rates.

MIDI Time Code, RP-004 and RP-008 of the MIDI Manufacturers Association. Pure: it is fed
messages with the times they arrived at.
"""

from __future__ import annotations

import math

from bridge.midi.clock import Fix
from bridge.midi.phase_lock import PhaseLock

QUARTER_FRAME = 0xF1
QUARTERS_PER_FRAME = 4
PIECES = 8
DROP_FRAME = 2
# By the code's two bits: frames a second as counted, and as they go by.
COUNTED_FRAMES = (24, 25, 30, 30)
RATES_HZ = (24.0, 25.0, 30_000 / 1001, 30.0)
# A quarter frame's, with room for tape that runs at other than its own speed.
SHORTEST_SECONDS, LONGEST_SECONDS = 0.005, 0.02


def seconds_of(rate: int, hours: int, minutes: int, seconds: int, frames: int) -> float:
    """Return a timecode as seconds since its zero; `rate` is its code, 0 to 3.

    At 29.97 drop-frame the numbers 0 and 1 are left out each minute but every tenth.
    """
    whole_minutes = 60 * hours + minutes
    number = (60 * whole_minutes + seconds) * COUNTED_FRAMES[rate] + frames
    if rate == DROP_FRAME:
        number -= 2 * (whole_minutes - whole_minutes // 10)
    return number / RATES_HZ[rate]


def is_full_frame(data: bytes) -> bool:
    """Say whether an exclusive message places the timecode as a whole."""
    return len(data) == 10 and data[:2] == b"\xf0\x7f" and data[3:5] == b"\x01\x01"


class TimecodeFollower:
    """Follows one port's timecode; `fix` counts seconds of it, None before any is known.

    Eight quarter frames make one timecode, which is that of the first of them. A source that
    has sent none for `silent_seconds` stands still.
    """

    silent_seconds = 0.25

    def __init__(self) -> None:
        self.fix: Fix | None = None
        self._pieces: list[int] = []
        self._lock = PhaseLock(SHORTEST_SECONDS, LONGEST_SECONDS)
        self._quarters = -1  # Since the first quarter frame of the latest whole timecode.
        self._base_seconds = 0.0
        self._rate_hz = 0.0
        self._arrived_seconds = -math.inf

    @property
    def running(self) -> bool:
        """Whether quarter frames go by."""
        return self.fix is not None and self.fix.rate_hz > 0

    def is_silent(self, now_seconds: float) -> bool:
        """Say whether no quarter frame has come for a while."""
        return now_seconds - self._arrived_seconds > self.silent_seconds

    def message(self, data: bytes, arrival_seconds: float) -> None:
        """Take a message; those that are no timecode's are let be."""
        if data[0] == QUARTER_FRAME and len(data) == 2:
            self._quarter(data[1] >> 4, data[1] & 0xF, arrival_seconds)
        elif is_full_frame(data):
            hours, minutes, seconds, frames = data[5:9]
            rate = hours >> 5 & 3
            position = seconds_of(rate, hours & 0x1F, minutes, seconds, frames)
            self._pieces.clear()
            self._quarters = -1
            self.fix = Fix(arrival_seconds, position, 0.0)

    def stand(self, now_seconds: float) -> None:
        """Note that the source has fallen silent: it stands where it was."""
        if self.fix is not None and self.fix.rate_hz:
            passed = max(0.0, self._arrived_seconds - self.fix.at_seconds)
            self.fix = Fix(now_seconds, self.fix.position + passed, 0.0)
        self._pieces.clear()
        self._quarters = -1

    def _quarter(self, number: int, nibble: int, arrival_seconds: float) -> None:
        if self.is_silent(arrival_seconds):
            self._lock.restart()
        self._arrived_seconds = arrival_seconds
        self._lock.pulse(arrival_seconds)
        if number != len(self._pieces):
            # Lost one, or runs backwards: wait for the next whole timecode.
            self._pieces.clear()
            self._quarters = -1
        if number == len(self._pieces):
            self._pieces.append(nibble)
        if len(self._pieces) == PIECES:
            self._whole()
        elif self._quarters >= 0:
            self._quarters += 1
        if self._quarters >= 0:
            quarter_seconds = 1 / (self._rate_hz * QUARTERS_PER_FRAME)
            position = self._base_seconds + self._quarters * quarter_seconds
            self.fix = Fix(self._lock.at_seconds, position, 1.0)

    def _whole(self) -> None:
        frames, seconds, minutes, hours = (
            self._pieces[place] | self._pieces[place + 1] << 4 for place in range(0, PIECES, 2)
        )
        rate = hours >> 5 & 3
        self._rate_hz = RATES_HZ[rate]
        self._base_seconds = seconds_of(rate, hours & 0x1F, minutes & 0x3F, seconds & 0x3F, frames)
        self._quarters = PIECES - 1
        self._pieces.clear()
