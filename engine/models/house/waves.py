"""Waves: what each key's excitation is, sample by sample, before anything shapes it.

A sample begins the same way and goes on the same way whenever it is struck: its partials' beats,
its breath, the noise of a cymbal. So one wave is kept for each stretch of keys that share a
sample, in about 1.0 bits a frame (`coding`), and played faster for higher keys. How loud a note is
when, and what colour it has, say its envelope and the gains. `waves.safetensors` was written by
`engine.training.waves`. Imports torch.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engine.models.house.coding import Coded, decode
from engine.models.house.lines import Line, Loop
from engine.models.house.notes import (
    EARLY_HOPS,
    FFT,
    FIRST_KIT,
    HOP,
    INSTRUMENTS,
    MELS,
    RATE_HZ,
    Doubles,
    Floats,
    Integers,
    hann_window,
    mel_filters,
)
from engine.models.house.templates import BODY_HOPS, LOWEST_KEY, OWN_KEYS
from engine.wire import ModelFailed

Course: TypeAlias = tuple[float, ...]

FILE = Path(__file__).with_name("waves.safetensors")
# fmt: off
TABLES = frozenset((
    "wave", "middle", "tuning", "delay", "loop", "fall", "exact", "course",
    "kept", "frames", "size", "top", "loudest", "step", "first", "packed",
))
# fmt: on
NONE = 65_535  # no wave: a key that the soundfont leaves out
# How many semitones a key may be.
TUNED = (1.0, 0.0, 0.05, 0.1, 0.15, 0.17, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75)
MOST_KEYS, MOST_SOUNDS = 384, 192  # that are kept in memory
KEPT_FRAMES = 144_000  # of a key; what lasts longer is played anew each time
PIECE_HOPS = 8  # by which what is kept of a key grows
BEGUN_HOPS = 6  # from an onset on in which a sound may rise too steeply to be interpolated
TURNS = 7
KEY, DRUM, USUAL_KEYS = 62, 45, 48  # around which most is played, and how many keys are
# What is so far under a wave's loudest band, in power, is not told from what was left out; and how
# much mel power of noise there is for each coefficient's.
UNTOLD, MEL_POWER = 10.0**-9.5, 33.0
NO_FLOOR, LEAST_FLOOR = 1.0, 1e-24  # under silence: no wave is level; however far it has fallen
# At which seconds since the onset it is told how a wave goes on, beyond what its rounds do; what
# it does between the last of them it does from then on, if it gets no louder.
COURSE_SECONDS = (0.5, 1.0, 1.6, 2.4, 3.4, 4.6, 6.0, 7.5, 9.0)
AS_LOUD: Course = (0.0,) * len(COURSE_SECONDS)
END_SECONDS = 4 * 3600.0


class Wave:
    """How one key sounds, unbent, from its onset on: a sound played `pace` times as fast.

    Its first `frames` are kept as far as they were asked for, with their mel power from
    EARLY_HOPS before the onset on.
    """

    def __init__(
        self,
        line: Line,
        loop: Loop,
        pace: float,
        ear: Ear,
        turn: int = 0,
        floor: float = NO_FLOOR,
        delay: int = 0,
        course: Course = AS_LOUD,
    ) -> None:
        """Take a sound, and how it goes on; under `floor`, in power, it is not told.

        Of waves that are asked for block by block, those with another `turn` grow in others.
        The sound begins after `delay` frames, whatever the pace, and has its `course`, in nats at
        COURSE_SECONDS, at any pace, too: envelopes know nothing of it.
        """
        self._line, self._loop, self._pace, self._ear = line, loop, pace, ear
        self._floor, self._shift = floor, delay * (1.0 - pace)
        self._end_frame = (line.end - self._shift) / pace
        falls = pace * loop.fall / loop.frames if loop.fall else 0.0
        # A sample that goes round falls by its envelope alone, at any pace alike.
        slower = falls * (1.0 - 1.0 / pace) if loop.is_exact else 0.0
        is_told = any(course) or slower
        self._course = _knots(course, falls - slower, self._end_frame, slower) if is_told else None
        frames = int(self._end_frame)
        self.frames = max(KEPT_FRAMES, frames + 2 * FFT) if loop.frames else frames
        self._sound = np.empty(self.frames, np.float32)
        self._power = np.empty((EARLY_HOPS + self.frames // HOP + 1, MELS), np.float32)
        self._early_frames = turn % PIECE_HOPS * HOP
        self._known = 0, 0  # how many frames, and rows of power

    @property
    def strays_frame(self) -> float:
        """From which frame since the onset on it is not what the sample is; infinite if always."""
        strays = self._loop.frames and not self._loop.is_exact
        return self._end_frame if strays else np.inf

    @property
    def is_read(self) -> bool:
        """Whether all of its sound was read."""
        return self._line.is_read

    def ready(self) -> None:
        """Have all of its sound read."""
        self._line.read()

    def from_to(self, first: int, last: int) -> Floats:
        """Return frames `first` to `last` since the onset, `[last - first] float32`."""
        if last > self.frames and self._loop.frames:
            return self.at(np.arange(first, last, dtype=np.float64))
        self._until(last)
        inside = self._sound[max(first, 0) : max(last, 0)]
        if len(inside) == last - first:
            return inside
        out = np.zeros(last - first, np.float32)
        begin = max(-first, 0)
        out[begin : begin + len(inside)] = inside
        return out

    def at(self, frames: Doubles) -> Floats:
        """Return what sounds at rising places between frames since the onset, of their shape."""
        louder_nats: Doubles | float = 0.0
        if self._course and frames.size and frames.flat[-1] >= self._course[0][0]:
            louder_nats = self._further(frames)
        return self._line.played(self._loop, self._pace * frames + self._shift, louder_nats)

    def powers(self, frames: Doubles) -> Floats:
        """Return the mel power at frames since the onset, `[frames, MELS] float32`."""
        power = self._power[: self._until(int(frames.max(initial=0.0)) + FFT)]
        hops, last = frames / HOP, len(power) - 1 - EARLY_HOPS
        rounds: Doubles | float = 0.0
        if self._loop.frames:
            round_hops = self._loop.frames / self._pace / HOP
            rounds = np.ceil(np.maximum(hops - last, 0.0) / round_hops)
            hops = hops - rounds * round_hops
        place = np.clip(hops + EARLY_HOPS, 0.0, len(power) - 1.001)
        lower = place.astype(np.int64)
        share = (place - lower)[:, None].astype(np.float32)
        below, above = power[lower], power[lower + 1]
        found: Floats = below + share * (above - below)
        if self._loop.fall or self._course:
            more = -self._loop.fall * rounds
            if self._course:
                more = more + self._further(frames) - self._further(HOP * (place - EARLY_HOPS))
            found *= np.exp(2.0 * more).astype(np.float32)[:, None]
        return found

    def begun(self, frames: int) -> Floats:
        """Return the mel power of hops around its onset, which is so many frames after a hop.

        `[EARLY_HOPS + BEGUN_HOPS, MELS] float32`, from EARLY_HOPS before that hop on; nothing is
        interpolated.
        """
        sound = self.from_to(-frames, BEGUN_HOPS * HOP + FFT // 2)
        return self._ear.heard(sound, -EARLY_HOPS, EARLY_HOPS + BEGUN_HOPS)

    def floors(self, frames: Doubles) -> Floats:
        """Return under what power nothing is told of it, at frames since the onset, `float32`.

        It falls with what goes on softer and softer.
        """
        if not (self._loop.fall or self._course):
            return np.full(frames.shape, self._floor, np.float32)
        beyond = np.maximum(frames - self._end_frame, 0.0)
        falling = -self._loop.fall * self._pace * beyond / self._loop.frames + self._further(frames)
        return np.maximum(self._floor * np.exp(2.0 * falling), LEAST_FLOOR).astype(np.float32)

    def power(self, frame: float) -> Floats:
        """Return the mel power at one frame since the onset, `[MELS] float32`, in less time."""
        power = self._power[: self._until(int(frame) + FFT)]
        place = frame / HOP + EARLY_HOPS
        lower = int(place)
        if not 0.0 <= place < len(power) - 1:
            several = self.powers(np.array([frame]))
            return several.reshape(MELS)
        below, above = power[lower], power[lower + 1]
        found: Floats = below + np.float32(place - lower) * (above - below)
        return found

    def floor(self, frame: float) -> float:
        """Return under what power nothing is told of it at one frame, in less time."""
        if frame <= self._end_frame and (not self._course or frame <= self._course[0][0]):
            return self._floor
        return float(self.floors(np.array([frame]))[0])

    def _further(self, frames: Doubles) -> Doubles | float:
        """Return by how many nats it is louder at frames than what goes round is by itself."""
        return np.interp(frames, *self._course) if self._course else 0.0

    def _until(self, frames: int) -> int:
        """Have what is kept ready, as far as asked for; returns how many rows its power has."""
        known, rows = self._known
        if known >= min(frames, self.frames) and rows:
            return rows
        pieces = -(-(max(frames, 1) + self._early_frames) // (PIECE_HOPS * HOP))
        end = min(pieces * PIECE_HOPS * HOP - self._early_frames, self.frames)
        self._sound[known:end] = self.at(np.arange(known, end, dtype=np.float64))
        # Hops of which the window reaches beyond what is known must wait, but where it ends.
        is_over = end == self.frames and not self._loop.frames
        last = max(rows, EARLY_HOPS + end // HOP + (1 if is_over else 1 - FFT // 2 // HOP))
        self._power[rows:last] = self._ear.heard(self._sound[:end], rows - EARLY_HOPS, last)
        self._known = end, last
        return last


class Ear:
    """Measures mel power."""

    def __init__(self) -> None:
        self._window = torch.from_numpy(hann_window())
        self._to_mel = torch.from_numpy(np.ascontiguousarray(mel_filters().T))

    def heard(self, sound: Floats, first: int, rows: int) -> Floats:
        """Return the mel power of a sound at hops from `first` on, up to row `rows` in all.

        `[hops, MELS] float32`; the first of all rows is EARLY_HOPS before the sound.
        """
        if rows == first + EARLY_HOPS:
            return np.zeros((0, MELS), np.float32)
        begin, end = first * HOP - FFT // 2, (rows - 1 - EARLY_HOPS) * HOP + FFT // 2
        part = sound[max(begin, 0) : end]
        around = np.pad(part, (max(-begin, 0), max(end - max(begin, 0) - len(part), 0)))
        frames = torch.from_numpy(around).unfold(0, FFT, HOP)
        squares = torch.view_as_real(torch.fft.rfft(frames * self._window)).square()
        spectra = squares[..., 0] + squares[..., 1]  # In half the time that a sum takes.
        # Of a few rows, products are summed up in another order.
        more = torch.nn.functional.pad(spectra, (0, 0, 0, max(0, PIECE_HOPS - len(spectra))))
        power: Floats = (more @ self._to_mel)[: len(spectra)].numpy()
        return power


class Waves:
    """The tables; waves of keys used lately are kept."""

    def __init__(
        self, path: Path = FILE, most_keys: int | None = MOST_KEYS, kind: type[Wave] = Wave
    ) -> None:
        """Read the tables; of waves of a `kind`, so many are kept. Raises: ModelFailed."""
        try:
            self._tables = load_file(path)
        except (OSError, SafetensorError) as error:
            raise ModelFailed(_cannot(path, error)) from None
        if missing := TABLES - self._tables.keys():
            text = f"another version made them, without {', '.join(sorted(missing))}"
            raise ModelFailed(_cannot(path, text))
        self._path, self._ear, self._kind = path, Ear(), kind
        self._root = lru_cache(MOST_SOUNDS)(self._line)
        self._kept = lru_cache(most_keys)(self._made)

    def of(self, pitch: int, instrument: int) -> Wave | None:
        """Return a key's wave, None where nothing is heard of it. Raises: ModelFailed."""
        wave = int(self._tables["wave"][instrument, key_of(pitch)])
        return None if wave == NONE else self._kept(wave, pitch)

    def alike(self) -> Integers:
        """Return which key with a wave is nearest to each, as `nearest` does."""
        return nearest(self._tables["wave"] != NONE)

    def reach(self) -> Integers:
        """Let keys that were left out play the waves of those they are `alike`; returns these."""
        alike = self.alike()
        self._tables["wave"] = self._tables["wave"].reshape(-1)[alike]
        return alike

    def ready(self, pitch: int, instrument: int) -> None:
        """Have a key's wave read before it is asked for. Raises: ModelFailed."""
        if wave := self.of(pitch, instrument):
            wave.ready()
            wave.power(float(BODY_HOPS * HOP))

    def _made(self, wave: int, key: int) -> Wave:
        tables = self._tables
        semitones = float(tables["tuning"][wave]) * (key - int(tables["middle"][wave]))
        pace = 2.0 ** (semitones / 12.0)
        floor = UNTOLD * MEL_POWER * float(tables["loudest"][wave])
        frames, fall = (float(tables[name][wave]) for name in ("loop", "fall"))
        loop = Loop(frames, fall, bool(tables["exact"][wave]))
        delay, course = int(tables["delay"][wave]), tuple(tables["course"][wave].tolist())
        line, turn = self._root(wave), key % TURNS
        return self._kind(line, loop, pace, self._ear, turn, floor, delay, course)

    def _line(self, wave: int) -> Line:
        tables = self._tables
        begin, end = tables["first"][wave : wave + 2].tolist()
        frames, size, top = (int(tables[name][wave]) for name in ("frames", "size", "top"))
        packed = tables["packed"][begin:end].tobytes()
        loudest, step = (float(tables[name][wave]) for name in ("loudest", "step"))
        coded = Coded(frames, size, top, loudest, step, packed)

        def read(frames: int) -> Floats:
            try:
                return decode(coded, frames)
            except ValueError as error:
                raise ModelFailed(_cannot(self._path, error)) from None

        return Line(read, int(tables["kept"][wave]), bool(tables["loop"][wave]))


