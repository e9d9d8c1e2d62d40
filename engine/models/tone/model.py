"""Additive synthesis without a network: the draft voice, and the test double of every model.

Deterministic and stateless: a sample depends on the score and on its own absolute frame
alone, through exact integer phases, so any cut into windows gives the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.jobs import Window
from engine.models.base import Audio, Context, Tick
from engine.models.tone import timbres
from engine.models.tone.timbres import RATE_HZ, TABLE_BITS, Mono
from engine.performance import Curve, Floats, Integers, Performance
from engine.wire import BadScore, ModelFailed, ModelSpec, Parameter, Request, TooLarge

Phases: TypeAlias = NDArray[np.uint32]

WINDOW_FRAMES = RATE_HZ
MAX_SECONDS = 24 * 3600.0
HOP_FRAMES = 64  # envelopes and controllers are computed once a hop, straight lines between
FULL_SCALE = 0.3  # the level of one note at full velocity, leaving room for a dozen more
KNEE = 0.7  # where the limiter starts to bend
MOST_PARTIALS = 64
VIBRATO_FRAMES = 8_640  # 5.6 Hz
VIBRATO_CENTS = 50.0
TICK_ROWS = 32
RAMP = np.arange(HOP_FRAMES, dtype=np.float32) / np.float32(HOP_FRAMES)


@dataclass(frozen=True)
class Oscillators:
    """One row an oscillator `[rows]`, in the order of their start; times in sample frames."""

    start: Integers
    release: Integers
    stop: Integers
    channel: Integers
    table: Integers
    hz: Floats
    level: Floats
    attack: Floats
    decay: Floats
    sustain: Floats


@dataclass(frozen=True)
class Hits:
    """One row a drum hit `[rows]`, in the order of their start."""

    start: Integers
    stop: Integers
    channel: Integers
    pitch: Integers
    level: Floats


@dataclass(frozen=True)
class Prepared:
    """A score ready for synthesis: what `Model.plan` hands to every `Model.step`."""

    performance: Performance
    oscillators: Oscillators
    hits: Hits
    tables: NDArray[np.float32]
    drums: dict[int, Mono]
    gain: float
    frames: int


class Model:
    """Draws every note as a few oscillators with the envelope of its instrument's family."""

    spec: ClassVar[ModelSpec] = ModelSpec(
        name="tone",
        rate_hz=RATE_HZ,
        channels=2,
        window_frames=WINDOW_FRAMES,
        context_frames=0,
        operations=("render",),
        parameters=(
            Parameter("gain_decibels", "float", 0.0, -60.0, 12.0, unit="dB", text="output level"),
        ),
        licence="Apache-2.0",
        text="Additive synthesis without a network: a quick draft of a score.",
    )

    def load(self, device: str, dtype: str) -> None:
        """Do nothing: there are no weights."""

    def plan(self, request: Request, sources: Sequence[Audio] = ()) -> Sequence[Window]:
        """Cut a score into windows of a second, the last one as long as what is left.

        Raises: BadScore, TooLarge.
        """
        if request.score is None or not request.score.notes:
            raise BadScore("a score without notes came: render needs at least one note")
        gain = float(request.parameters.get("gain_decibels", 0.0))
        prepared = _prepare(Performance(request.score), 10.0 ** (gain / 20.0))
        count = -(-prepared.frames // WINDOW_FRAMES)
        firsts = range(0, prepared.frames, WINDOW_FRAMES)
        return [
            Window(i, count, first, min(WINDOW_FRAMES, prepared.frames - first), request, prepared)
            for i, first in enumerate(firsts)
        ]

    def step(self, window: Window, context: Context | None, tick: Tick) -> tuple[Audio, Context]:
        """Render one window as `[frames, 2] float32`; the context says which frame comes next.

        Raises: JobCancelled, ModelFailed.
        """
        _check_context(window, context)
        if not isinstance(window.prepared, Prepared):
            raise ModelFailed("a window that tone did not plan came: plan the request first")
        audio = _render(window.prepared, window.first_frame, window.frames, tick)
        following = np.array([window.first_frame + window.frames], dtype=np.int64)
        return audio, {"next_frame": following}


def _check_context(window: Window, context: Context | None) -> None:
    if window.index == 0:
        return
    found = None if context is None else context.get("next_frame")
    if found is None or found.tolist() != [window.first_frame]:
        raise ModelFailed(
            f"window {window.index} starts at frame {window.first_frame}, but its context says "
            f"{'nothing' if found is None else found.tolist()}: send the one of the window before"
        )


def _prepare(performance: Performance, gain: float) -> Prepared:
    notes = performance.notes
    moments = (notes.start_seconds, notes.end_seconds, [performance.duration_seconds])
    last_seconds = float(np.concatenate(moments).max())
    if not last_seconds <= MAX_SECONDS:
        raise TooLarge(f"a score of {last_seconds:.0f} s came; at most {MAX_SECONDS:.0f} s render")
    loudness = FULL_SCALE * np.square(notes.velocity / 127.0)
    for channel in np.unique(notes.channel):
        is_soft = performance.soft_at(int(channel), notes.start_seconds)
        loudness[is_soft & (notes.channel == channel)] *= 0.6
    oscillators, tables = _oscillators(performance, loudness)
    hits, drums = _hits(performance, loudness)
    stops = np.concatenate(([round(last_seconds * RATE_HZ)], oscillators.stop, hits.stop))
    frames = max(int(stops.max()), 1)
    return Prepared(performance, oscillators, hits, tables, drums, gain, frames)


def _frames(seconds: Floats) -> Integers:
    return np.rint(seconds * RATE_HZ).astype(np.int64)


def _oscillators(
    performance: Performance, loudness: Floats
) -> tuple[Oscillators, NDArray[np.float32]]:
    """Turn every melodic note into a row for each layer of its timbre."""
    columns: list[Floats] = []
    tables: dict[tuple[float, float, int], int] = {}
    programs = np.where(performance.notes.is_drum, -1, performance.notes.program)
    for program in np.unique(programs[programs >= 0]):
        timbre = timbres.timbre(int(program))
        for layer in timbre.layers:
            rows = np.flatnonzero(programs == program)
            columns.append(_layer_rows(performance, loudness, rows, timbre, layer, tables))
    table = np.concatenate(columns, axis=1) if columns else np.zeros((10, 0))
    table = table[:, np.lexsort((table[5], table[4], table[3], table[0]))]
    waves = np.stack([timbres.wave(*key) for key in tables] or [timbres.wave(1.0, 1.0, 1)])
    return Oscillators(*table[:5].astype(np.int64), *table[5:]), waves


def _layer_rows(
    performance: Performance,
    loudness: Floats,
    rows: NDArray[np.intp],
    timbre: timbres.Timbre,
    layer: timbres.Layer,
    tables: dict[tuple[float, float, int], int],
) -> Floats:
    """Return the ten columns of `Oscillators` for one layer of some notes, `[10, rows]`."""
    notes = performance.notes
    hz = 440.0 * np.exp2((notes.pitch[rows] - 69) / 12.0) * layer.ratio
    audible = hz < 0.45 * RATE_HZ
    rows, hz = rows[audible], hz[audible]
    start = _frames(notes.start_seconds[rows])
    release = np.maximum(_frames(notes.end_seconds[rows]), start)
    hops = -(-(release - start + round(timbre.release * RATE_HZ)) // HOP_FRAMES)
    # As many partials as fit under the Nyquist frequency when bent up by two semitones.
    partials = np.clip(0.44 * RATE_HZ / hz, 1, MOST_PARTIALS).astype(np.int64)
    keys = [(layer.slope, layer.even, 1 << int(n).bit_length() - 1) for n in partials]
    table = [tables.setdefault(key, len(tables)) for key in keys]
    decay = layer.decay * np.exp2((60 - notes.pitch[rows]) / 20.0)
    level = layer.level * loudness[rows]
    same = np.ones(len(rows))
    return np.stack(
        [start, release, start + hops * HOP_FRAMES, notes.channel[rows], np.array(table, float), hz,
         level, layer.attack * same, decay, layer.sustain * same]
    )  # fmt: skip


def _hits(performance: Performance, loudness: Floats) -> tuple[Hits, dict[int, Mono]]:
    notes, rows = performance.notes, np.flatnonzero(performance.notes.is_drum)
    drums = {int(pitch): timbres.drum_sound(int(pitch)) for pitch in np.unique(notes.pitch[rows])}
    lengths = np.array([len(drums[int(pitch)]) for pitch in notes.pitch[rows]], dtype=np.int64)
    start = _frames(notes.start_seconds[rows])
    level = 1.4 * loudness[rows]
    return Hits(start, start + lengths, notes.channel[rows], notes.pitch[rows], level), drums


def _render(prepared: Prepared, first: int, frames: int, tick: Tick) -> Audio:
    """Render frames `first` to `first + frames` of a score, `[frames, 2] float32`."""
    tick(0.0)
    span = _Span(prepared.performance, first, frames)
    rows, hits = _sounding(prepared.oscillators, span), _sounding(prepared.hits, span)
    for count, row in enumerate(rows):
        if count % TICK_ROWS == 0:
            tick(0.9 * count / len(rows))
        _add_oscillator(prepared.oscillators, row, prepared.tables, span)
    for row in hits:
        _add_hit(prepared, row, span)
    tick(0.95)
    audio = _limit(span.mix() * np.float32(prepared.gain))
    tick(1.0)
    return audio


def _sounding(rows: Oscillators | Hits, span: _Span) -> NDArray[np.intp]:
    return np.flatnonzero((rows.start < span.last) & (rows.stop > span.first))


class _Span:
    """The frames being rendered: a bus a channel, and the channels' controllers."""

    def __init__(self, performance: Performance, first: int, frames: int) -> None:
        self.performance = performance
        self.first, self.last = first, first + frames
        self._buses: dict[int, Mono] = {}
        self._bends: dict[int, Curve] = {}
        self._vibratos: dict[int, Floats | None] = {}

    def bus(self, channel: int, first: int, last: int) -> Mono:
        """Return the part of a channel's bus from one absolute frame to another."""
        if channel not in self._buses:
            self._buses[channel] = np.zeros(self.last - self.first, dtype=np.float32)
        return self._buses[channel][first - self.first : last - self.first]

    def bend(self, channel: int) -> Curve:
        """Return a channel's bend as frequency ratios over absolute frames."""
        if channel not in self._bends:
            times, semitones, initial = self.performance.bend_curve(channel)
            ratios = np.exp2(semitones / 12.0)
            self._bends[channel] = Curve(np.rint(times * RATE_HZ), ratios, 2.0 ** (initial / 12.0))
        return self._bends[channel]

    def vibrato(self, channel: int, first: int, last: int) -> Floats | None:
        """Return how many cycles vibrato moves a tone of 1 Hz, or None where there is none."""
        if channel not in self._vibratos:
            depth = self.performance.modulation_at(channel, self._hop_seconds())
            moved = self._smooth(depth) * self._wheel() if depth.any() else None
            self._vibratos[channel] = moved
        moved = self._vibratos[channel]
        return None if moved is None else moved[first - self.first : last - self.first]

    def _wheel(self) -> Floats:
        cycles = (2.0 ** (VIBRATO_CENTS / 1200) - 1.0) * VIBRATO_FRAMES / (2 * np.pi * RATE_HZ)
        turn: Floats = cycles * np.sin(np.arange(VIBRATO_FRAMES) * (2 * np.pi / VIBRATO_FRAMES))
        return turn[np.arange(self.first, self.last) % VIBRATO_FRAMES]

    def mix(self) -> Audio:
        """Return the buses under their volume, expression and pan, `[frames, 2] float32`."""
        audio = np.zeros((self.last - self.first, 2), dtype=np.float32)
        seconds = self._hop_seconds()
        for channel, bus in sorted(self._buses.items()):
            gains = self.performance.pan_at(channel, seconds)
            gains *= self.performance.gain_at(channel, seconds)[:, None]
            for side in (0, 1):
                audio[:, side] += bus * self._smooth(gains[:, side])
        return audio

    def _hop_seconds(self) -> Floats:
        hops: Integers = np.arange(self.first // HOP_FRAMES, -(-self.last // HOP_FRAMES) + 1)
        return hops.astype(np.float64) * (HOP_FRAMES / RATE_HZ)

    def _smooth(self, values: Floats) -> Mono:
        return _between_hops(values)[self.first % HOP_FRAMES :][: self.last - self.first]


def _between_hops(values: Floats) -> Mono:
    """Draw straight lines between values `[hops + 1]`: `[hops * HOP_FRAMES] float32`."""
    heights: Mono = values.astype(np.float32)
    lines: Mono = (heights[1:] - heights[:-1])[:, None] * RAMP
    lines += heights[:-1, None]
    return lines.ravel()


def _add_oscillator(
    rows: Oscillators, row: np.intp, tables: NDArray[np.float32], span: _Span
) -> None:
    first, last = max(int(rows.start[row]), span.first), min(int(rows.stop[row]), span.last)
    channel = int(rows.channel[row])
    phase = _phase(int(rows.start[row]), float(rows.hz[row]), span.bend(channel), first, last)
    vibrato = span.vibrato(channel, first, last)
    if vibrato is not None:
        phase += (vibrato * (rows.hz[row] * 2.0**32)).astype(np.int64).astype(np.uint32)
    # A table this long needs no interpolation: its steps lie 80 dB below the tone.
    phase >>= np.uint32(32 - TABLE_BITS)
    sound = tables[rows.table[row]].take(
        phase.astype(np.intp), mode="wrap"
    )  # "wrap" spares the range check
    sound *= _envelope(rows, row, first, last)
    span.bus(channel, first, last)[:] += sound


def _phase(start: int, hz: float, bend: Curve, first: int, last: int) -> Phases:
    """Return the phase, in 2^-32 cycles, of a tone that began at `start` with phase 0."""
    bent = slice(*bend.times.searchsorted((start, last)))
    edges = np.concatenate(([start], bend.times[bent])).astype(np.int64)
    ratios = np.concatenate((bend.at(edges[:1].astype(np.float64)), bend.values[bent]))
    steps = np.rint(hz * ratios * (2.0**32 / RATE_HZ)).astype(np.int64)
    turned = np.concatenate(([0], np.cumsum(steps[:-1] * np.diff(edges))))
    pieces = []
    for part in range(int(edges.searchsorted(first, side="right")) - 1, len(edges)):
        begin = max(int(edges[part]), first)
        end = int(edges[part + 1]) if part + 1 < len(edges) else last
        # Unsigned arithmetic wraps at whole cycles, so the phase is exact however long the note.
        offset = int(turned[part] + steps[part] * (begin - edges[part])) % 2**32
        piece = np.arange(end - begin, dtype=np.uint32)
        piece *= np.uint32(int(steps[part]) % 2**32)
        piece += np.uint32(offset)
        pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def _envelope(rows: Oscillators, row: np.intp, first: int, last: int) -> Mono:
    """Return an oscillator's amplitude from one absolute frame to another."""
    start, stop = int(rows.start[row]), int(rows.stop[row])
    hops = np.arange((first - start) // HOP_FRAMES, -(-(last - start) // HOP_FRAMES) + 1)
    seconds = hops * (HOP_FRAMES / RATE_HZ)
    level = rows.level[row] * np.minimum(seconds / rows.attack[row], 1.0)
    sustain = rows.sustain[row]
    level *= sustain + (1.0 - sustain) * np.exp(-seconds / rows.decay[row])
    release = int(rows.release[row])
    gone = np.clip((start + hops * HOP_FRAMES - release) / max(stop - release, 1), 0.0, 1.0)
    level *= (1.0 - gone) ** 3
    return _between_hops(level)[(first - start) % HOP_FRAMES :][: last - first]


def _add_hit(prepared: Prepared, row: np.intp, span: _Span) -> None:
    hits = prepared.hits
    start, channel = int(hits.start[row]), int(hits.channel[row])
    first, last = max(start, span.first), min(int(hits.stop[row]), span.last)
    sound = prepared.drums[int(hits.pitch[row])][first - start : last - start]
    span.bus(channel, first, last)[:] += sound * np.float32(hits.level[row])


def _limit(audio: Audio) -> Audio:
    """Bend what passes KNEE smoothly so that it never passes 1; leave the rest as it is."""
    over = np.maximum(np.abs(audio) - np.float32(KNEE), np.float32(0.0)) / np.float32(1.0 - KNEE)
    bent = np.minimum(np.abs(audio), np.float32(KNEE)) + (1.0 - KNEE) * (over / (1.0 + over))
    return np.copysign(bent, audio).astype(np.float32)
