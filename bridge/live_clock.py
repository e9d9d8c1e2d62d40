"""The clock of a live job: when each chunk's time is over.

It follows the clock of the device that plays the job by how much waits there, slower than
anyone hears. Pure: the time is handed in.
"""

from __future__ import annotations

MAX_STEER = 0.001  # A quartz is off by a fifth of that at most.
STEER_PER_SECOND = 0.05  # How much of what waits too much is worked off in a second.
SMOOTHING_SECONDS = 1.0
MOST_SOONER = 0.1  # Of a chunk each time, where more is to wait: a note is moved by a millisecond.
LONG_SOONER = 0.01  # Of a window: what is played in it is as much slower, which nobody hears.


class ChunkClock:
    """Numbers chunks of equal length and says when each begins and ends, monotonic seconds."""

    def __init__(self, chunk_seconds: float, now_seconds: float, chunk: int = 0) -> None:
        self.chunk = chunk
        self.begin_seconds = now_seconds
        self.end_seconds = now_seconds + chunk_seconds
        self._chunk_seconds = chunk_seconds
        self._surplus_seconds = 0.0
        self._sooner_seconds = 0.0  # By how much chunks are still to come sooner.

    def move_on(self, surplus_seconds: float | None = None, sooner_seconds: float = 0.0) -> None:
        """Go to the next chunk; the surplus is how much more waits at the device than should.

        Chunks are to come so much sooner as more is to wait from now on.
        """
        share = min(1.0, self._chunk_seconds / SMOOTHING_SECONDS)
        self._surplus_seconds += share * ((surplus_seconds or 0.0) - self._surplus_seconds)
        slope = max(-MAX_STEER, min(MAX_STEER, self._surplus_seconds * STEER_PER_SECOND))
        self.chunk += 1
        self.begin_seconds = self.end_seconds
        self._sooner_seconds += sooner_seconds
        sooner = min(self._sooner_seconds, MOST_SOONER * self._chunk_seconds)
        self._sooner_seconds -= sooner
        self.end_seconds += self._chunk_seconds * (1.0 + slope) - sooner

    def skip_to(self, now_seconds: float) -> int:
        """Let the chunks go by whose time is long over, and return how many they are."""
        skipped = max(0, int((now_seconds - self.begin_seconds) / self._chunk_seconds))
        self.chunk += skipped
        self.begin_seconds += skipped * self._chunk_seconds
        self.end_seconds += skipped * self._chunk_seconds
        return skipped

    def frame_of(self, seconds: float, chunk_frames: int) -> int:
        """Return the frame within the chunk of a moment; what came late or early is at an edge."""
        share = (seconds - self.begin_seconds) / (self.end_seconds - self.begin_seconds)
        return min(max(0, int(share * chunk_frames)), chunk_frames - 1)
