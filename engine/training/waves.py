"""Measuring waves: what each key sounds like, once for the keys that play the same sample.

What is found goes into `engine/models/house/waves.safetensors`, which the synthesis plays.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.models.house import coding
from engine.models.house.lines import AROUND, ENDS, Loop, played
from engine.models.house.notes import (
    FIRST_KIT,
    HOP,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    RATE_HZ,
    Doubles,
    Floats,
)
from engine.models.house.stage import heard_frames
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS
from engine.models.house.waves import AS_LOUD, COURSE_SECONDS, FILE, NONE, Course
from engine.training import kinds, loops
from engine.training.data import SOUNDFONT, check_tools, render
from engine.training.scores import struck
from engine.training.zones import COMPARED_FRAMES, FIRST_EFFECT, HELD_FRAMES, Zone, at, zones_of

log = logging.getLogger(__name__)

SILENT = 1e-3  # of the loudest, from where on a wave has ended
# Before and after, what tells how loud it is at a time; and what need not be told.
NEAR_SECONDS, LEAST_NATS = 0.5, 0.05
# Programs do when their keys are alike once each is divided by its own envelope, and fall alike:
# by how much more one may fall, in nats a second from so many frames on. (Pure tones are alike.)
SAME, FALLS_ALIKE, FALLING_FRAMES = 0.99, 0.25, 48_000
# How keys are struck to hear how they go on, and how many in one go.
LONG_SECONDS, APART_SECONDS, MOST_STRIKES = 9.5, 10.5, 8
LONG_STRIKES = (kinds.LONG.velocity, kinds.FIRST_HOP / HOPS_PER_SECOND, APART_SECONDS, LONG_SECONDS)
LONG_FRAMES = round(LONG_SECONDS * RATE_HZ) - HOP
MOST_FRAMES = round(6.0 * RATE_HZ)  # that are kept of a sound
REPEATS = 0.998  # the likeness of what is a sample's loop
LEAST_ROUND = 4_800  # of several of its rounds: what coding leaves is to be noise and no tone
# How much of a round's beginning is laid over its end; and how much of what dies away rounds may
# lose of its power.
JOIN_FRAMES, MOST_LOST = 1_200, 0.1
# What does not repeat goes round as well as it may in a second or more; laid over itself.
RESEMBLES = 0.9
ROUGH_FRAMES, ROUND_FRAMES, LAID_FRAMES = HELD_FRAMES, 48_000, 9_600
# To what coefficients are rounded, over their band's root mean square; and those of effects.
STEP, EFFECT_STEP = 0.15, 0.3
AHEAD_FRAMES = 2 * max(coding.SIZES)  # so much is coded of what follows, that blocks end in sound
# A bit more a frame would halve the error: how much size may grow for that.
WORTH = 1.35


class Known(NamedTuple):
    """Waves found so far, and how they sound at each of their keys, without their envelopes."""

    zones: list[tuple[Zone, int]]
    waves: list[Zone]
    heard: dict[tuple[bool, int], list[tuple[int, Floats]]]


def make(folder: Path, soundfont: Path) -> None:
    """Measure into the data folder, unless that is done. Raises: StartFailed."""
    if not (folder / FILE.name).exists():
        measure(soundfont, folder / FILE.name)


def measure(soundfont: Path = SOUNDFONT, target: Path = FILE) -> None:
    """Measure all instruments and write the tables. Raises: StartFailed without FluidSynth."""
    from safetensors.numpy import save_file

    check_tools(soundfont)
    known, begun = Known([], [], {}), time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda number: list(zones_of(number, soundfont)), range(INSTRUMENTS))
        for number, zones in enumerate(found):
            for zone in zones:
                known.zones.append((zone, _wave(zone, known)))
            left = (time.monotonic() - begun) / (number + 1) * (INSTRUMENTS - number - 1)
            log.info("waves: instrument %d, about %.0f s left", number, left)
        rows = [list(row) for _, row in groupby(known.waves, lambda wave: wave.instrument)]
        kept = list(chain.from_iterable(pool.map(lambda row: _kept(row, soundfont), rows)))
    save_file(tables(known, kept), target)
    log.info("waves: %d, %.1f MB", len(kept), target.stat().st_size / 1e6)


def _kept(waves: Sequence[Zone], soundfont: Path) -> list[Kept]:
    is_effect = FIRST_EFFECT <= waves[0].instrument < FIRST_KIT
    step = EFFECT_STEP if is_effect else STEP
    return [looped(sound, step) for sound in long_strikes(waves, soundfont)]


def _wave(zone: Zone, known: Known) -> int:
    """Return which wave a zone plays: one that is known, or its own from now on."""
    is_kit = zone.instrument >= FIRST_KIT
    flat = loops.flat(zone.sound)
    own, fall = _normed(flat[:COMPARED_FRAMES]), _fall(zone)
    for wave, heard in known.heard.get((is_kit, zone.middle), []):
        first = known.waves[wave]
        is_tuned = (first.tuning, first.delay) == (zone.tuning, zone.delay)
        if is_tuned and float(own @ heard) > SAME and abs(_fall(first) - fall) < FALLS_ALIKE:
            return wave
    wave = len(known.waves)
    known.waves.append(zone)
    for key in range(zone.first_key, zone.first_key + zone.keys):
        semitones = abs(zone.tuning) * (key - zone.middle)
        is_own = key == zone.middle
        sound = flat[:COMPARED_FRAMES] if is_own else at(flat, semitones, zone.delay)
        known.heard.setdefault((is_kit, key), []).append((wave, _normed(sound)))
    return wave


def _fall(zone: Zone) -> float:
    return RATE_HZ * loops.falling(zone.sound, FALLING_FRAMES)


def _normed(sound: Floats) -> Floats:
    return np.asarray(sound / (np.linalg.norm(sound) + 1e-9), np.float32)


class Kept(NamedTuple):
    """What is kept of a wave: its first `frames`, how it goes on from then, and how loud."""

    coded: coding.Coded
    frames: int
    loop: Loop
    course: Course = AS_LOUD


def long_strikes(waves: Sequence[Zone], soundfont: Path) -> Iterator[Floats]:
    """Yield how waves of one instrument sound while held for long, `[frames] float32` each."""
    for first in range(0, len(waves), MOST_STRIKES):
        part = waves[first : first + MOST_STRIKES]
        score = struck(part[0].instrument, [wave.middle for wave in part], *LONG_STRIKES, True)
        sound = render(score, soundfont).mean(axis=1)
        onsets = heard_frames(np.array([note.start_seconds for note in score.notes])).astype(int)
        yield from (sound[onset : onset + LONG_FRAMES] for onset in onsets.tolist())


def looped(sound: Floats, step: float = STEP) -> Kept:
    """Code what must be kept of a sound that is held for long."""
    level = np.abs(sound)
    end = int(np.flatnonzero(level > SILENT * level.max())[-1]) + 1
    found = loops.find(sound)
    round_ = _exactly(sound, found, end) if found and found.likeness > REPEATS else None
    if round_ is None and end < MOST_FRAMES:
        return Kept(coded(sound[:end], step), end, ENDS)
    whole, loop = round_ or _roughly(sound, found)
    return Kept(coded(_onward(whole, loop), step), len(whole), loop, course(sound, whole, loop))


def course(sound: Floats, whole: Floats, loop: Loop) -> Course:
    """Return by how many nats a sound is louder than what goes round, at COURSE_SECONDS.

    A sampler's envelope goes on while its sample goes round.
    """
    again = played(whole, loop, np.arange(len(sound), dtype=np.float64))
    least = SILENT * float(np.linalg.norm(sound[:RATE_HZ]))
    last, found = 0.0, []
    for seconds in COURSE_SECONDS:
        first, end = (round((seconds + near) * RATE_HZ) for near in (-NEAR_SECONDS, NEAR_SECONDS))
        own, other = (float(np.linalg.norm(each[first:end])) for each in (sound, again))
        if other > least:
            last = float(np.log(max(own, 0.1 * least) / other))
        found.append(round(last, 2))
    return tuple(found) if max(map(abs, found)) > LEAST_NATS else AS_LOUD


def _exactly(sound: Floats, found: loops.Found, end: int) -> tuple[Floats, Loop] | None:
    """Return a sound that goes round as its sample does.

    None where that is too late, or tells too little of what could be kept until its `end`.
    """
    rounds = int(np.ceil(LEAST_ROUND / found.frames))
    # What is laid over the last round's end is the first one's beginning: before, all is different.
    last = int(np.ceil(found.start + JOIN_FRAMES + rounds * found.frames))
    if last >= min(end, MOST_FRAMES):
        return None
    loop = Loop(rounds * found.frames, rounds * found.fall)
    whole = _laid(sound, last, loop, JOIN_FRAMES, 1.0)
    again = played(whole, loop, np.arange(last, end, dtype=np.float64))
    is_short = end < MOST_FRAMES
    return None if is_short and loops.lost(sound[last:end], again) > MOST_LOST else (whole, loop)


def _roughly(sound: Floats, found: loops.Found | None) -> tuple[Floats, Loop]:
    """Return a sound that goes round as well as it may, laid over itself."""
    frames, power = float(ROUND_FRAMES), 0.5
    if found and found.likeness > RESEMBLES:
        rounds = np.ceil(ROUND_FRAMES / found.frames)
        frames, power = rounds * found.frames, 1.0
    end = max(ROUGH_FRAMES, int(frames) + LAID_FRAMES)
    fall = frames * loops.falling(sound, end - int(frames))
    loop = Loop(frames, fall, is_exact=False)
    return _laid(sound, end, loop, LAID_FRAMES, power), loop


def _laid(sound: Floats, end: int, loop: Loop, frames: int, power: float) -> Floats:
    """Let a sound's last frames before `end` become those a round before; AROUND more follow.

    What is alike fades by power 1.
    """
    laid = sound[: end + AROUND].copy()
    place = np.arange(end - frames, end + AROUND)
    a_round_before: Doubles = place - np.float64(loop.frames)
    before = played(sound, ENDS, a_round_before) * np.float32(np.exp(-loop.fall))
    rising = np.minimum(np.arange(1, len(place) + 1, dtype=np.float32) / (frames + 1), 1.0)
    laid[place] = laid[place] * (1.0 - rising) ** power + before * rising**power
    return laid


def _onward(sound: Floats, loop: Loop) -> Floats:
    """Let a sound go on for AHEAD_FRAMES more."""
    place = np.arange(len(sound), len(sound) + AHEAD_FRAMES, dtype=np.float64)
    return np.concatenate((sound, played(sound, loop, place)))


def coded(sound: Floats, step: float) -> coding.Coded:
    """Code a sound in the blocks that serve it best."""
    tried = (coding.encode(sound, size, step) for size in coding.SIZES)
    return min(tried, key=lambda found: _cost(sound, found))


def _cost(sound: Floats, found: coding.Coded) -> float:
    error = float(np.square(sound - coding.decode(found)).sum()) / float(np.square(sound).sum())
    return float(np.log(len(found.packed)) + 0.5 * np.log2(error + 1e-9) * np.log(WORTH))


def tables(known: Known, kept: list[Kept]) -> dict[str, np.ndarray]:
    """Return the arrays that `Waves` reads."""
    wave_of = np.full((INSTRUMENTS, OWN_KEYS), NONE, np.uint16)
    for zone, wave in known.zones:
        begin = zone.first_key - LOWEST_KEY
        wave_of[zone.instrument, begin : begin + zone.keys] = wave
    coded = [each.coded for each in kept]
    packed = [each.packed for each in coded]
    tunings = [abs(wave.tuning) if wave.instrument < FIRST_KIT else 0.0 for wave in known.waves]
    return {
        "wave": wave_of,
        "middle": np.array([wave.middle for wave in known.waves], np.uint8),
        "tuning": np.array(tunings, np.float32),
        "delay": np.array([wave.delay for wave in known.waves], np.uint16),
        "loop": np.array([each.loop.frames for each in kept], np.float64),
        "fall": np.array([each.loop.fall for each in kept], np.float32),
        "exact": np.array([each.loop.is_exact for each in kept], np.uint8),
        "course": np.array([each.course for each in kept], np.float16),
        "kept": np.array([each.frames for each in kept], np.int32),
        "frames": np.array([each.frames for each in coded], np.int32),
        "size": np.array([each.size for each in coded], np.uint16),
        "top": np.array([each.top for each in coded], np.uint16),
        "loudest": np.array([each.loudest for each in coded], np.float32),
        "step": np.array([each.step for each in coded], np.float32),
        "first": np.cumsum([0, *map(len, packed)]).astype(np.int32),
        "packed": np.frombuffer(b"".join(packed), np.uint8),
    }


if __name__ == "__main__":
    measure()
