"""The scores of a take: what was asked to be rendered, what a model composed, what was played.

score.msgpack       what was asked, exactly
composed.msgpack    what the model composed, exactly; a continuation goes on from it
score.mid           the same as a MIDI file, to be edited and rendered again
source.mid          the file that the first was read from, or what was played live
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from bridge.storage import storing, write_whole
from engine.wire import ForbiddenPath, LegatoError, Score

ASKED, COMPOSED = "score.msgpack", "composed.msgpack"
EDITABLE, SOURCE = "score.mid", "source.mid"


def write_asked(folder: Path, score: Score) -> None:
    """Keep what is to be rendered. Raises: OSError."""
    write_whole(folder / ASKED, msgspec.msgpack.encode(score), durable=False)


def read_asked(folder: Path) -> Score | None:
    """Return what was asked, None where no score was. Raises: LegatoError when it is torn."""
    return _read(folder / ASKED)


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

    Raises: StorageFailed, LegatoError when it is torn, BadScore.
    """
    with storing(f"the score of take {folder.name}"):
        found = _read(folder / COMPOSED) or _read(folder / ASKED)
        played = folder / SOURCE
        if found is not None or not played.exists():
            return found
        from bridge.midi.file import read_score

        return read_score(played.read_bytes()).score


def _read(path: Path) -> Score | None:
    if not path.exists():
        return None
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=Score)
    except msgspec.DecodeError as error:
        raise LegatoError(f"the score of take {path.parent.name} is damaged: ask again") from error
