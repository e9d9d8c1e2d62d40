"""What is played live on its way to an audio callback: each chunk in its own place in time.

The time from key to sound stays the same: what comes too late is lost and never delays what
comes after it. Only what is too late again and again, or waits too long again and again, moves
the whole; and where the ring ran dry its reserve may rise, by chunks that come a little sooner than
before, so that nothing is heard of it. The ring's writer is the event loop, its reader the audio
thread.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bridge.live_clock import LONG_SOONER, MOST_SOONER
from bridge.live_reserve import Reserve
from bridge.ring import Audio, Ring, Tap

LIVE_FADE_SECONDS = 0.003

_SPARE_SECONDS = 2.0  # A device's reserve may be a second, and what comes at once another.
_SPARE_CHUNKS = 4
_SETTLED_FRAMES = 1 << 13  # so long says how much really waits
_LEAST_WRITES = 2
_LONG_WRITES = 16  # And so many where each is a window, rendered now sooner, now later.
_PATIENCE = 4  # Times as long: so soon what is gained may have made up for being late.


class LiveTap:
    """A ring of chunks of one live job, as many of which wait as a reserve says.

    It is the job's clock that follows the reserve: at once where it falls, and up to a tenth
    faster than time where it rises. Where chunks are whole windows, one that is late by less than
    its length is heard whole, and all after it later.
    """

    def __init__(
        self, channels: int, reserve: Reserve, fade_frames: int, chunk_frames: int, rate_hz: int
    ) -> None:
        self.resyncs = 0
        self.postponed = 0
        self.more_frames = 0  # To wait, than the reserve says.
        self._reserve = reserve.for_chunks(chunk_frames)
        self._is_long = self._reserve is not reserve
        self._most_sooner = LONG_SOONER if self._is_long else MOST_SOONER
        self._least_writes = _LONG_WRITES if self._is_long else _LEAST_WRITES
        self.target_frames = self._reserve.frames
        spare_frames = max(round(_SPARE_SECONDS * rate_hz), _SPARE_CHUNKS * chunk_frames)
        self._ring = Ring(self._reserve.capacity_frames + spare_frames, channels)
        self._ring.write(np.zeros((self.target_frames, channels), np.float32))
        self._tap = Tap(self._ring, channels, 1, fade_frames, rate_hz)
        steps = np.arange(1, fade_frames + 1, dtype=np.float32)
        self._ramp = (steps / np.float32(fade_frames))[:, None]
        self._last = np.zeros((1, channels), np.float32)  # The writer's last frame.
        self._rises = False  # What comes next does, out of silence that was put before it.
        self._seen_underruns = 0
        self._waited: list[int] = []
        self._waited_since = 0  # In the reader's time: what comes at once says little.
        self._skip_frames = 0  # Set by the writer, cleared by the reader.
        self._own = np.zeros((0, channels), np.float32)
        self._later = self._own
        self.ended = False

    @property
    def underruns(self) -> int:
        """How often nothing was left to play."""
        return self._tap.underruns

    @property
    def missing_frames(self) -> int:
        """For how many frames nothing was left to play."""
        return self._tap.missing_frames

    @property
    def is_dry(self) -> bool:
        """Whether nothing is left to play."""
        return self._tap.is_dry

    @property
    def written(self) -> int:
        """The frames by which the writer's time has gone on."""
        return self._ring.written

    @property
    def consumed(self) -> int:
        """The frames by which the reader's time has gone on."""
        return self._ring.consumed

    @property
    def level(self) -> int:
        """The frames that wait; fewer than none where they are late."""
        return self._ring.level

    @property
    def kept_seconds(self) -> float:
        """What is kept now."""
        return self._reserve.seconds

    @property
    def over(self) -> bool:
        """Whether the job has ended and has been played to its end."""
        return self.ended and self._ring.level <= 0

    def write(self, chunk: Audio, left_out_frames: int = 0, leads: bool = True) -> int:
        """Append `[frames, channels] float32`; returns how many frames more waited than should.

        `left_out_frames` were never rendered before it: their time goes by in silence. What does
        not lead the job's clock cannot have chunks come sooner.
        """
        self._pass_over(left_out_frames)
        surplus = self._ring.level - self.target_frames
        self._learn(-surplus, is_reason=not left_out_frames)
        if self._is_long:
            self._make_room(len(chunk))
        self._follow_reserve(max(1, int(self._most_sooner * len(chunk))), leads)
        self._settle()
        self._ring.write(self._risen(chunk) if self._rises else chunk)
        self._last, self._rises = chunk[-1:], False
        return surplus

    def _learn(self, needed_frames: int, is_reason: bool) -> None:
        """Let the reserve learn by how much a chunk is late."""
        ran_dry = self._tap.underruns != self._seen_underruns
        self._seen_underruns = self._tap.underruns
        if is_reason:
            self._reserve.needed(needed_frames, ran_dry)

    def _make_room(self, frames: int) -> None:
        """Let a window of so many frames that is late be heard whole, and all after it later."""
        late_frames = -self._ring.level
        if 0 < late_frames < frames:  # Else its time is over.
            self.postponed += 1
            self._waited.clear()
            self._pass_over(late_frames)

    def _follow_reserve(self, sooner_frames: int, leads: bool) -> None:
        """Let what should wait rise as chunks come sooner, or at once, in silence."""
        wanted_frames = self._reserve.frames + self.more_frames
        risen_frames = wanted_frames - self.target_frames
        # Where another leads, what it makes come sooner is no more than that, but for rounding.
        if leads or self._is_long or risen_frames <= 2 * sooner_frames:
            risen_frames = min(risen_frames, sooner_frames)
        else:
            self._pass_over(risen_frames)
        self.target_frames += risen_frames

    def _settle(self) -> None:
        """Bring what waits back to what should, where it was off for long."""
        if not self._waited:
            self._waited_since = self._ring.consumed
        self._waited.append(self._ring.level)
        waited_frames = self._ring.consumed - self._waited_since
        if waited_frames >= _SETTLED_FRAMES and len(self._waited) >= self._least_writes:
            self._bring_back(self._waited)
            self._waited.clear()

    def _bring_back(self, waited: Sequence[int]) -> None:
        """Leave out what always waited too long, and move what is always too late."""
        much = max(self.target_frames // 4, len(self._own))  # A device takes a block at once.
        gained = waited[-1] - waited[0]
        if max(waited) < 0:
            if waited[-1] + _PATIENCE * gained < 0:  # Else it is in time before long.
                self.postponed += 1
                self._pass_over(self.target_frames - max(waited))
        elif min(waited) > self.target_frames + much and not self._skip_frames:
            self._skip_frames = min(waited) - self.target_frames

    def _pass_over(self, frames: int) -> None:
        """Let time go by in silence: first what is over already, where nobody reads any more."""
        was_dry = self._ring.level < 0
        late_frames = min(frames, max(0, -self._ring.level))
        self._ring.written += late_frames
        frames = min(frames - late_frames, self._ring.room)
        if frames <= 0:
            return
        silence = np.zeros((frames, self._last.shape[1]), np.float32)
        if not was_dry:  # Else the reader has faded out by itself.
            silence[: len(self._ramp)] = (self._last * (1.0 - self._ramp))[:frames]
        self._ring.write(silence)
        self._last, self._rises = silence[-1:], True

    def _risen(self, chunk: Audio) -> Audio:
        risen = chunk.copy()
        risen[: len(self._ramp)] *= self._ramp[: len(chunk)]
        return risen

    def end(self) -> None:
        """Play what waits; no more is coming."""
        self.ended = True
        self._tap.drain()

    def mix_into(self, out: Audio) -> None:
        """Add the next frames to `[frames, channels] float32`: for the audio thread alone."""
        if len(self._own) != len(out):
            self._own, self._later = np.zeros_like(out), np.zeros_like(out)
        due_frame = self._ring.consumed + len(out)
        self._tap.fill(self._own)
        self._ring.consumed = due_frame  # The time of what was missing is over.
        if self._is_long:
            self._reserve.now_frame += len(out)
        if self._skip_frames and self._ring.level >= self._skip_frames + 2 * len(out):
            self._skip(out)
        out += self._own

    def lose(self, frames: int) -> None:
        """Let time be over in which the reader read nothing."""
        self._ring.consumed += frames

    def _skip(self, out: Audio) -> None:
        """Fade from what is due to what comes `_skip_frames` later."""
        self.resyncs += 1
        self._ring.consumed += self._skip_frames - len(out)
        self._ring.read_into(self._later)
        ramp = np.linspace(0.0, 1.0, len(out), dtype=np.float32)[:, None]
        self._own += ramp * (self._later - self._own)
        self._tap.correct(self._own)
        self._skip_frames = 0
