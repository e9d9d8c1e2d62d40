"""What to work on: a take, a file of audio, a score, or what was played lately."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np

from bridge.conversion import Converter, Sound
from bridge.files import MediaFolders, shown
from bridge.midi.notation import SUFFIXES, read_any
from bridge.score_files import read_music
from bridge.take import Take
from bridge.takes import Takes, is_take_id
from engine.wire import (
    BadAudio,
    BadScore,
    LegatoError,
    ModelSpec,
    NotFound,
    Score,
    TooLarge,
)

MAX_FILE_BYTES = 1 << 30
MAX_SECONDS = 600.0
MAX_SCORE_BYTES = 32 << 20
# How much longer a rendered score may sound than it is written, and how much shorter.
LONGEST_RING_SECONDS, JUST_SECONDS = 8.0, 0.1
LIVE, MIDI = "live", ".mid"
SCORE_RATE_HZ = 48_000  # of a sound that has no samples


Recent: TypeAlias = Callable[[str], Sound]


class Sources:
    """Finds what a client means by a source; every method waits for the disk."""

    def __init__(self, takes: Takes, media: MediaFolders, recent: Recent | None = None) -> None:
        """Read takes, files of the media folders and, by `recent`, live input."""
        self._takes = takes
        self._media = media
        self._recent = recent

    def read(self, source: str) -> Sound:
        """Return the audio of a take's id, of a file, or of `live` (or `live:4s`, `live:8bars`).

        Of a score's file it is the score alone, without samples.
        Raises: NotFound, ForbiddenPath, TooLarge, BadAudio, BadScore.
        """
        if source == LIVE or source.startswith(LIVE + ":"):
            if self._recent is None:
                raise NotFound(
                    "no input is open to be the source live; /legato/input/open opens one"
                )
            return self._recent(source.removeprefix(LIVE).removeprefix(":"))
        if is_take_id(source):
            return sound_of(self._takes.open(source))
        if is_score(source):
            return read_alone(self._media.find(source, MAX_SCORE_BYTES), shown(source))
        path = self._media.find(source, MAX_FILE_BYTES)
        beside = None
        with contextlib.suppress(LegatoError):
            beside = self._media.find(str(Path(source).with_suffix(MIDI)), MAX_SCORE_BYTES)
        return read_file(path, shown(source), beside)


def sound_of(take: Take) -> Sound:
    """Return a take's audio so far, and its score.

    Raises: NotFound while there is no audio, TooLarge, LegatoError.
    """
    if not take.entries:
        raise NotFound(f"take {take.id} has no audio yet: wait for its first window")
    rate_hz = take.entries[0].rate_hz
    _check_length(take.frames, rate_hz, f"take {take.id}")
    return Sound(take.read(0, take.frames), rate_hz, take.record.title, read_music(take.folder))


def is_score(source: str) -> bool:
    """Say whether a source's name is that of a score's file."""
    return Path(source).suffix.lower() in SUFFIXES


def read_alone(path: Path, name: str) -> Sound:
    """Return a score's file as a sound without samples. Raises: BadScore, TooLarge, NotFound."""
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_SCORE_BYTES else None
    except OSError:
        raise NotFound(f"{name} cannot be read; check the path") from None
    if data is None:
        raise TooLarge(f"{name} has more than {MAX_SCORE_BYTES} bytes; split the score")
    score = read_any(path.name, data).score
    if not score.notes:
        raise BadScore(f"{name} holds no notes; a source needs at least one")
    return Sound(np.zeros((0, 1), np.float32), SCORE_RATE_HZ, score.title or path.stem, score)


def read_file(path: Path, name: str, beside: Path | None = None) -> Sound:
    """Return an audio file's samples: WAV, FLAC, Ogg, MP3, AIFF and what else libsndfile reads.

    With `beside`, a MIDI file that is as long, comes its score. Raises: BadAudio, TooLarge.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            _check_length(file.frames, file.samplerate, name)
            samples = file.read(dtype="float32", always_2d=True)
            rate_hz = int(file.samplerate)
    except (soundfile.SoundFileError, OSError, ValueError) as error:
        raise BadAudio(
            f"{name} is no audio that can be read; send WAV or FLAC: {_why(error)}"
        ) from None
    if not len(samples) or not np.isfinite(samples).all():
        raise BadAudio(f"{name} holds no samples, or some that are no numbers; export it anew")
    score = _score_of(beside, len(samples) / rate_hz) if beside else None
    return Sound(samples, rate_hz, path.stem, score)


def _score_of(path: Path, seconds: float) -> Score | None:
    """Return the score in a MIDI file of a sound so long; None where it may be of another."""
    from bridge.midi.file import read_score

    with contextlib.suppress(LegatoError, OSError):
        if path.stat().st_size > MAX_SCORE_BYTES:
            return None
        score = read_score(path.read_bytes()).score
        ends = score.duration_seconds
        if score.notes and seconds - LONGEST_RING_SECONDS <= ends <= seconds + JUST_SECONDS:
            return score
    return None


def fitted(sound: Sound, spec: ModelSpec) -> Sound:
    """Return a sound at a model's rate and channels. Raises: BadAudio.

    Where both are the model's own already, every sample stays as it is; so does a score alone.
    """
    if not len(sound.samples) and sound.score is not None:
        nothing = np.zeros((0, spec.channels), np.float32)
        return Sound(nothing, spec.rate_hz, sound.title, sound.score)
    form = (sound.rate_hz, sound.samples.shape[1], spec.rate_hz, spec.channels)
    samples = Converter(*form).convert(sound.samples, last=True)
    if not len(samples):
        raise BadAudio(f"{len(sound.samples)} samples came; that is too little to work on")
    fitting = np.ascontiguousarray(samples, np.float32)
    return Sound(fitting, spec.rate_hz, sound.title, sound.score)


def _check_length(frames: int, rate_hz: int, name: str) -> None:
    if frames > MAX_SECONDS * rate_hz:
        seconds = frames / rate_hz
        raise TooLarge(f"{name} lasts {seconds:.0f} s; at most {MAX_SECONDS:.0f} s are worked on")


def _why(error: Exception) -> str:
    """Return libsndfile's own words, which name the path, without it."""
    return str(error).rpartition(": ")[2][:80]