def _knots(
    course: Course, falls: float, end_frame: float, slower: float
) -> tuple[Doubles, Doubles]:
    """Return frames, and nats there, between which a wave's course goes straight.

    From `end_frame` on it falls by `slower` nats a frame less, and then its rounds by `falls`.
    """
    seconds = np.array((*COURSE_SECONDS, END_SECONDS))
    (before, last), apart = course[-2:], COURSE_SECONDS[-1] - COURSE_SECONDS[-2]
    rising = min((last - before) / apart, falls * RATE_HZ)  # so that it gets no louder
    end = last + rising * (END_SECONDS - COURSE_SECONDS[-1])
    frames = np.sort(np.append(RATE_HZ * seconds, end_frame))
    nats = np.interp(frames, RATE_HZ * seconds, np.array((*course, end)))
    return frames, nats + slower * np.maximum(frames - end_frame, 0.0)


def levels(power: Floats, floor: Floats | float) -> Floats:
    """Return the log-mel of waves' mel power, of equal shape, level where nothing is told."""
    return np.asarray(0.5 * np.log(power + floor), np.float32)


def key_of(pitch: int) -> int:
    """Return a pitch's column of tables by key, the outermost beyond the piano's range."""
    return min(max(pitch - LOWEST_KEY, 0), OWN_KEYS - 1)


