"""From what the vocoder made to what a window gives out: level, joins to the source, peaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio import Audio, crossfade, gain_to, level_of, limit_peaks
from engine.models.text_audio.plan import Piece, Plan

WITHIN_DECIBELS = 3.0  # A prompt may make a passage this much louder or quieter than the source.


def finish(
    heard: NDArray[np.float32], skip: int, piece: Piece, plan: Plan, gain_before: float | None
) -> tuple[Audio, float]:
    """Return what a window gives out of what was `heard`, after `skip` frames, and its gain.

    `heard` is `[frames] float32` within +-1, and so is the result, `[frames, 1]`. The gain goes
    over into this window's from `gain_before`, that of the window it goes on from.
    """
    frames = piece.last - piece.first
    audio = heard[skip : skip + frames, None]
    if not len(plan.source):
        return audio, 1.0
    gain = _gain(level_of(heard - heard.mean()), piece.level, 1.0 / plan.gain)
    ramp = np.full((frames, 1), gain, np.float32)
    if gain_before is not None:
        turn = min(frames, plan.turn)
        ramp[:turn, 0] = np.linspace(gain_before, gain, turn, dtype=np.float32)
    audio = audio * ramp + np.float32(plan.centre)
    return limit_peaks(_joined(audio, piece, plan)), gain


def _gain(found: float, wanted: float, undo: float) -> float:
    """Undo the gain that the models hear at, then come near to the level of the source."""
    return undo * gain_to(found * undo, wanted, WITHIN_DECIBELS) if wanted else undo


def _joined(audio: Audio, piece: Piece, plan: Plan) -> Audio:
    """Fade from the source into the first rendered window and out of the last one."""
    source = plan.source[:, None]
    rendered = [place for place in plan.pieces if place.hops]
    if plan.fade_in and piece is rendered[0]:
        fade = slice(0, plan.fade_in)
        audio[fade] = crossfade(_source_from(source, piece.first, plan.fade_in), audio[fade])
    if plan.fade_out and piece is rendered[-1]:
        fade = slice(-plan.fade_out, None)
        audio[fade] = crossfade(audio[fade], source[piece.last - plan.fade_out : piece.last])
    return audio


def _source_from(source: Audio, first: int, frames: int) -> Audio:
    """Return the source from a frame on, played backwards from its end where it has ended."""
    ahead = source[first : first + frames]
    back = source[::-1][: frames - len(ahead)]
    return np.pad(np.concatenate((ahead, back)), ((0, frames - len(ahead) - len(back)), (0, 0)))
