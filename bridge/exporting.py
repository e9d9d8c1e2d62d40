"""Copies of a take for other programs: one WAV, its stems beside it, as loud as was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bridge.loudness import Level, level_of
from bridge.riff import info_of_take
from bridge.storage import storing
from bridge.take import Take
from bridge.wav import SampleFormat, copy_whole
from engine.wire import ForbiddenPath, NotFound


@dataclass(frozen=True)
class Finish:
    """What a copy's samples are, and how loud it is in LUFS; None leaves it as it was made."""

    sample_format: SampleFormat = "float32"
    loudness: float | None = None


AS_MADE = Finish()


def export(
    take: Take, path: Path, finish: Finish = AS_MADE, overwrite: bool = False
) -> Level | None:
    """Copy a take's audio so far to a WAV that is whole or absent under its name.

    Its stems go beside it, with the same gain: x.wav brings x-01-violin.wav and so on. Returns
    how loud the copy is, where that was asked. Raises: ForbiddenPath when a name is taken and
    `overwrite` is false, NotFound when nothing was rendered yet, LegatoError on a disk fault.
    """
    stems = {path.with_name(f"{path.stem}-{stem.name}"): stem for stem in take.stems.paths}
    copies = {path: take.audio_path, **stems}
    there = next((target.name for target in copies if target.exists()), "")
    if there and not overwrite:
        raise ForbiddenPath(f"{there} is there already: choose another name")
    if not take.entries:
        raise NotFound(f"take {take.id} has no audio yet: wait for its first window")
    level, decibels = None, 0.0
    with storing(f"the copy of take {take.id}"):
        if finish.loudness is not None:
            made = level_of(take.audio_path, take.frames)
            decibels = made.gain_to(finish.loudness)
            level = made.raised(decibels)
        gain = 10.0 ** (decibels / 20.0)
        for target, source in copies.items():
            words = info_of_take(take.id, take.record, source.stem if target in stems else "")
            copy_whole(source, target, take.frames, finish.sample_format, words, gain)
    return level
