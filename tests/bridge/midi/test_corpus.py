"""Other people's awkward files (jazz-soft/test-midi-files, MIT): all open, as in pretty_midi."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import pretty_midi
import pytest

from bridge.midi.file import read_score
from engine.wire import BadScore

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(CORPUS.glob("*.mid"))
# These make drum parts of other channels than 10, which pretty_midi does not know about.
DRUM_PARTS = {
    "test-all-xg-sounds",
    "test-gm2-doggy-78-00-38-4c",
    "test-sysex-gs-40-1x-15-drum-part-change",
}
UNREAD_BY_PRETTY_MIDI = {
    "test-illegal-message-f5": 8,
    "test-non-midi-track": 8,
    "test-running-status-sysex": 8,
}
SILENT = {"control-7c", "control-7e", "silence", "gm1-enable", "gm2-enable"}

Row = tuple[float, float, int, int, int, bool]


def rows(data: bytes, *, is_drum: bool = True) -> list[Row]:
    return sorted(
        (n.start_seconds, n.end_seconds, n.pitch, n.velocity, n.program, n.is_drum and is_drum)
        for n in read_score(data).score.notes
    )


def peer_rows(data: bytes, *, is_drum: bool = True) -> list[Row]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pretty_midi.PrettyMIDI(io.BytesIO(data))
    return sorted(
        (float(n.start), float(n.end), n.pitch, n.velocity, int(i.program), i.is_drum and is_drum)
        for i in peer.instruments
        for n in i.notes
    )


def test_the_corpus_is_here() -> None:
    assert len(FILES) == 36


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_opens_and_equals_pretty_midis_reading(path: Path) -> None:
    data = path.read_bytes()
    if not data:
        with pytest.raises(BadScore, match="empty"):
            read_score(data)
        return
    if path.stem in UNREAD_BY_PRETTY_MIDI:
        assert len(rows(data)) == UNREAD_BY_PRETTY_MIDI[path.stem]
        return
    knows_drums = path.stem not in DRUM_PARTS
    assert rows(data, is_drum=knows_drums) == peer_rows(data, is_drum=knows_drums)
    assert bool(rows(data)) != any(part in path.stem for part in SILENT)


@pytest.mark.parametrize("name", sorted(DRUM_PARTS))
def test_drum_parts_beyond_channel_ten_are_drums(name: str) -> None:
    score = read_score((CORPUS / f"{name}.mid").read_bytes()).score
    assert any(note.is_drum and note.channel != 9 for note in score.notes)
