"""A folder of anybody's audio as images to learn from: sliced, resampled, drawn, kept on disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import level_of
from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import Image, draw
from engine.models.base import Audio
from engine.wire import BadAudio

log = logging.getLogger(__name__)

SILENT_LEVEL = 1e-3  # -60 dB: nothing is learnt from less.
LEAST_SECONDS = 0.1
BLOCK_SECONDS = 10
LOG_FILES = 25


@dataclass(frozen=True)
class Slices:
    """What is learnt from: `images [slices, rows, columns] uint8`, and what was left out, why."""

    images: NDArray[np.uint8]
    files: int
    skipped: dict[str, str]


def prepare(folder: Path, work: Path, geometry: Geometry) -> Slices:
    """Draw every slice of the audio in a folder, or find it drawn in `work` already.

    What cannot be used is skipped and the reason logged. Raises: BadAudio when nothing is left.
    """
    found = _found(folder)
    stamp: Mapping[str, object] = {"geometry": asdict(geometry), "files": _stamps(folder, found)}
    kept = _kept(work, stamp)
    if kept is None:
        log.info("reading %d files in %s", len(found), folder.name)
        kept = _draw_all(folder, found, work, stamp, geometry)
    images, skipped = kept
    if not len(images):
        reasons = "; ".join(f"{name}: {why}" for name, why in list(skipped.items())[:3])
        raise BadAudio(
            f"{folder.name} holds no audio to learn from, in {len(found)} files; put WAV, FLAC, "
            f"MP3 or Ogg there{': ' if reasons else ''}{reasons}"
        )
    return Slices(images, len(found) - len(skipped), skipped)


def slices_of(path: Path, geometry: Geometry) -> list[Image]:
    """Return the images of one file's slices, but for silent ones; a short file is one slice.

    Raises: BadAudio.
    """
    images, frames = [], 0
    for samples in _sliced(_mono(path, geometry.rate_hz), geometry.slice_frames):
        is_rest = bool(frames) and len(samples) < geometry.slice_frames
        frames += len(samples)
        if not is_rest and level_of(samples) > SILENT_LEVEL:
            images.append(draw(samples, geometry).image)
    if frames < LEAST_SECONDS * geometry.rate_hz:
        raise BadAudio(f"it lasts {frames / geometry.rate_hz:.2f} s")
    if not images:
        raise BadAudio("it is silent")
    return images


def _sliced(chunks: Iterator[Audio], frames: int) -> Iterator[Audio]:
    """Yield slices of so many frames, and the rest, which may be shorter."""
    waiting = np.zeros(0, np.float32)
    for chunk in chunks:
        waiting = np.concatenate((waiting, chunk))
        while len(waiting) >= frames:
            yield waiting[:frames]
            waiting = waiting[frames:]
    if len(waiting):
        yield waiting


def _mono(path: Path, rate_hz: int) -> Iterator[Audio]:
    """Yield a file's audio as `[frames] float32` at a rate. Raises: BadAudio."""
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(path) as file:
            stream = soxr.ResampleStream(file.samplerate, rate_hz, 1, dtype="float32")
            size = BLOCK_SECONDS * file.samplerate
            for block in file.blocks(size, dtype="float32", always_2d=True):
                mono = block.mean(axis=1, dtype=np.float32)
                if not np.isfinite(mono).all():
                    raise BadAudio("it holds samples that are no numbers")
                yield mono if file.samplerate == rate_hz else stream.resample_chunk(mono)
            if file.samplerate != rate_hz:
                yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
    except (soundfile.SoundFileError, OSError, ValueError, TypeError) as error:
        why = str(error).rpartition(": ")[2][:80]
        raise BadAudio(f"it is no audio that can be read ({why})") from None


def _found(folder: Path) -> list[Path]:
    """Return the files of a folder, in one order on every machine. Raises: BadAudio."""
    if not folder.is_dir():
        raise BadAudio(f"{folder} is no folder; name one that holds audio")
    paths = (path for path in folder.rglob("*") if path.is_file())
    inside = [(path.relative_to(folder).as_posix(), path) for path in paths]
    return [path for name, path in sorted(inside) if not any(_hidden(name))]


def _hidden(name: str) -> Iterator[bool]:
    return (part.startswith(".") for part in name.split("/"))


def _stamps(folder: Path, found: list[Path]) -> list[list[str | int]]:
    return [
        [path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns]
        for path in found
    ]


def _kept(
    work: Path, stamp: Mapping[str, object]
) -> tuple[NDArray[np.uint8], dict[str, str]] | None:
    """Return the images drawn before, if they were drawn from the same files."""
    try:
        about = json.loads((work / "slices.json").read_text("utf-8"))
        if about["of"] != json.loads(json.dumps(stamp)):
            log.info("the folder has changed since it was read: reading it again")
            return None
        return _opened(work, tuple(about["shape"])), about["skipped"]
    except (OSError, ValueError, KeyError):
        return None


def _opened(work: Path, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    if not shape[0]:
        return np.zeros(shape, np.uint8)
    return np.memmap(work / "slices.u8", np.uint8, "r", shape=shape)


def _draw_all(
    folder: Path, found: list[Path], work: Path, stamp: Mapping[str, object], geometry: Geometry
) -> tuple[NDArray[np.uint8], dict[str, str]]:
    skipped: dict[str, str] = {}
    count = 0
    (work / "slices.json").unlink(missing_ok=True)
    with (work / "slices.u8").open("wb") as target:
        for number, path in enumerate(found, 1):
            name = path.relative_to(folder).as_posix()
            try:
                images = slices_of(path, geometry)
            except BadAudio as error:
                skipped[name] = str(error)
                log.warning("skipped %s: %s", name, error)
                continue
            target.write(np.stack(images).tobytes())
            count += len(images)
            if number % LOG_FILES == 0:
                log.info("%d of %d files, %d slices", number, len(found), count)
    shape = (count, geometry.rows, geometry.columns)
    about = {"of": stamp, "shape": shape, "skipped": skipped}
    (work / "slices.json").write_text(json.dumps(about), "utf-8")
    log.info("%d slices of %d files, %d skipped", count, len(found) - len(skipped), len(skipped))
    return _opened(work, shape), skipped
