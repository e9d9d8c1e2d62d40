"""How much of what is played live waits at a device: more where it runs dry, less after calm.

A machine that keeps its promises plays with the least there may be. One that does not (another
program, a host that takes the processors away) shows by how much a chunk comes too late, and so
how much would have been enough. Pure: time is what the device has asked for, in frames.
"""

from __future__ import annotations

import math

from engine.wire import LONG_CHUNK_SECONDS

# One bad moment says little of the next one: a burst of notes, a program that starts. So the second
# within an hour counts; a moment is as long as nobody would wait for it to pass by itself.
AGAIN_SECONDS, MOMENT_SECONDS = 3_600.0, 0.5
LEAST_FACTOR, MOST_FACTOR = 1.5, 4
# What was needed so lately, or a little earlier, stays kept; twice as long each time that it turns
# out to have been let go of too soon: so troubles that come back are met ever more rarely.
CALM_SECONDS, MOST_CALM_SECONDS = 600.0, 14_400.0
LONG_SHARE = 0.2  # of a window
STEP_SECONDS = 10.0
STEP = 0.05  # So slow that the job's clock follows, and nothing has to be left out.


class Reserve:
    """The frames to keep ahead; the device's thread moves `now_frame` on, the writer asks."""

    def __init__(
        self, least_frames: int, most_frames: int, rate_hz: int, *, learns_at_once: bool = False
    ) -> None:
        """Keep `least_frames`, and up to `most_frames` once that was too little, or twice."""
        self.frames = least_frames
        self.now_frame = 0
        self._rate_hz = rate_hz
        self._least_frames = least_frames
        self._most_frames = most_frames
        self._calm_frames = round(CALM_SECONDS * rate_hz)
        self._most_calm_frames = round(MOST_CALM_SECONDS * rate_hz)
        self._has_fallen = False
        self._step_frames = round(STEP_SECONDS * rate_hz)
        self._needed_frames = [0, 0]  # In this time of calm, and in the one before.
        self._began_frame = self._stepped_frame = 0
        self._again_frames = math.inf if learns_at_once else AGAIN_SECONDS * rate_hz
        self._dry_frame = -math.inf

    def for_chunks(self, chunk_frames: int) -> Reserve:
        """Return what to keep of chunks of that length: this, or of whole windows one of its own.

        How long a window takes to be rendered varies by more than what short chunks need, and
        where it is heard seconds later, a share of its length more is hardly felt.
        """
        if not is_long(chunk_frames, self._rate_hz):
            return self
        least_frames = max(self._least_frames, round(LONG_SHARE * chunk_frames))
        most_frames = max(self._most_frames, chunk_frames) if self._most_frames else 0
        return Reserve(least_frames, most_frames, self._rate_hz, learns_at_once=True)

    @property
    def seconds(self) -> float:
        """What is kept now."""
        return self.frames / self._rate_hz

    @property
    def capacity_frames(self) -> int:
        """The most that is ever kept."""
        return max(self._least_frames, self._most_frames)

    def expect_block(self, frames: int) -> None:
        """Keep at least what the device asks for at once."""
        self._least_frames = max(self._least_frames, frames)
        self.frames = max(self.frames, frames)

    def needed(self, frames: int, was_dry: bool) -> None:
        """Learn that a chunk came so late that this reserve would just have been enough."""
        self._needed_frames[0] = max(self._needed_frames[0], frames)
        if was_dry and self._is_again() and self._with_margin(frames) > self.frames:
            self._rise(max(self._needed_frames))
        elif self.now_frame - self._stepped_frame >= self._step_frames:
            self._step_down()

    def _is_again(self) -> bool:
        """Say whether it ran dry a little earlier, too, where that is asked for."""
        since = self.now_frame - self._dry_frame
        if since <= MOMENT_SECONDS * self._rate_hz:
            return False
        self._dry_frame = self.now_frame
        return since <= self._again_frames

    def _rise(self, needed_frames: int) -> None:
        low, high = round(LEAST_FACTOR * self.frames), MOST_FACTOR * self.frames
        wanted = min(max(self._with_margin(needed_frames), low), high, self._most_frames)
        if wanted > self.frames and self._has_fallen:
            self._calm_frames = min(2 * self._calm_frames, self._most_calm_frames)
            self._has_fallen = False
        self.frames = max(self.frames, wanted)
        self._stepped_frame = self._began_frame = self.now_frame

    def _step_down(self) -> None:
        """Go a step towards what was needed of late."""
        self._stepped_frame = self.now_frame
        floor = max(self._least_frames, self._with_margin(max(self._needed_frames)))
        fallen = min(self.frames, max(floor, round((1.0 - STEP) * self.frames)))
        self._has_fallen |= fallen < self.frames
        self.frames = fallen
        if self.now_frame - self._began_frame >= self._calm_frames:
            self._needed_frames = [0, self._needed_frames[0]]
            self._began_frame = self.now_frame

    @staticmethod
    def _with_margin(frames: int) -> int:
        return frames + frames // 4


def is_long(chunk_frames: int, rate_hz: int) -> bool:
    """Say whether chunks are whole windows, none of which can be done without."""
    return chunk_frames >= LONG_CHUNK_SECONDS * rate_hz
