"""Training data: scores made or read, rendered by FluidSynth and kept as log-mels.

A folder holds `train`, `valid` and `test`, and in each of them `NAME.json` (a score) beside
`NAME.npy` (`[hops, MELS] float16` log-mel of its render). Names come from seeds, so a run that
was cut off goes on where it stopped and any two runs make the same data.
"""

from __future__ import annotations

import logging
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.models.house.notes import (
    FIRST_KIT,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    LOG_FLOOR,
    RATE_HZ,
    REFERENCE_GAIN,
    Floats,
    NoteTable,
    log_mel,
    table,
)
from engine.training import corpus, scores
from engine.wire import Note, Score, StartFailed

if TYPE_CHECKING:
    import pretty_midi

log = logging.getLogger(__name__)

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
TICKS_PER_QUARTER = 9600
SPLITS = ("train", "valid", "test")
# Keys at which the length of the tail after a release is measured, and how loud is audible.
TAIL_KEYS = range(24, 109, 4)
TAIL_HOLDS_SECONDS, TAIL_PITCH_SECONDS = (0.06, 0.4), 4.4
TAIL_AUDIBLE_NATS = 0.7


@dataclass(frozen=True)
class Amounts:
    """How much data to make."""

    charts: int = 2
    pieces: int = 280
    chorales: int = 100
    tunes: int = 30


@dataclass(frozen=True)
class Example:
    """One rendered score: its notes and `[hops, MELS] float16` log-mel, read from disk on use."""

    name: str
    notes: NoteTable
    mel: np.ndarray


def make(folder: Path, amounts: Amounts, soundfont: Path = SOUNDFONT) -> None:
    """Make whatever of the data is not there yet. Raises: StartFailed without FluidSynth."""
    check_tools(soundfont)
    folder.mkdir(parents=True, exist_ok=True)
    make_tails(folder / "tails.npy", soundfont)
    begun = time.monotonic()
    total = amounts.charts * INSTRUMENTS + amounts.pieces + amounts.chorales + amounts.tunes

    def keep(item: tuple[str, Callable[[], Score]]) -> None:
        name, compose = item
        target = folder / split_of(name) / name
        if not target.with_suffix(".npy").exists():
            keep_render(target, compose(), soundfont)

    with ThreadPoolExecutor(2) as pool:
        for count, _ in enumerate(pool.map(keep, _plan(amounts)), start=1):
            if count % 25 == 0:
                left = (time.monotonic() - begun) / count * (total - count)
                log.info("data: %d of %d scores, about %.0f s left", count, total, left)


def check_tools(soundfont: Path) -> None:
    """Raises: StartFailed when there is no soundfont: FluidSynth would quietly take another."""
    try:
        with soundfont.open("rb") as file:
            head = file.read(12)
    except OSError:
        head = b""
    if head[:4] + head[8:] != b"RIFFsfbk":
        raise StartFailed(
            f"no soundfont at {soundfont.name}; install FluidSynth and FluidR3 GM "
            "(Debian: fluidsynth, fluid-soundfont-gm) or name one with --soundfont"
        )


def split_of(name: str) -> str:
    """Assign a composition to train, valid or test by its name, 18 : 1 : 1."""
    if name.startswith("chart"):
        return "train"
    return {0: "valid", 1: "test"}.get(crc32(name.encode()) % 20, "train")


def read(folder: Path, split: str) -> list[Example]:
    """Read a split; mels stay on disk until they are used."""
    return [example(path) for path in sorted((folder / split).glob("*.npy"))]


def example(path: Path) -> Example:
    """Read one rendered score by its path, whatever the ending."""
    score = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Score)
    return Example(path.stem, table(score), np.load(path.with_suffix(".npy"), mmap_mode="r"))


