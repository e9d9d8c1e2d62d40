"""The scores of a take: what was asked to be rendered, what a model composed, what was played.

score.msgpack       what was asked to be rendered, exactly
source-0.msgpack    what the audio to work on follows, where that is known; source-1.msgpack
composed.msgpack    what the model composed, exactly; a continuation goes on from it
score.mid           the same as a MIDI file, to be edited and rendered again
source.mid          the file that the first was read from, or what was played live
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from bridge.storage import storing, write_whole
from engine.wire import ForbiddenPath, LegatoError, Request, Score

ASKED, COMPOSED = "score.msgpack", "composed.msgpack"
EDITABLE, SOURCE = "score.mid", "source.mid"


def write_asked(folder: Path, request: Request) -> None:
    """Keep a request's scores. Raises: OSError."""
    paths = (ASKED, *map(_of_source, range(len(request.source_scores))))
    for name, score in zip(paths, (request.score, *request.source_scores), strict=True):
        if score is not None:
            write_whole(folder / name, msgspec.msgpack.encode(score), durable=False)


def with_asked(folder: Path, bare: Request) -> Request:
    """Return a request with its scores again. Raises: LegatoError when one is torn."""
    score = _read(folder / ASKED)
    sources = tuple(_read(folder / _of_source(n)) for n in range(len(bare.source_frames)))
    if score is not None and sources:  # Takes of before 0.5 kept their source's score so.
        score, sources = None, (score, *sources[1:])
    return msgspec.structs.replace(bare, score=score, source_scores=sources if any(sources) else ())


def keep_composed(folder: Path, score: Score) -> None:
    """Keep what a model composed, also as a MIDI file. Raises: StorageFailed."""
    from bridge.midi.write import write_score

    with storing(f"the score of take {folder.name}"):
        write_whole(folder / COMPOSED, msgspec.msgpack.encode(score), durable=False)
        write_whole(folder / EDITABLE, write_score(score), durable=False)


def export_composed(folder: Path, path: Path, overwrite: bool = False) -> None:
    """Copy the MIDI file of what the model composed, where it did.

    Raises: ForbiddenPath when the name is taken and `overwrite` is false, StorageFailed.
    """
    composed = folder / EDITABLE
    if not composed.exists():
        return
    if path.exists() and not overwrite:
        raise ForbiddenPath(f"{path.name} is there already: choose another name, or --force")
    with storing(f"the copy of the score of take {folder.name}"):
        write_whole(path, composed.read_bytes())


def read_music(folder: Path) -> Score | None:
    """Return the score that a take's sound follows: composed, asked, or played; None without one.

    What was made of one source by a model that composes nothing has its source's.
    Raises: StorageFailed, LegatoError when it is torn, BadScore.
    """
    with storing(f"the score of take {folder.name}"):
        found = _read(folder / COMPOSED) or _read(folder / ASKED)
        if found is None and not (folder / "source-1.wav").exists():
            found = _read(folder / _of_source(0))
        played = folder / SOURCE
        if found is not None or not played.exists():
            return found
        from bridge.midi.file import read_score

        return read_score(played.read_bytes()).score


def _of_source(number: int) -> str:
    return f"source-{number}.msgpack"


def _read(path: Path) -> Score | None:
    if not path.exists():
        return None
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Score)
    except msgspec.DecodeError as error:
        raise LegatoError(f"the score of take {path.parent.name} is damaged: ask again") from error