def nearest(is_there: NDArray[np.bool_]) -> Integers:
    """Return which key is nearest to each of those that are there.

    `is_there` is `[INSTRUMENTS, OWN_KEYS]`; so is what is returned, rows of tables by instrument
    and key. Drums have no neighbours, but the standard kit's for those that another kit lacks.
    """
    own = np.arange(OWN_KEYS)
    apart = np.abs(own[:, None] - own)
    found = np.where(is_there[:, None, :], apart, OWN_KEYS).argmin(axis=-1)
    instrument = np.broadcast_to(np.arange(INSTRUMENTS)[:, None], is_there.shape)
    is_drum = instrument >= FIRST_KIT
    key = np.where(is_drum | ~is_there.any(axis=1, keepdims=True), own, found)
    lent = is_drum & ~is_there & is_there[FIRST_KIT]
    return np.where(lent, FIRST_KIT, instrument).astype(np.int64) * OWN_KEYS + key


def usual_keys(instrument: int) -> list[int]:
    """Return the keys of an instrument that are likeliest to be played, the likeliest first."""
    middle = DRUM if instrument >= FIRST_KIT else KEY
    return sorted(
        range(middle - USUAL_KEYS // 2, middle + USUAL_KEYS // 2), key=lambda k: abs(k - middle)
    )


def _cannot(path: Path, error: Exception | str) -> str:
    return (
        f"the built-in model's waves ({path.name}) cannot be used: {error}; "
        "install Legato again, or make them with `legato train house`"
    )
