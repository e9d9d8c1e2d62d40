"""Can a small classifier tell our audio from the render's?

It hears half-second clips as log-mels, learns from some scores and is asked about others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house.notes import LOG_FLOOR, MELS, Floats

CLIP_HOPS = 47  # 0.501 s
FOLDS = 3
STEPS, BATCH, LEARNING_RATE = 200, 32, 3e-3
RESAMPLINGS = 1000
# A clip in which the render is this near the floor holds nothing to tell apart.
SILENT_NATS = 1.0

Clips: TypeAlias = Floats
Flags: TypeAlias = NDArray[np.bool_]
Judge: TypeAlias = Callable[[Clips, Flags, Clips], Flags]


class Verdict(NamedTuple):
    """How often a classifier was right, and between which shares 95 of 100 times."""

    accuracy: float
    lowest: float
    highest: float
    clips: int


def accuracy(
    ours: Sequence[Floats], theirs: Sequence[Floats], judge: Judge, folds: int = FOLDS
) -> Verdict:
    """Ask a judge about every score after it learned from the scores of other folds.

    `ours` and `theirs` are `[hops, MELS] float32` mels, one pair a score. The interval is a
    bootstrap over scores, because the clips of one score are alike. Raises: ValueError without
    at least two scores that sound.
    """
    pairs = [clip_pairs(*pair) for pair in zip(ours, theirs, strict=True)]
    pairs = [pair for pair in pairs if len(pair[0])]
    if len(pairs) < 2:
        raise ValueError(f"{len(pairs)} scores came: at least two that sound are needed")
    right: list[Flags] = []
    folds = min(folds, len(pairs))
    for fold in range(folds):
        learnt = _labelled([pair for i, pair in enumerate(pairs) if i % folds != fold])
        asked = pairs[fold::folds]
        sizes = [2 * len(pair[0]) for pair in asked]
        clips, are_ours = _labelled(asked)
        right += np.split(judge(*learnt, clips) == are_ours, np.cumsum(sizes)[:-1])
    return _verdict(right)


def clip_pairs(ours: Floats, theirs: Floats) -> tuple[Clips, Clips]:
    """Cut two mels into `[clips, CLIP_HOPS, MELS]` at the same places, where there is sound."""
    count = min(len(ours), len(theirs)) // CLIP_HOPS
    cut = [mel[: count * CLIP_HOPS].reshape(count, CLIP_HOPS, MELS) for mel in (ours, theirs)]
    sounds = cut[1].max(axis=(1, 2), initial=LOG_FLOOR) > LOG_FLOOR + SILENT_NATS
    return cut[0][sounds].astype(np.float32), cut[1][sounds].astype(np.float32)


def _labelled(pairs: Sequence[tuple[Clips, Clips]]) -> tuple[Clips, Flags]:
    """Return all clips, and which of them are ours."""
    parts = [part for pair in pairs for part in pair]
    flags = [np.full(len(part), index % 2 == 0) for index, part in enumerate(parts)]
    return np.concatenate(parts), np.concatenate(flags)


def _verdict(right: list[Flags]) -> Verdict:
    hits = np.array([each.sum() for each in right], float)
    sizes = np.array([len(each) for each in right], float)
    draws = np.random.default_rng(0).integers(0, len(right), (RESAMPLINGS, len(right)))
    shares = hits[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    lowest, highest = np.quantile(shares, (0.025, 0.975)).tolist()
    return Verdict(float(hits.sum() / sizes.sum()), lowest, highest, int(sizes.sum()))


def by_regression(clips: Clips, are_ours: Flags, asked: Clips) -> Flags:
    """Judge by logistic regression on each mel's mean, deviation and movement over the clip."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
    from sklearn.preprocessing import StandardScaler  # type: ignore[import-untyped]

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
    model.fit(summaries(clips), are_ours)
    return np.asarray(model.predict(summaries(asked)), bool)


def summaries(clips: Clips) -> Floats:
    """Return `[clips, 3 * MELS] float32`: mean, deviation and movement of each mel."""
    moves = np.abs(np.diff(clips, axis=1)).mean(axis=1)
    return np.concatenate((clips.mean(axis=1), clips.std(axis=1), moves), axis=1)


def by_network(clips: Clips, are_ours: Flags, asked: Clips) -> Flags:
    """Judge by a small convolutional network on the clips themselves."""
    torch.manual_seed(0)
    centre, spread = clips.mean(axis=(0, 1)), clips.std(axis=(0, 1)) + 0.1
    inputs, answers = _scaled(clips, centre, spread), torch.from_numpy(are_ours).float()
    net = _network()
    optimizer = torch.optim.AdamW(net.parameters(), LEARNING_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    generator = torch.Generator().manual_seed(0)
    for _ in range(STEPS):
        rows = torch.randint(len(inputs), (BATCH,), generator=generator)
        loss = functional.binary_cross_entropy_with_logits(
            net(inputs[rows]).squeeze(1), answers[rows]
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    net.eval()
    with torch.inference_mode():
        found: Tensor = net(_scaled(asked, centre, spread)).squeeze(1) > 0.0
    return np.asarray(found.numpy(), bool)


def _scaled(clips: Clips, centre: Floats, spread: Floats) -> Tensor:
    return torch.from_numpy((clips - centre) / spread)[:, None]


def _network() -> nn.Sequential:
    """Return a network from `[clips, 1, CLIP_HOPS, MELS]` to `[clips, 1]`, about 13,000 weights."""
    layers: list[nn.Module] = []
    for inputs, outputs in ((1, 12), (12, 24), (24, 48)):
        layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.BatchNorm2d(outputs)]
        layers += [nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(48, 1))
