"""Which scores the built-in model is judged by: none of them was trained or tuned on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from zlib import crc32

import msgspec

from engine.models.house.notes import Integers, instrument_of
from engine.models.house.templates import OWN_KEYS
from engine.models.house.waves import Waves, key_of
from engine.training import corpus, scores
from engine.wire import Note, Score

# General MIDI programs by family; the drum kits are a family without programs.
FAMILIES: dict[str, tuple[int, ...]] = {
    "piano": tuple(range(0, 8)),
    "organ": tuple(range(16, 24)),
    "guitar": tuple(range(24, 32)),
    "bass": tuple(range(32, 40)),
    "strings": tuple(range(40, 52)),
    "brass": tuple(range(56, 64)),
    "reed": tuple(range(64, 72)),
    "pipe": tuple(range(72, 80)),
    "synth": tuple(range(80, 104)),
    "percussion": (*range(8, 16), *range(112, 120)),
    "drums": (),
    "voices": tuple(range(52, 56)),
    "world": tuple(range(104, 112)),
    "effects": tuple(range(120, 128)),
}
ENSEMBLES = "ensembles"
CORPUS = "corpus, held out"
UNSEEN = "unseen composers"
# Seeds far from those of the training data.
FIRST_UNSEEN_SEED = 1_000_000
ENSEMBLE_PARTS = 4
# The last notes of an excerpt begin and end this long before it does, so that they may ring.
LAST_ONSET_SECONDS, LAST_RELEASE_SECONDS = 1.5, 0.75


@dataclass(frozen=True)
class Piece:
    """A score to be judged by, and the group that its figures count towards."""

    group: str
    name: str
    score: Score

    @property
    def key(self) -> str:
        """A name for what is kept of the score as it is."""
        return hashlib.sha256(msgspec.json.encode(self.score)).hexdigest()[:20]


def programs_by(most: int, every: int = 1) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield families' programs, or every n-th of each family, at most so many at once."""
    for family, programs in FAMILIES.items():
        chosen = programs[::every]
        for first in range(0, len(chosen), most):
            yield family, chosen[first : first + most]


def pieces(data: Path, each: int, seconds: float, with_unseen: bool) -> list[Piece]:
    """Choose `each` scores a family and twice as many of every other group, cut to `seconds`.

    `data` is the folder of the training data, of which the test split's corpus is taken.
    """
    found = [piece for family in FAMILIES for piece in _of_family(family, each)]
    ensembles = islice(_ensembles(), 2 * each)
    found += [Piece(ENSEMBLES, f"ensemble-{i}", score) for i, score in enumerate(ensembles)]
    found += _held_out(data, 2 * each)
    if with_unseen:
        found += list(_unseen())
    cut = [Piece(each.group, each.name, playable(excerpt(each.score, seconds))) for each in found]
    return [piece for piece in cut if piece.score.notes]


def excerpt(score: Score, seconds: float) -> Score:
    """Keep the notes that begin early enough, and the time they need to end."""
    kept = tuple(
        msgspec.structs.replace(
            note, end_seconds=min(note.end_seconds, seconds - LAST_RELEASE_SECONDS)
        )
        for note in score.notes
        if note.start_seconds < seconds - LAST_ONSET_SECONDS
    )
    return msgspec.structs.replace(
        score, notes=kept, duration_seconds=min(seconds, score.duration_seconds)
    )


def playable(score: Score) -> Score:
    """Leave out notes that the soundfont leaves out, though the model has them."""
    return msgspec.structs.replace(score, notes=tuple(n for n in score.notes if _is_there(n)))


def _is_there(note: Note) -> bool:
    row = instrument_of(note.program, note.is_drum) * OWN_KEYS + key_of(note.pitch)
    return int(_alike().reshape(-1)[row]) == row


def played(program: int, pitch: int) -> int:
    """Return the pitch nearest to one that the soundfont has of a program."""
    key = key_of(pitch)
    return pitch + int(_alike()[program, key]) % OWN_KEYS - key


@lru_cache(maxsize=1)
def _alike() -> Integers:
    return Waves().alike()


def _of_family(family: str, each: int) -> list[Piece]:
    programs = FAMILIES[family]
    if not programs:
        found = list(islice(_drums(), each))
    else:
        shares = [programs[index::each] or programs for index in range(each)]
        found = [scores.solo(FIRST_UNSEEN_SEED + i, share) for i, share in enumerate(shares)]
    return [Piece(family, f"{family}-{index}", score) for index, score in enumerate(found)]


def _drums() -> Iterator[Score]:
    """Yield the drums of unseen pieces, without end."""
    for seed in count(FIRST_UNSEEN_SEED):
        score = scores.piece(seed)
        drums = tuple(note for note in score.notes if note.is_drum)
        if drums:
            yield msgspec.structs.replace(score, notes=drums, controls=(), bends=())


def _ensembles() -> Iterator[Score]:
    """Yield unseen pieces of several parts, without end."""
    for seed in count(FIRST_UNSEEN_SEED):
        score = scores.piece(seed)
        if len(channels(score.notes)) >= ENSEMBLE_PARTS:
            yield score


def channels(notes: tuple[Note, ...]) -> set[int]:
    """Return the MIDI channels on which there are notes."""
    return {note.channel for note in notes}


def _held_out(data: Path, most: int) -> list[Piece]:
    """Read scores of the corpus's test split, evenly over their names."""
    paths = sorted((data / "test").glob("*.json"))
    paths = [path for path in paths if not path.stem.startswith("piece")]
    paths = paths[:: max(1, len(paths) // most)][:most]
    return [
        Piece(CORPUS, path.stem, msgspec.json.decode(path.read_bytes(), type=Score))
        for path in paths
    ]


def _unseen() -> Iterator[Piece]:
    for name, parts in corpus.unseen_pieces():
        score = scores.orchestrate(crc32(name.encode()), parts)
        yield Piece(UNSEEN, name.replace("/", "-"), score)
