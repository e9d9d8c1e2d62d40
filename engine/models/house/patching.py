"""Filling a short hole in any sound: what went before goes on, what comes after is led up to.

The hole's log-mel is drawn straight between its two sides. The vocoder goes on in the phases of
the sound before it, and, with time running backwards, in those of the sound after it; the two
pass into each other inside the hole. A longer hole, the sides of which are heard elsewhere with
something between them, is filled with that; each side goes over into it. Nothing outside of the
hole changes. Imports torch.
"""

from __future__ import annotations

import numpy as np

from engine.audio import crossfade
from engine.models.house.notes import FFT, HOP, LOG_FLOOR, MELS, Floats, log_mel_of_power
from engine.models.house.twins import twin_of
from engine.models.house.vocoder import LOOKAHEAD_HOPS, WINDOW, Vocoder

# Spectral frames of each side that are heard, and of those the ones that are the level to meet.
CONTEXT_HOPS, ANCHOR_HOPS = 12, 3
REACH = FFT // 2 + (CONTEXT_HOPS - 1) * HOP + FFT // 2
EDGE_FRAMES = 128
# From how long a hole on something else than its sides is looked for, and how long each side
# takes to go over into that.
LONG_FRAMES, OVER_FRAMES = 9_600, 2_400


def patch(
    source: Floats, start_frame: int, end_frame: int, vocoder: Vocoder, seed: int = 0
) -> Floats:
    """Return a `[frames, 2] float32` sound at RATE_HZ with a span of it made anew.

    What the source has in the span is not heard; outside of it every sample is the source's own.
    """
    patched = source.copy()
    if end_frame <= start_frame:
        return patched
    is_long = end_frame - start_frame >= LONG_FRAMES
    twin = twin_of(source, start_frame, end_frame) if is_long else None
    sides = [
        _filled(side, start_frame, end_frame, vocoder, seed)
        if twin is None
        else _led_over(side, start_frame, end_frame, vocoder, seed, twin[:, place])
        for place, side in enumerate(_sides(source))
    ]
    patched[start_frame:end_frame] = np.stack(sides * (2 // len(sides)), axis=1)
    return patched


def _sides(source: Floats) -> list[Floats]:
    """Return left and right, or one where they are the same."""
    left, right = source.T
    return [left] if np.array_equal(left, right) else [left, right]


def _filled(sound: Floats, start: int, end: int, vocoder: Vocoder, seed: int) -> Floats:
    """Return the `[end - start] float32` that stand in one channel's hole."""
    frames = end - start
    before = _last(sound[:start])
    after = _last(sound[end:][::-1])
    levels = [_level(side) for side in (before, after)]
    if start == 0 or end == len(sound):  # Nothing to go over into: what there is dies away.
        levels[0 if start == 0 else 1] = np.full(MELS, LOG_FLOOR, np.float32)
    forth = _went_on(before, levels[0], levels[1], frames, vocoder, seed)
    back = _went_on(after, levels[1], levels[0], frames, vocoder, seed)[::-1]
    along = (np.arange(frames) + 0.5) / frames
    turn = 0.5 * np.pi * np.clip(2.0 * along - 0.5, 0.0, 1.0)
    return np.asarray(forth * np.cos(turn) + back * np.sin(turn), np.float32)


def _led_over(
    sound: Floats, start: int, end: int, vocoder: Vocoder, seed: int, twin: Floats
) -> Floats:
    """Return a twin, `[end - start] float32`, with both sides going over into it."""
    filled = twin.copy()
    over = min(OVER_FRAMES, (end - start) // 3)
    for turn, side in ((1, sound[:start]), (-1, sound[end:][::-1])):
        before = _last(side)
        made = _went_on(before, _level(before), _level(before), over, vocoder, seed)
        there = filled[::turn][:over]
        there[:] = crossfade(made[:, None], there[:, None])[:, 0]
    return filled


def _last(sound: Floats) -> Floats:
    """Return the last REACH frames of a sound, after silence where it has fewer."""
    kept = sound[-REACH:] if len(sound) else sound
    return np.pad(kept, (REACH - len(kept), 0)).astype(np.float32)


def _level(sound: Floats) -> Floats:
    """Return the log-mel of the mean power of a side's last frames, `[MELS] float32`."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, FFT)[::HOP][-ANCHOR_HOPS:]
    power = np.square(np.abs(np.fft.rfft(frames * WINDOW))).astype(np.float32)
    found: Floats = log_mel_of_power(power.mean(axis=0, keepdims=True))[0]
    return found


def _went_on(
    before: Floats, level: Floats, target: Floats, frames: int, vocoder: Vocoder, seed: int
) -> Floats:
    """Let a sound go on for `frames` frames while its log-mel moves from one level to another."""
    hops = -(-(frames + FFT) // HOP) + LOOKAHEAD_HOPS
    # The last whole frame is centred half a frame before the hole, the other side's after it.
    along = np.clip((np.arange(hops) + 1) * HOP / (frames + FFT), 0.0, 1.0)[:, None]
    mel = (level + along * (target - level)).astype(np.float32)
    stream = vocoder.stream(seed)
    stream.follow(before)
    # The first block that is due begins HOP before the last whole frame's centre.
    begin = FFT // 2 + HOP
    made = stream.push(mel)[begin : begin + frames]
    return _joining(before, made)


def _joining(before: Floats, made: Floats) -> Floats:
    """Begin where the sound before ends: for an instant it goes on as its own mirror image."""
    count = min(EDGE_FRAMES, len(made))
    mirrored = 2.0 * before[-1] - before[-2 : -2 - count : -1]
    fade = np.square(np.cos(0.5 * np.pi * (np.arange(count) + 0.5) / count))
    out = made.copy()
    out[:count] += (mirrored - made[:count]) * fade
    return out
