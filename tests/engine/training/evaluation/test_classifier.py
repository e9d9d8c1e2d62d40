import numpy as np
import pytest
import torch

from engine.models.house.notes import LOG_FLOOR, MELS, Floats
from engine.training.evaluation import classifier
from engine.training.evaluation.classifier import CLIP_HOPS, Judge

JUDGES = [classifier.by_regression, classifier.by_network]


def mels(seed: int, scores: int = 6) -> list[Floats]:
    random = np.random.default_rng(seed)
    return [
        random.standard_normal((5 * CLIP_HOPS, MELS)).astype(np.float32) - 4.0
        for _ in range(scores)
    ]


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_planted_difference_is_found(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "STEPS", 12)
    ours = mels(0)
    for mel in ours:
        mel[:, 40:60] += 2.0
    verdict = classifier.accuracy(ours, mels(1), judge, folds=2)
    assert verdict.lowest > 0.9
    assert verdict.clips == 6 * 5 * 2


@pytest.mark.parametrize("judge", JUDGES)
def test_equals_are_told_apart_by_chance_alone(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "STEPS", 12)
    verdict = classifier.accuracy(mels(0), mels(1), judge, folds=2)
    assert 0.3 < verdict.accuracy < 0.7
    assert verdict.lowest < 0.5 + 0.05 < verdict.highest + 0.1


def test_no_score_is_asked_about_by_who_learnt_from_it() -> None:
    """A judge that knows clips by heart is right about none that it has not met."""
    asked_twice = []

    def by_heart(clips: Floats, are_ours: np.ndarray, asked: Floats) -> np.ndarray:
        known = {clip.tobytes() for clip in clips}
        asked_twice.extend(clip for clip in asked if clip.tobytes() in known)
        return np.zeros(len(asked), bool)

    verdict = classifier.accuracy(mels(0), mels(1), by_heart)
    assert asked_twice == []
    assert verdict.accuracy == 0.5


def test_silent_clips_are_left_out() -> None:
    ours, theirs = mels(0, scores=3), mels(1, scores=3)
    for mel in theirs:
        mel[: 2 * CLIP_HOPS] = LOG_FLOOR
    verdict = classifier.accuracy(ours, theirs, classifier.by_regression, folds=3)
    assert verdict.clips == 3 * 3 * 2


def test_one_score_is_too_few() -> None:
    with pytest.raises(ValueError, match="at least two"):
        classifier.accuracy(mels(0, 1), mels(1, 1), classifier.by_regression)
