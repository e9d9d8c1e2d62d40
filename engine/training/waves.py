"""Measuring waves: what each key sounds like, once for the keys that play the same sample.

What is found goes into `engine/models/house/waves.safetensors`, which the synthesis plays.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.models.house import coding
from engine.models.house.notes import FIRST_KIT, HOP, INSTRUMENTS, Floats
from engine.models.house.stage import heard_frames
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS
from engine.models.house.waves import FILE, NONE, TUNED, played
from engine.training import atlas
from engine.training.data import SOUNDFONT, check_tools, render

log = logging.getLogger(__name__)

HELD_FRAMES = (atlas.LONG.hold_hops - 1) * HOP
HEARD = 2e-4  # the least peak that is worth keeping
SILENT = 1e-3  # of the loudest, from where on a wave has ended
COMPARED_FRAMES = 24_000
# Keys share a sample when one, played at the other's pace, is so much like it (correlation).
ALIKE = 0.8
# Programs do when their keys are alike once each is divided by its own envelope.
SAME = 0.9
ENVELOPE_FRAMES = 960
# From here on programs may be tuned to less than a semitone a key; layers of several tunings are
# cut into stretches of so many keys.
FIRST_EFFECT, LAYERED_KEYS = 112, 8
# A loop is so long, repeats itself so well, and is told by so much of the end.
LOOPS_FRAMES, REPEATS, TOLD_FRAMES = (4_800, 24_000), 0.995, 16_000
LOOKED_FRAMES = 2_400  # a step back towards where a loop begins
# What does not repeat goes round in its last second, laid over itself.
ROUND_FRAMES, LAID_FRAMES = 48_000, 9_600
STEP = 0.12  # to what coefficients are rounded, over their band's root mean square
AHEAD_FRAMES = 2 * max(coding.SIZES)  # so much is coded of what follows, that blocks end in sound
# A bit more a frame would halve the error: how much size may grow for that.
WORTH = 1.35


class Zone(NamedTuple):
    """Keys of an instrument that play one sample; `sound` `[frames]` is that of key `middle`."""

    instrument: int
    first_key: int
    keys: int
    middle: int
    tuning: float
    sound: Floats


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
        kept = list(pool.map(lambda wave: looped(wave.sound), known.waves))
    save_file(tables(known, kept), target)
    log.info("waves: %d, %.1f MB", len(kept), target.stat().st_size / 1e6)


def zones_of(instrument: int, soundfont: Path) -> Iterator[Zone]:
    """Yield an instrument's zones of which anything is heard."""
    first = atlas.keys_of(instrument).start
    sounds = strikes(instrument, soundfont)
    tuning = _tuning(sounds) if FIRST_EFFECT <= instrument < FIRST_KIT else 1.0
    begin = 0
    for end in range(1, len(sounds) + 1):
        if end < len(sounds) and _goes_on(instrument, sounds, begin, end, tuning):
            continue
        middle = (begin + end - 1) // 2
        if np.abs(sounds[middle]).max() > HEARD:
            keys = end - begin
            yield Zone(
                instrument, first + begin, keys, first + middle, tuning, sounds[middle].copy()
            )
        begin = end


def strikes(instrument: int, soundfont: Path) -> list[Floats]:
    """Return an instrument's keys as they sound while held, `[frames] float32` each."""
    score = atlas.score(atlas.LONG, instrument)
    sound = render(score, soundfont).mean(axis=1)
    onsets = heard_frames(np.array([note.start_seconds for note in score.notes])).astype(int)
    return [sound[onset : onset + HELD_FRAMES] for onset in onsets.tolist()]


def _goes_on(instrument: int, sounds: list[Floats], begin: int, end: int, tuning: float) -> bool:
    """Say whether a key plays the sample of the one below it."""
    if instrument >= FIRST_KIT:
        return False
    if tuning < 0.0:
        return end - begin < LAYERED_KEYS
    return alike(_at(sounds[end - 1], tuning), sounds[end][:COMPARED_FRAMES]) > ALIKE


