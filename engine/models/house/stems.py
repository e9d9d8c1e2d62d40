"""Stems: what each MIDI channel adds to the mix, named for the people who open them."""

from __future__ import annotations

import numpy as np

from engine.composing.instruments import NAMES
from engine.models.base import Audio
from engine.models.house.notes import FIRST_KIT, NoteTable


def stem_names(table: NoteTable) -> tuple[str, ...]:
    """Name every channel that has notes, rising, by its number and its first note's instrument."""
    channels, first_notes = np.unique(table.channel, return_index=True)
    found = zip(channels.tolist(), table.instrument[first_notes].tolist(), strict=True)
    return tuple(f"{channel + 1:02}-{_word(instrument)}" for channel, instrument in found)


def _word(instrument: int) -> str:
    return "drums" if instrument >= FIRST_KIT else NAMES[instrument].replace(" ", "-")


def limit_alike(stems: Audio, mix: Audio, limited: Audio) -> Audio:
    """Return `[stems, frames, channels] float32` limited as their sum was.

    `mix` and `limited` are the sum before and after its limiter, `[frames, channels]`: each
    sample's gain goes to every stem, so that the stems still add up.
    """
    is_bent = mix != limited
    gain = np.ones_like(mix)
    np.divide(limited, mix, out=gain, where=is_bent)
    return stems * gain
