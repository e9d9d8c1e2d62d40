"""Adding up notes' waves between the edges of blocks, each as loud as its envelope says.

Only how loud a note is goes by its envelope here; its colour is left to the gains on the mixture.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from engine.models.house.notes import EARLY_HOPS, FFT, HOP, MELS, Doubles, Floats, mel_edges_hz
from engine.models.house.stage import PARTIAL_HOPS, RAMP, Part, Track, window_share
from engine.models.house.waves import BEGUN_HOPS, Wave

FRAMES = np.arange(HOP, dtype=np.float32)
ATTACK = slice(1, 5)  # edges after an onset by which a note's first blocks are as loud
LOUDEST = 8.0  # over the wave itself
LEAST_SHARE = 0.05  # of a window that is taken to have heard a note
QUIET = 1e-14  # power that is nobody's


class Tones:
    """The sum of notes, on one side or on two.

    `sound` `[sides, blocks, HOP] float32`; `expected` `[blocks + 1, MELS] float32` is the mel
    power that it has where notes neither add to nor take from each other's waves.
    """

    def __init__(self, sides: int, blocks: int) -> None:
        self.sound = np.zeros((sides, blocks, HOP), np.float32)
        self.expected = np.zeros((blocks + 1, MELS), np.float32)

    def add(self, row: int, wave: Wave, track: Track, part: Part, sides: Floats) -> None:
        """Add a note from block `row` on; `sides` `[sides, blocks + 1]` are its gains.

        Its envelope is that of the mean of the sides.
        """
        blocks = slice(track.first, track.first + track.blocks)
        played = part.played[blocks] - part.played_at(track.onset_frame)
        ratio = part.ratio[blocks]
        edges = np.append(played, played[-1] + ratio[-1] * HOP)
        early, powers = _powers(wave, track, edges, ratio)
        mean: Floats = sides.mean(axis=0)
        gain = _gain(track, powers, edges, mean)
        sound = _sound(wave, track, played, ratio)
        here = slice(row, row + track.blocks)
        for side, level in enumerate(sides * (gain * np.exp(track.sharper))):
            rising = np.diff(level)[:, None] * RAMP
            rising += level[:-1, None]
            steep, falling = track.falls(level)
            rising[steep] = falling
            rising *= sound
            self.sound[side, here] += rising
        share = np.square(mean * gain)[:, None]
        self.expected[row : row + len(edges)] += share * powers
        before = min(row, len(early))
        self.expected[row - before : row] += share[0] * early[len(early) - before :]


def raised(powers: Floats, ratio: Doubles) -> Floats:
    """Move `[edges, MELS]` mel power up to where a bend by `ratio` `[edges]` has it.

    What a mel hears of a partial is the less the wider it is.
    """
    hz, heights = _mels()
    wanted_hz = hz / ratio[:, None]
    place = np.interp(wanted_hz, hz, np.arange(MELS, dtype=np.float64))
    lower = np.minimum(place.astype(np.int64), MELS - 2)
    own = powers / heights
    below, above = (np.take_along_axis(own, lower + step, axis=1) for step in (0, 1))
    heard = np.where(wanted_hz > hz[-1], 0.0, heights)
    return np.asarray((below + (place - lower) * (above - below)) * heard, np.float32)


@lru_cache(maxsize=1)
def _mels() -> tuple[Doubles, Doubles]:
    """Return the mels' centres in hertz and their filters' heights, `[MELS]` each."""
    edges_hz = mel_edges_hz()
    return edges_hz[1:-1], 2.0 / (edges_hz[2:] - edges_hz[:-2])


def _powers(wave: Wave, track: Track, edges: Doubles, ratio: Doubles) -> tuple[Floats, Floats]:
    """Return a note's mel power at hops before its blocks and at the `edges` of these.

    `[hops, MELS] float32` each. Frames centred before an onset hear what follows it: EARLY_HOPS
    of them where the note begins, else none.
    """
    powers, block = wave.powers(edges), int(track.onset_frame // HOP)
    early = powers[:0]
    if track.first < block + BEGUN_HOPS:
        begun = wave.begun(int(track.onset_frame) - block * HOP)
        known = begun[EARLY_HOPS + track.first - block :][: len(powers)]
        powers[: len(known)] = known
        early = begun[: EARLY_HOPS if track.is_onset else 0]
    if (ratio != 1.0).any():
        powers = raised(powers, np.append(ratio, ratio[-1]))
    return early, powers


def _sound(wave: Wave, track: Track, played: Doubles, ratio: Doubles) -> Floats:
    """Return a note's wave, bent, `[blocks, HOP] float32`."""
    if (ratio == 1.0).all():
        first = track.first * HOP - int(track.onset_frame)
        return wave.from_to(first, first + len(played) * HOP).reshape(-1, HOP)
    return wave.at(played[:, None] + ratio[:, None] * FRAMES)


def _gain(track: Track, powers: Floats, edges: Doubles, mean: Floats) -> Floats:
    """Return how much louder than its wave a note is at the edges of its blocks."""
    share = np.maximum(window_share(edges), LEAST_SHARE)
    own = powers.sum(axis=1) / np.square(share)
    wanted = track.power.sum(axis=1) / np.maximum(np.square(mean), QUIET)
    if track.is_onset:
        # Frames that hear a part of the attack only say little of how loud it is.
        for column in (own, wanted):
            column[: PARTIAL_HOPS + 1] = column[ATTACK].sum() if len(column) > 2 else column.sum()
    gain = np.sqrt(wanted / np.maximum(own, QUIET))
    return np.asarray(np.minimum(gain, LOUDEST), np.float32)


assert FFT == 2 * HOP * EARLY_HOPS  # what begins is heard so many hops early
