"""From a score to what a model plays: how long notes sound, and how controllers move.

Numpy only. A `Performance` is built once a job; all its methods take whole arrays of times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.wire import CHANNEL_PRESSURE, Control, Note, Score

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
T = TypeVar("T", np.int64, np.float64)

MODULATION, VOLUME, BALANCE, PAN, EXPRESSION = 1, 7, 8, 10, 11
SUSTAIN, SOSTENUTO, SOFT = 64, 66, 67
FINE = 32  # The fine half (LSB) of a controller below 32 is so many numbers above it.
KEY_BITS, KEY_MASK, PLACE_BITS = 8, 0xFF, 32  # A controller's number, CHANNEL_PRESSURE, too.
ALL_SOUND_OFF, RESET_ALL_CONTROLLERS, ALL_NOTES_OFF = 120, 121, 123
PEDAL_DOWN = 64
MOST_RINGING = 8  # strikes of one key that a pedal lets ring on beside each other
SOFTENED = 0.775  # of its velocity has a note struck under the soft pedal: 4.4 dB quieter, darker
VIBRATO_HZ, VIBRATO_SEMITONES = 8.176, 0.5  # SoundFont 2.01's own, under modulation and pressure

# The General MIDI level 1 and 2 power-on values; every other controller starts at 0.
DEFAULTS: Mapping[int, int] = {VOLUME: 100, BALANCE: 64, PAN: 64, EXPRESSION: 127} | {
    number: 64 for number in range(70, 80)
}
# What MIDI recommended practice RP-015 resets, and to which value.
RESETS: Mapping[int, int] = {MODULATION: 0, EXPRESSION: 127} | {
    number: 0 for number in (SUSTAIN, 65, SOSTENUTO, SOFT, 69, CHANNEL_PRESSURE)
}


def with_fine(coarse: float, fine: float) -> float:
    """Return a controller's value, 0 to 127, out of both its halves.

    The fine half counts 128ths of a step, so that a coarse value alone means what it always did.
    """
    return min(coarse + fine / 128.0, 127.0)


class Curve(NamedTuple):
    """A step function: `values[i]` holds from `times[i]` on, `initial` before them all."""

    times: Floats
    values: Floats
    initial: float

    def at(self, seconds: Floats) -> Floats:
        """Return the value at each of `seconds`, in their shape; a step counts from its moment."""
        steps = np.searchsorted(self.times, seconds, side="right")
        return np.concatenate(([self.initial], self.values))[steps]


@dataclass(frozen=True)
class NoteTable:
    """A score's notes as columns `[notes]`, sorted by start, then channel, then pitch.

    `release_seconds` is when the key goes up; `end_seconds`, at or after it, is when the
    pedals let the note go (or, before it, when something cut it short): from then on it
    dies away as its instrument does.
    """

    start_seconds: Floats
    release_seconds: Floats
    end_seconds: Floats
    pitch: Integers
    velocity: Integers
    program: Integers
    channel: Integers
    is_drum: Flags

    def __len__(self) -> int:
        return len(self.start_seconds)

    def cut(self) -> NoteTable:
        """Return the notes for a model that knows each key only once: the next strike ends it."""
        key = _keys(self.channel, self.program, self.pitch)
        again = _struck_again(self.start_seconds, key)
        return replace(self, end_seconds=np.minimum(self.end_seconds, again))


class Performance:
    """A score made ready to play; holds no audio and is never changed."""

    def __init__(self, score: Score) -> None:
        self.duration_seconds = score.duration_seconds
        self._controls = _control_curves(score.controls)
        self._bends = _bend_curves(score)
        self.notes = _note_table(score, self._controls)

    def value_at(self, channel: int, number: int, seconds: Floats) -> Floats:
        """Return a controller's value, 0 to 127, at each of `seconds`."""
        return self._curve(channel, number).at(seconds)

    def gain_at(self, channel: int, seconds: Floats) -> Floats:
        """Return volume times expression as a linear gain, (value / 127) squared each.

        Source: General MIDI level 1 developer guidelines, 40 log10(value / 127) decibels.
        """

        def law(volume: Floats, expression: Floats) -> Floats:
            return np.square((volume / 127.0) * (expression / 127.0))

        return self._by_steps(law, channel, (VOLUME, EXPRESSION), seconds)

    def pan_at(self, channel: int, seconds: Floats) -> Floats:
        """Return `[..., 2]` left and right gains of equal power under pan and balance."""
        return self._by_steps(pan_gains, channel, (PAN, BALANCE), seconds)

    def modulation_at(self, channel: int, seconds: Floats) -> Floats:
        """Return the depth of vibrato, 0 to 1: the modulation wheel's or the pressure's."""
        wheel = self.value_at(channel, MODULATION, seconds)
        return np.maximum(wheel, self.value_at(channel, CHANNEL_PRESSURE, seconds)) / 127.0

    def pitch_at(self, channel: int, seconds: Floats) -> Floats:
        """Return by how many semitones bend and vibrato move the pitch."""
        bend, depth = self.bend_at(channel, seconds), self.modulation_at(channel, seconds)
        return bend + vibrato_at(seconds) * depth if depth.any() else bend

    def silenced_after(self, channel: int, seconds: Floats) -> Floats:
        """Return when all sound next goes off on a channel after each of `seconds`, or infinity."""
        return _next_after(self._curve(channel, ALL_SOUND_OFF).times, seconds)

    def bend_at(self, channel: int, seconds: Floats) -> Floats:
        """Return the pitch bend in semitones."""
        return self.bend_curve(channel).at(seconds)

    def bend_curve(self, channel: int) -> Curve:
        """Return the pitch bend in semitones as steps, for oscillators that integrate it."""
        return self._bends.get(channel, _constant(0.0))

    def soft_at(self, channel: int, seconds: Floats) -> Flags:
        """Say whether the soft pedal is down."""
        return self.value_at(channel, SOFT, seconds) >= PEDAL_DOWN

    def _by_steps(
        self, law: Callable[..., Floats], channel: int, numbers: tuple[int, ...], seconds: Floats
    ) -> Floats:
        """Apply a law to controllers' values: once a step, not once a moment of a long score."""
        curves = [self._curve(channel, number) for number in numbers]
        times = np.unique(np.concatenate([curve.times for curve in curves]))
        if len(times) >= seconds.size:
            return law(*(curve.at(seconds) for curve in curves))
        steps = law(*(curve.at(np.append(-np.inf, times)) for curve in curves))
        return steps[np.searchsorted(times, seconds, side="right")]

    def _curve(self, channel: int, number: int) -> Curve:
        default = _constant(_default(number))
        return self._controls.get((channel, number), default)


