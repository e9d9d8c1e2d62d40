"""Public-domain scores from music21's corpus, as plain lists of notes.

The recipe learns from these composers and collections alone; everything else in the corpus
stays unseen, to be judged by.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, TypeAlias

log = logging.getLogger(__name__)

Part: TypeAlias = list[tuple[float, float, int]]

COMPOSERS = ("bach", "palestrina", "monteverdi", "corelli")
TUNE_BOOKS = ("essenFolksong", "oneills1850", "nottingham-dataset")
# Never trained on or tuned by; for the last word in evaluation.
UNSEEN = ("mozart", "haydn", "beethoven", "schubert", "schumann_robert", "handel", "chopin")
UNSEEN_EACH = 2
LONGEST_QUARTERS = 96.0


def pieces(most_pieces: int, most_tunes: int) -> Iterator[tuple[str, list[Part]]]:
    """Yield names and parts of the allowed pieces, composers in turn, then of tune books.

    Each part is a list of (start quarter, quarters, pitch). Raises: ImportError without music21.
    """
    queues = [_paths(name) for name in COMPOSERS]
    yield from _first(most_pieces, _in_turn(queues))
    books = [_paths(name) for name in TUNE_BOOKS]
    yield from _first(most_tunes, _in_turn(books))


def unseen_pieces() -> Iterator[tuple[str, list[Part]]]:
    """Yield names and parts of a few pieces by composers that training never sees."""
    for composer in UNSEEN:
        yield from _first(UNSEEN_EACH, iter(_paths(composer)))


def parts_of(score: Any) -> list[Part]:
    """Read a music21 score's parts, at most LONGEST_QUARTERS from its beginning."""
    parts: list[Part] = []
    for part in score.parts if len(score.parts) else [score]:
        found: Part = []
        for element in part.flatten().notes:
            start, quarters = float(element.offset), float(element.quarterLength)
            if quarters > 0 and start < LONGEST_QUARTERS and hasattr(element, "pitches"):
                found += [(start, quarters, pitch.midi) for pitch in element.pitches]
        if found:
            parts.append(found)
    return parts


def _paths(composer: str) -> list[str]:
    """List a composer's scores; Roman numeral analyses would be the same pieces again."""
    from music21 import corpus

    paths = map(str, corpus.getComposer(composer))
    return sorted(path for path in paths if not path.endswith(".rntxt"))


def _in_turn(queues: list[list[str]]) -> Iterator[str]:
    """Take one path of each queue after the other, so that a short run has some of all."""
    for rank in range(max(map(len, queues), default=0)):
        yield from (queue[rank] for queue in queues if rank < len(queue))


def _first(most: int, paths: Iterator[str]) -> Iterator[tuple[str, list[Part]]]:
    """Parse paths until `most` scores have been read; a book of tunes holds many."""
    count = 0
    for path in paths:
        for name, score in _scores_in(path):
            if count >= most:
                return
            parts = parts_of(score)
            if parts:
                count += 1
                yield name, parts


def _scores_in(path: str) -> Iterator[tuple[str, Any]]:
    from music21 import converter, stream

    name = "/".join(path.replace("\\", "/").split("/")[-2:])
    try:
        parsed = converter.parse(path)
    # music21 raises whatever its many parsers do; one unreadable piece must not end the run.
    except Exception as error:  # noqa: BLE001
        log.warning("%s cannot be read and is left out: %s", name, error)
        return
    tunes = list(parsed.scores) if isinstance(parsed, stream.Opus) else [parsed]
    for number, tune in enumerate(tunes[:40]):
        yield f"{name}-{number}", tune