def _tuning(sounds: list[Floats]) -> float:
    """Return how many semitones a key is; minus the likeliest where they do not agree."""
    rows = range(len(sounds) // 3, 2 * len(sounds) // 3)
    likeness = [
        np.mean(
            [alike(_at(sounds[row], tuning), sounds[row + 1][:COMPARED_FRAMES]) for row in rows]
        )
        for tuning in TUNED
    ]
    best = int(np.argmax(likeness))
    return TUNED[best] if likeness[best] > ALIKE else -TUNED[best]


def _at(sound: Floats, semitones: float) -> Floats:
    """Return the first COMPARED_FRAMES of a sound played so much higher."""
    pace = 2.0 ** (semitones / 12.0)
    return played(sound, 0, pace * np.arange(COMPARED_FRAMES, dtype=np.float64))


def alike(one: Floats, other: Floats) -> float:
    """Return the correlation of two sounds, `[frames]` each."""
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size > 0.0 else 0.0


def _wave(zone: Zone, known: Known) -> int:
    """Return which wave a zone plays: one that is known, or its own from now on."""
    is_kit = zone.instrument >= FIRST_KIT
    flat = _flat(zone.sound)
    own = _normed(flat[:COMPARED_FRAMES])
    for wave, heard in known.heard.get((is_kit, zone.middle), []):
        if known.waves[wave].tuning == zone.tuning and float(own @ heard) > SAME:
            return wave
    wave = len(known.waves)
    known.waves.append(zone)
    for key in range(zone.first_key, zone.first_key + zone.keys):
        semitones = abs(zone.tuning) * (key - zone.middle)
        sound = flat[:COMPARED_FRAMES] if key == zone.middle else _at(flat, semitones)
        known.heard.setdefault((is_kit, key), []).append((wave, _normed(sound)))
    return wave


def _normed(sound: Floats) -> Floats:
    return np.asarray(sound / (np.linalg.norm(sound) + 1e-9), np.float32)


def _flat(sound: Floats) -> Floats:
    """Divide a sound by its envelope."""
    power = np.cumsum(np.square(sound, dtype=np.float64))
    ahead = np.pad(power, (ENVELOPE_FRAMES // 2, 0))[: len(sound)]
    behind = np.pad(power, (0, ENVELOPE_FRAMES // 2), mode="edge")[-len(sound) :]
    envelope = np.sqrt(np.maximum(behind - ahead, 0.0) / ENVELOPE_FRAMES)
    return np.asarray(sound / (envelope + 1e-4 * np.abs(sound).max() + 1e-9), np.float32)


class Kept(NamedTuple):
    """What is kept of a wave: its first `frames`, of which the last `loop` go round for ever."""

    coded: coding.Coded
    frames: int
    loop: int


def looped(sound: Floats) -> Kept:
    """Code what must be kept of a sound; its loop is 0 when it ends by itself."""
    level = np.abs(sound)
    end = int(np.flatnonzero(level > SILENT * level.max())[-1]) + 1
    if end < len(sound) - ROUND_FRAMES // 20:
        return Kept(coded(sound[:end], STEP), end, 0)
    start, loop = repeating(_flat(sound))
    if loop:
        around = _laid(sound[: start + loop], loop, min(start, loop) // 2, 1.0)
        return Kept(coded(_onward(around, loop), STEP), len(around), loop)
    around = _laid(sound, ROUND_FRAMES, LAID_FRAMES, 0.5)
    return Kept(coded(_onward(around, ROUND_FRAMES), STEP), len(around), ROUND_FRAMES)


def _laid(sound: Floats, loop: int, frames: int, power: float) -> Floats:
    """Let a sound's last frames become those before its loop; what is alike fades by power 1."""
    if frames < 2:
        return sound
    laid, rising = sound.copy(), np.linspace(0.0, 1.0, frames, dtype=np.float32)
    before = sound[len(sound) - loop - frames : len(sound) - loop]
    laid[-frames:] = laid[-frames:] * (1.0 - rising) ** power + before * rising**power
    return laid


def _onward(sound: Floats, loop: int) -> Floats:
    """Let a sound go round for AHEAD_FRAMES more."""
    place = np.arange(AHEAD_FRAMES) % loop
    return np.concatenate((sound, sound[len(sound) - loop + place]))


def repeating(flat: Floats) -> tuple[int, int]:
    """Return from where on a sound repeats itself, and in how many frames; 0, 0 if it does not."""
    shortest, longest = LOOPS_FRAMES[0], min(LOOPS_FRAMES[1], len(flat) - TOLD_FRAMES)
    end = flat[-TOLD_FRAMES:]
    reach = flat[-TOLD_FRAMES - longest :]
    spectrum = np.fft.rfft(reach, 2 * len(reach)) * np.fft.rfft(end, 2 * len(reach)).conj()
    products = np.fft.irfft(spectrum)[: longest + 1][::-1]
    power = np.cumsum(np.pad(np.square(reach, dtype=np.float64), (1, 0)))
    sizes = np.sqrt((power[TOLD_FRAMES:] - power[:-TOLD_FRAMES])[::-1] * float(end @ end))
    likeness = products / np.maximum(sizes, 1e-9)
    likeness[:shortest] = 0.0
    if likeness.max() < REPEATS:
        return 0, 0
    loop = int(np.flatnonzero(likeness > likeness.max() - 1e-4)[0])
    return _begins(flat, loop), loop


def _begins(flat: Floats, loop: int) -> int:
    """Return from where on a sound is what it is `loop` frames later."""
    start = len(flat) - loop - TOLD_FRAMES
    for place in range(start - LOOKED_FRAMES, 0, -LOOKED_FRAMES):
        now, later = (flat[at : at + LOOKED_FRAMES] for at in (place, place + loop))
        if alike(now, later) < REPEATS - 0.01:
            break
        start = place
    return start


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
        "loop": np.array([each.loop for each in kept], np.int32),
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