def vibrato_at(seconds: Floats) -> Floats:
    """Return vibrato at its full depth, in semitones; every channel's swings together."""
    return VIBRATO_SEMITONES * np.sin(2.0 * np.pi * VIBRATO_HZ * seconds)


def pan_gains(pan: Floats, balance: Floats) -> Floats:
    """Return `[..., 2]` left and right gains of controllers' values, 64 the exact centre each.

    Pan keeps the power equal, balance turns one side down alone. Source: MIDI recommended
    practice RP-036; the balance's law is FluidSynth's, measured.
    """
    angle = np.maximum(pan - 1.0, 0.0) * (np.pi / 2.0 / 126.0)
    left = np.square(np.minimum((127.0 - balance) / 63.0, 1.0))
    right = np.square(np.minimum(balance / 64.0, 1.0))
    return np.stack((np.cos(angle) * left, np.sin(angle) * right), axis=-1)


Curves: TypeAlias = dict[tuple[int, int], Curve]


def _constant(value: float) -> Curve:
    return Curve(np.empty(0), np.empty(0), value)


class _Points(NamedTuple):
    """Values set, `[points]` each: of what, when, to what; `place` is their order in the score."""

    key: Integers
    place: Integers
    seconds: Floats
    value: Floats

    def only(self, kept: Flags | Integers) -> _Points:
        return _Points(self.key[kept], self.place[kept], self.seconds[kept], self.value[kept])

    def of(self, key: Integers, value: Floats) -> _Points:
        """Return the same moments for other keys and values."""
        return self._replace(key=key, value=value)

    def curves(self) -> Iterator[tuple[int, Floats, Floats]]:
        """Yield each key's moments and values; of several at one moment the last given holds."""
        points = self.only(np.lexsort((self.place, self.seconds, self.key)))
        keys, firsts = np.unique(points.key, return_index=True)
        edges = [*firsts.tolist(), len(points.key)]
        for key, (first, end) in zip(keys.tolist(), pairwise(edges), strict=True):
            yield key, points.seconds[first:end], points.value[first:end]


