"""The chords of a score that is there: which harmony its notes make, group of beats by group."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.composing.harmony import Harmony
from engine.composing.theory import Chord, Key
from engine.composing.tone import Tone

# Intervals of the chords that are heard, and how much less likely than a triad each is.
_KINDS: tuple[tuple[tuple[int, ...], float], ...] = (
    ((0, 4, 7), 0.0), ((0, 3, 7), 0.0), ((0, 3, 6), 0.12), ((0, 4, 8), 0.2),
    ((0, 4, 7, 10), 0.06), ((0, 4, 7, 11), 0.08), ((0, 3, 7, 10), 0.08), ((0, 3, 6, 10), 0.14),
)  # fmt: skip
_OF_THE_KEY, _ON_THE_BASS, _CHANGE, _CHANGE_INSIDE = 0.1, 0.25, 0.1, 0.22
_OFF = 0.9  # what a note outside the chord costs, beside one of it
LONG_QUARTERS, LOW = 0.9, 52  # What is longer or lower has to be of the chord.


def chords_of(tones: Sequence[Tone], edges: Sequence[float], inside: Sequence[bool],
              key: Key) -> Harmony:  # fmt: skip
    """Return the chord that fits best to the tones between every two of some edges, in quarters.

    `inside` says which of these stretches begin inside a bar, where chords change less readily.
    Found by dynamic programming (Viterbi): a change has to be worth what it costs.
    """
    chords = [_chord(root, kind, key) for kind, _ in _KINDS for root in range(12)]
    fits = _fits(_weights(tones, edges), _lowest(tones, edges), key)
    total, ways = fits[0], []
    for row, is_inside in zip(fits[1:], inside[1:], strict=True):
        cost = _CHANGE_INSIDE if is_inside else _CHANGE
        best = int(total.argmax())
        stays = total >= total[best] - cost
        ways.append(np.where(stays, np.arange(len(total)), best))
        total = row + np.where(stays, total, total[best] - cost)
    path = [int(total.argmax())]
    for way in reversed(ways):
        path.append(int(way[path[-1]]))
    return _harmony([chords[place] for place in reversed(path)], edges)


def _chord(root: int, intervals: tuple[int, ...], key: Key) -> Chord:
    degree = key.seven.index(root) if root in key.seven else 0
    return Chord(root, intervals, degree)


def _weights(tones: Sequence[Tone], edges: Sequence[float]) -> NDArray[np.float64]:
    """Return how much of each pitch class sounds in each stretch, `[stretches, 12]`."""
    found = np.zeros((len(edges) - 1, 12))
    starts = list(edges)
    for tone in tones:
        first = max(bisect_right(starts, tone.at + 0.06) - 1, 0)
        last = bisect_left(starts, tone.at + tone.length - 0.06)
        for place in range(first, min(max(last, first + 1), len(found))):
            lasts = min(tone.at + tone.length, edges[place + 1]) - max(tone.at, edges[place])
            found[place, tone.pitch % 12] += (0.15 + max(lasts, 0.0)) * (0.3 + tone.weight)
    return found


def _lowest(tones: Sequence[Tone], edges: Sequence[float]) -> list[int | None]:
    """Return the lowest pitch that sounds early in each stretch."""
    at = np.array([tone.at for tone in tones])
    end = at + [tone.length for tone in tones]
    pitches = np.array([tone.pitch for tone in tones])
    found: list[int | None] = []
    for first, last in pairwise(edges):
        heard = pitches[(at < first + 0.5 * (last - first)) & (end > first + 0.1)]
        found.append(int(heard.min()) if len(heard) else None)
    return found


def _fits(
    weights: NDArray[np.float64], lowest: Sequence[int | None], key: Key
) -> NDArray[np.float64]:
    """Return how well each chord fits to each stretch, `[stretches, chords]`."""
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    rows = []
    for kind, rarity in _KINDS:
        for root in range(12):
            tones = [(root + interval) % 12 for interval in kind]
            inside = shares[:, tones].sum(axis=1)
            is_of_key = all(tone in key.notes for tone in tones)
            fit = inside - _OFF * (shares.sum(axis=1) - inside) - rarity
            fit += _OF_THE_KEY * is_of_key + 0.3 * np.minimum(shares[:, root], 0.3)
            fit += _ON_THE_BASS * np.array([low is not None and low % 12 == root for low in lowest])
            rows.append(np.where(shares.sum(axis=1) > 0.0, fit, 0.0))
    return np.stack(rows, axis=1)


def _harmony(chords: Sequence[Chord], edges: Sequence[float]) -> Harmony:
    """Put chords where they begin; one that goes on is not begun again."""
    starts: list[float] = []
    kept: list[Chord] = []
    for at, chord in zip(edges, chords, strict=False):
        if not kept or chord != kept[-1]:
            starts.append(at)
            kept.append(chord)
    return Harmony(tuple(starts), tuple(kept))


def led(tone: Tone, before: Chord, after: Chord, key: Key) -> int:
    """Return the pitch nearest to a tone's that is in a chord what that was in another."""
    if before == after:
        return tone.pitch
    pitch, wanted = tone.pitch, key.melodic(after)
    if pitch % 12 in before.tones:
        place = min(before.tones.index(pitch % 12), len(after.tones) - 1)
        wanted = frozenset({after.tones[place]})
    elif tone.length >= LONG_QUARTERS or pitch < LOW:
        wanted = frozenset(after.tones)
    near = sorted(range(pitch - 6, pitch + 7), key=lambda other: abs(other - pitch))
    return next((other for other in near if other % 12 in wanted), pitch)