def render(score: Score, soundfont: Path = SOUNDFONT) -> Floats:
    """Render a score by FluidSynth into `[frames, 2] float32`, reverb and chorus off.

    Raises: StartFailed when FluidSynth is missing or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = Path(folder) / "score.mid", Path(folder) / "audio.raw"
        write_midi(score, midi)
        command = ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", str(REFERENCE_GAIN)]
        command += ["-r", str(RATE_HZ), "-o", "synth.polyphony=1024", "-T", "raw"]
        command += ["-O", "float", "-E", "little", "-F", str(raw), str(soundfont), str(midi)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise StartFailed(f"FluidSynth could not render: {error}; is it installed?") from None
        audio = np.fromfile(raw, np.dtype("<f4")).reshape(-1, 2)
    frames = round(score.duration_seconds * RATE_HZ)
    padded = np.zeros((frames, 2), np.float32)
    padded[: len(audio)] = audio[:frames]
    return padded


def write_midi(score: Score, path: Path) -> None:
    """Write a score as a MIDI file, one track a channel and program, timed to 52 microseconds."""
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(resolution=TICKS_PER_QUARTER, initial_tempo=120.0)
    channels = sorted({note.channel for note in score.notes})
    for channel in channels:
        mine = [note for note in score.notes if note.channel == channel]
        midi.instruments.append(_track(score, channel, mine))
    # A silent last event, so that the renderer waits for the last tail.
    midi.instruments[0].control_changes.append(
        pretty_midi.ControlChange(3, 0, score.duration_seconds)
    )
    midi.write(str(path))


def _track(score: Score, channel: int, notes: list[Note]) -> pretty_midi.Instrument:
    import pretty_midi

    track = pretty_midi.Instrument(notes[0].program, is_drum=notes[0].is_drum)
    track.notes = [
        pretty_midi.Note(note.velocity, note.pitch, note.start_seconds, note.end_seconds)
        for note in notes
    ]
    track.control_changes = [
        pretty_midi.ControlChange(control.number, control.value, control.seconds)
        for control in score.controls
        if control.channel == channel
    ]
    track.pitch_bends = [
        pretty_midi.PitchBend(int(np.clip(bend.semitones * 4096, -8192, 8191)), bend.seconds)
        for bend in score.bends
        if bend.channel == channel
    ]
    return track


def make_tails(path: Path, soundfont: Path) -> None:
    """Measure for how many hops each key of each instrument is heard after its release."""
    if path.exists():
        return
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda number: _tails(number, soundfont), range(INSTRUMENTS)))
    np.save(path, np.stack(rows))
    log.info("data: measured the tails of %d instruments", INSTRUMENTS)


def _tails(instrument: int, soundfont: Path) -> NDArray[np.int64]:
    """Return the longer tails of keys let go at once, before they end by themselves, and later."""
    keys = range(27, 88) if instrument >= FIRST_KIT else TAIL_KEYS
    found = [_lengths(instrument, keys, hold, soundfont) for hold in TAIL_HOLDS_SECONDS]
    longest = np.max(found, axis=0)
    return np.asarray(np.interp(np.arange(128), list(keys), longest).round(), np.int64)


def _lengths(instrument: int, keys: range, hold_seconds: float, soundfont: Path) -> list[int]:
    score = scores.scale(instrument, tuple(keys), hold_seconds, TAIL_PITCH_SECONDS)
    mel = log_mel(render(score, soundfont).mean(axis=1))
    loudest = mel.max(axis=1) - LOG_FLOOR > TAIL_AUDIBLE_NATS
    lengths: list[int] = []
    for note in score.notes:
        first = int(note.end_seconds * HOPS_PER_SECOND)
        last = int((note.start_seconds + TAIL_PITCH_SECONDS) * HOPS_PER_SECOND) - 3
        heard = np.flatnonzero(loudest[first:last])
        lengths.append(int(heard[-1]) + 1 if len(heard) else 1)
    return lengths


def _plan(amounts: Amounts) -> Iterator[tuple[str, Callable[[], Score]]]:
    """Yield every score's name and how to make it, kinds mixed as they come."""
    for seed in range(amounts.charts):
        for instrument in range(INSTRUMENTS):
            yield f"chart-{instrument:03}-{seed}", _later(scores.chart, seed, instrument)
    for seed in range(amounts.pieces):
        yield f"piece-{seed:05}", _later(scores.piece, seed)
    found: Iterable[tuple[str, list[corpus.Part]]] = corpus.pieces(amounts.chorales, amounts.tunes)
    for name, parts in found:
        plain = name.replace("/", "-").replace(".", "-")
        yield plain, _later(scores.orchestrate, crc32(name.encode()), parts)


def _later(compose: Callable[..., Score], *arguments: object) -> Callable[[], Score]:
    return lambda: compose(*arguments)


def keep_render(target: Path, score: Score, soundfont: Path) -> None:
    """Render a score and keep its mel; the mel's file appears last and whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    mel = log_mel(render(score, soundfont).mean(axis=1)).astype(np.float16)
    target.with_suffix(".json").write_bytes(msgspec.json.encode(score))
    partial = target.with_suffix(".part")
    with partial.open("wb") as file:
        np.save(file, mel)
    partial.rename(target.with_suffix(".npy"))