def _joined(parts: Sequence[_Points]) -> _Points:
    return _Points(
        np.concatenate([part.key for part in parts]),
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.seconds for part in parts]),
        np.concatenate([part.value for part in parts]),
    )


def _control_curves(controls: Sequence[Control]) -> Curves:
    points = _Points(
        key=_column((c.channel << KEY_BITS | c.number for c in controls), controls, np.int64),
        place=np.arange(len(controls)),
        seconds=_column((c.seconds for c in controls), controls, np.float64),
        value=_column((c.value for c in controls), controls, np.float64),
    )
    resets = points.only(points.key & KEY_MASK == RESET_ALL_CONTROLLERS)
    reset = [
        resets.of(resets.key - RESET_ALL_CONTROLLERS + number, np.full(len(resets.key), value))
        for number, value in RESETS.items()
    ]
    coarse = _joined([points, *reset])
    return {
        (key >> KEY_BITS, key & KEY_MASK): Curve(seconds, values, _default(key & KEY_MASK))
        for key, seconds, values in _joined([coarse, _fine(points, coarse)]).curves()
    }


def _fine(points: _Points, coarse: _Points) -> _Points:
    """Return what fine halves make of the coarse values that hold as they come."""
    number = points.key & KEY_MASK
    found = points.only((number >= FINE) & (number < 2 * FINE))
    key = found.key - FINE
    order = np.lexsort((coarse.place, coarse.key))
    ranks = coarse.key[order] << PLACE_BITS | coarse.place[order]
    before = np.searchsorted(ranks, key << PLACE_BITS | found.place, side="right") - 1
    known, value = coarse.key[order], coarse.value[order]
    default = np.array([_default(one) for one in (key & KEY_MASK).tolist()])
    is_known = (before >= 0) & (known[before] == key)
    held = np.where(is_known, value[before], default)
    return found.of(key, np.minimum(held + found.value / 128.0, 127.0))


def _bend_curves(score: Score) -> dict[int, Curve]:
    bends = score.bends
    points = _Points(
        key=_column((bend.channel for bend in bends), bends, np.int64),
        place=np.arange(len(bends)),
        seconds=_column((bend.seconds for bend in bends), bends, np.float64),
        value=_column((bend.semitones for bend in bends), bends, np.float64),
    )
    bent = set(np.unique(points.key).tolist())
    # A reset comes before an explicit bend of the same moment, which knows the tuning.
    resets = [
        (control.channel, control.seconds)
        for control in score.controls
        if control.number == RESET_ALL_CONTROLLERS and control.channel in bent
    ]
    key, seconds = np.array(resets, np.float64).reshape(-1, 2).T
    centred = _Points(key.astype(np.int64), np.full(len(key), -1), seconds, np.zeros(len(key)))
    found = _joined([centred, points]).curves()
    return {channel: Curve(times, values, 0.0) for channel, times, values in found}


def _column(values: Iterable[float], of: Sequence[object], dtype: type[T]) -> NDArray[T]:
    return np.fromiter(values, dtype, len(of))


def _default(number: int) -> float:
    return float(DEFAULTS.get(number, 0))


