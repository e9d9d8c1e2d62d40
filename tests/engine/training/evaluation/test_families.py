from pathlib import Path

import msgspec
import pytest

from engine.training import scores
from engine.training.evaluation import families
from engine.training.evaluation.families import CORPUS, ENSEMBLES, FAMILIES
from engine.wire import Score

PROGRAMS = [program for programs in FAMILIES.values() for program in programs]


def test_every_program_is_in_one_family() -> None:
    assert sorted(PROGRAMS) == list(range(128))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of training data with a few scores in each split."""
    for split in ("train", "valid", "test"):
        (tmp_path / split).mkdir()
        for name in ("piece-00001", f"{split}-tune-1", f"{split}-tune-2", f"{split}-tune-3"):
            score = scores.scale(0, (60, 64), 0.2, 0.5)
            (tmp_path / split / f"{name}.json").write_bytes(msgspec.json.encode(score))
    return tmp_path


def test_each_piece_plays_its_family_and_ends_in_time(data: Path) -> None:
    found = families.pieces(data, 2, 6.0, with_unseen=False)
    assert len({piece.key for piece in found if piece.group != CORPUS}) == 2 * len(FAMILIES) + 4
    for piece in found:
        notes = piece.score.notes
        assert notes, piece.name
        assert piece.score.duration_seconds <= 6.0
        assert max(note.end_seconds for note in notes) <= 6.0 - families.LAST_RELEASE_SECONDS
        if piece.group == "drums":
            assert all(note.is_drum for note in notes)
        elif piece.group in FAMILIES:
            assert {note.program for note in notes} <= set(FAMILIES[piece.group])


def test_the_corpus_is_of_the_test_split_alone(data: Path) -> None:
    found = families.pieces(data, 1, 6.0, with_unseen=False)
    names = [piece.name for piece in found if piece.group == CORPUS]
    assert names == ["test-tune-1", "test-tune-2"]


def test_without_a_test_split_the_rest_is_measured(tmp_path: Path) -> None:
    groups = {piece.group for piece in families.pieces(tmp_path, 1, 6.0, with_unseen=False)}
    assert groups == {*FAMILIES, ENSEMBLES}


def test_ensembles_have_several_parts(data: Path) -> None:
    found = families.pieces(data, 2, 60.0, with_unseen=False)
    ensembles = [piece.score for piece in found if piece.group == ENSEMBLES]
    assert len(ensembles) == 4
    for score in ensembles:
        assert len(families.channels(score.notes)) >= families.ENSEMBLE_PARTS


def test_the_same_scores_are_chosen_again(data: Path) -> None:
    once, again = (families.pieces(data, 1, 6.0, with_unseen=False) for _ in range(2))
    assert [piece.key for piece in once] == [piece.key for piece in again]


def test_training_never_sees_a_families_score(data: Path) -> None:
    """Training's pieces have seeds from 0 on; a run would need a million to meet these."""
    trained = {msgspec.json.encode(scores.piece(seed)) for seed in range(20)}
    whole = families.pieces(data, 1, 1e6, with_unseen=False)
    judged = {msgspec.json.encode(piece.score) for piece in whole if piece.group == ENSEMBLES}
    assert not trained & judged
    assert families.FIRST_UNSEEN_SEED >= 1_000_000


def test_what_begins_late_is_left_out() -> None:
    score = scores.scale(0, (60, 62, 64, 65), 3.0, 1.0)
    short = families.excerpt(score, 4.0)
    assert [note.start_seconds for note in short.notes] == [0.1, 1.1, 2.1]
    assert isinstance(short, Score)
    assert short.duration_seconds == 4.0
