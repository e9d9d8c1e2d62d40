"""How a sound that has run dry goes on: its last moment again, and again, and more softly.

Of the last 50 ms that place is found which is most like the last 10 ms, and what came after it is
played. For 20 ms that is mostly not heard as a gap; then it fades. Waveform substitution: Goodman
et al., IEEE Trans. ASSP 34 (1986); the place is found as in WSOLA (Verhelst and Roelands, 1993).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]

LIKE_SECONDS = 0.010
LEAST_LAG_SECONDS, MOST_LAG_SECONDS = 0.0025, 0.050
HOLD_SECONDS, FADE_SECONDS, JOIN_SECONDS = 0.020, 0.020, 0.002
_FAINT = 1e-9  # Of the loudest power: as good as silence.


class Memory:
    """The last of what an audio thread played, and how it would go on."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        """Begin with silence."""
        self._like_frames = max(1, round(LIKE_SECONDS * rate_hz))
        self._least_lag = max(1, round(LEAST_LAG_SECONDS * rate_hz))
        most_lag = max(self._least_lag, round(MOST_LAG_SECONDS * rate_hz))
        self._past = np.zeros((most_lag + self._like_frames, channels), np.float32)
        hold, fade = round(HOLD_SECONDS * rate_hz), max(1, round(FADE_SECONDS * rate_hz))
        falling = 1.0 - np.arange(1, fade + 1, dtype=np.float32) / fade
        self._gain = np.concatenate([np.ones(hold, np.float32), falling])[:, None]
        self._shape = (len(self._gain), channels)
        join = max(1, round(JOIN_SECONDS * rate_hz))
        self._join = (1.0 - np.arange(1, join + 1, dtype=np.float32) / (join + 1))[:, None]

    @property
    def last(self) -> Audio:
        """The last frame, `[1, channels] float32`."""
        return self._past[-1:]

    def keep(self, block: Audio) -> None:
        """Take note of `[frames, channels] float32` that were played."""
        frames = min(len(block), len(self._past))
        if frames:
            self._past[:-frames] = self._past[frames:]
            self.correct(block)

    def correct(self, block: Audio) -> None:
        """Take note that `[frames, channels] float32` were played instead of what was kept last."""
        frames = min(len(block), len(self._past))
        if frames:
            self._past[-frames:] = block[-frames:]

    def going_on(self) -> Audio:
        """Return what would come next, `[frames, channels] float32`, ever softer up to nothing."""
        loudest = np.abs(self._past).max()
        if not loudest:
            return np.zeros(self._shape, np.float32)
        lag, level = self._likest()
        sound = np.resize(self._round(lag), self._shape) * level
        jump = self._past[-1] - level * self._past[-lag - 1]
        sound[: len(self._join)] += jump * self._join
        on: Audio = (sound.clip(-loudest, loudest) * self._gain).astype(np.float32)
        return on

    def _round(self, lag: int) -> Audio:
        """Return the last frames, so many, the end of which leads to their beginning."""
        once = self._past[-lag:].copy()
        join, frames = self._join, len(self._join)
        once[-frames:] = join * once[-frames:] + (1.0 - join) * self._past[-lag - frames : -lag]
        return once

    def _likest(self) -> tuple[int, float]:
        """Return how far back it was as it is now, and how much softer it is now, at most 1."""
        mono = self._past.sum(axis=1)
        now, before = mono[-self._like_frames :], mono[: len(mono) - self._least_lag]
        power = np.concatenate(([0.0], np.cumsum(np.square(before, dtype=np.float64))))
        powers = power[self._like_frames :] - power[: -self._like_frames]
        together = _correlated(before, now) / np.sqrt(powers + _FAINT * powers.max() + 1e-30)
        place = int(np.argmax(together))
        now_power = float(np.square(now, dtype=np.float64).sum())
        level = min(1.0, float(np.sqrt(now_power / (powers[place] + 1e-30))))
        return len(mono) - self._like_frames - place, level


def _correlated(sound: Audio, part: Audio) -> NDArray[np.float64]:
    """Return how much a part is like the sound from each place on; by spectra, which is sooner."""
    frames = 1 << (len(sound) - 1).bit_length()
    spectrum = np.fft.rfft(sound, frames) * np.fft.rfft(part, frames).conj()
    return np.fft.irfft(spectrum, frames)[: len(sound) - len(part) + 1]