def _note_table(score: Score, controls: Curves) -> NoteTable:
    """Turn notes into columns and find out until when each of them is held."""
    table = _columns(score.notes)
    start, release = table[:, 0], table[:, 1]
    pitch, velocity, program, channel = table[:, 2:6].T.astype(np.int64)
    key = _keys(channel, program, pitch)
    let_go = np.minimum(release, _struck_again(start, key))
    end = release.copy()
    for number in np.unique(channel):
        mine = channel == number
        end[mine] = _held_until(start[mine], let_go[mine], int(number), controls)
    end = np.minimum(end, _struck_again(start, key, MOST_RINGING))
    # A pedal that never comes up holds its notes to the end of the score.
    end = np.minimum(end, max(score.duration_seconds, release.max(initial=0.0)))
    return NoteTable(start, release, end, pitch, velocity, program, channel, table[:, 6] > 0)


def _columns(notes: tuple[Note, ...]) -> Floats:
    rows = [
        (n.start_seconds, n.end_seconds, n.pitch, n.velocity, n.program, n.channel, n.is_drum)
        for n in notes
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 7)
    return table[np.lexsort((table[:, 2], table[:, 5], table[:, 0]))]


def _keys(channel: Integers, program: Integers, pitch: Integers) -> Integers:
    """Return a number for each key of each instrument of each channel."""
    return (channel * 128 + program) * 128 + pitch


def _held_until(start: Floats, release: Floats, channel: int, controls: Curves) -> Floats:
    """Return until when the keys and pedals of a channel hold its notes."""

    def curve(number: int) -> Curve:
        return controls.get((channel, number), _constant(0.0))

    end = release
    for mode in (ALL_NOTES_OFF, 124, 125, 126, 127):
        end = np.minimum(end, _next_after(curve(mode).times, start))
    held = _held_by(curve(SOSTENUTO), end)
    pressed = _last_press(curve(SOSTENUTO), end)
    end = np.where(start <= pressed, held, end)
    end = _held_by(curve(SUSTAIN), end)
    return np.minimum(end, _next_after(curve(ALL_SOUND_OFF).times, start))


def _held_by(pedal: Curve, end: Floats) -> Floats:
    """Return each end, or when the pedal that was down just before it comes up."""
    down = pedal.values >= PEDAL_DOWN
    ups = np.where(down, np.inf, pedal.times)
    next_up = np.append(np.minimum.accumulate(ups[::-1])[::-1], np.inf)
    following = np.searchsorted(pedal.times, end, side="left")
    was_down = np.concatenate(([False], down))[following]
    return np.where(was_down, next_up[following], end)


def _last_press(pedal: Curve, before: Floats) -> Floats:
    """Return when the pedal, down just before each moment, had gone down (or -inf)."""
    down = pedal.values >= PEDAL_DOWN
    pressed = down & ~np.concatenate(([False], down[:-1]))
    presses = np.maximum.accumulate(np.where(pressed, pedal.times, -np.inf))
    following = np.searchsorted(pedal.times, before, side="left")
    return np.concatenate(([-np.inf], presses))[following]


def _next_after(times: Floats, moments: Floats) -> Floats:
    """Return the first of the sorted `times` after each moment, or infinity."""
    return np.append(times, np.inf)[np.searchsorted(times, moments, side="right")]


def _struck_again(start: Floats, key: Integers, times: int = 1) -> Floats:
    """Return when the same key of the same instrument has been struck again so often, or infinity.

    Notes struck at one moment count as one strike.
    """
    order = np.lexsort((start, key))
    keys, starts = key[order], start[order]
    is_strike = np.ones(len(order), dtype=np.bool_)
    is_strike[1:] = (keys[1:] != keys[:-1]) | (starts[1:] != starts[:-1])
    strike_keys, strike_starts = keys[is_strike], starts[is_strike]
    is_repeated = strike_keys[times:] == strike_keys[:-times]
    following = np.full(len(strike_keys), np.inf)
    following[: len(is_repeated)] = np.where(is_repeated, strike_starts[times:], np.inf)
    again = np.empty(len(order))
    again[order] = following[np.cumsum(is_strike) - 1]
    return again
