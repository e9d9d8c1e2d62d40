"""Measuring how far the flow may take a mel off the prior, so that its sound moves as the render.

What is found goes into `engine/models/house/deviation.safetensors`, which the renderer reads. The
scores, one part each, are made from seeds of their own, and rendered like the training data.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from engine.models.base import window_seed
from engine.models.house import waves, weights
from engine.models.house.deviation import FILE, GAIN_STEP, STEPS, UNDER_NATS, moved, places
from engine.models.house.flow import CONTEXT_HOPS, FlowNet, refine
from engine.models.house.model import window_edges
from engine.models.house.notes import (
    EARLY_HOPS,
    FIRST_KIT,
    HOP,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    MELS,
    Doubles,
    Floats,
    log_mel,
)
from engine.models.house.prior import EnvelopeNet, envelopes, mix
from engine.models.house.renderer import noises
from engine.models.house.stage import Envelopes, stage_of
from engine.models.house.synthesis import LEAD_HOPS, LOOKAHEAD_HOPS, TAIL_FRAMES, Synthesizer
from engine.models.house.waves import Waves
from engine.performance import Performance
from engine.training import data, scores
from engine.training.data import Example
from engine.training.evaluation.families import excerpt
from engine.training.fit import device_of
from engine.training.pack import CARD, file_entry, update_card
from engine.wire import Score

log = logging.getLogger(__name__)

FOLDER = "solos"
MEASURED = weights.FILE, waves.FILE
FIRST_SEED, SOLOS = 3_000_000, 2
SECONDS = 9.0
# What begins moves by the prior alone; what is measured is how it goes on.
ATTACK_HOPS = 6
HEARD = float(np.log(1e-3))
GRID = (0.0, 0.15, 0.3, 0.5, 0.75, 1.0)
# Instruments differ in how far the flow may go at this number of steps, and hardly in how much
# less or more it goes at others, which some of them tell.
MEASURED_STEPS, SOME = 4, range(0, INSTRUMENTS, 8)


def make(folder: Path, soundfont: Path) -> None:
    """Render what is measured, as far as that is not done. Raises: StartFailed."""
    every = [(number, each) for number in range(INSTRUMENTS) for each in range(SOLOS)]
    missing = [item for item in every if not _path(folder, *item).with_suffix(".npy").exists()]
    if missing:
        data.check_tools(soundfont)

    def keep(item: tuple[int, int]) -> None:
        data.keep_render(_path(folder, *item), solo(*item), soundfont)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, missing))


def solo(instrument: int, number: int) -> Score:
    """Compose one of an instrument's scores: SECONDS of a melody, chords or a line."""
    seed = FIRST_SEED + number
    if instrument >= FIRST_KIT:
        return excerpt(scores.chart(seed, instrument), SECONDS)
    return excerpt(scores.solo(seed, (instrument,)), SECONDS)


def measure(folder: Path, target: Path = FILE, device_name: str = "auto") -> None:
    """Measure the packed weights, write table and card; what a run before measured is kept."""
    device = device_of(device_name)
    prior, flow = weights.load(str(device))
    marks = [hashlib.sha256(file.read_bytes()).hexdigest() for file in MEASURED]
    kept = folder / FOLDER / _rules(" ".join(marks))
    synthesizer = Synthesizer()
    begun = time.monotonic()
    kept.mkdir(parents=True, exist_ok=True)

    def instrument(number: int) -> Floats:
        left = (time.monotonic() - begun) / (number + 1) * (INSTRUMENTS - number)
        log.info("deviation: instrument %d, about %.0f s left", number, left)
        return gains(flow, [_sounding(folder, number, each) for each in range(SOLOS)])

    def _sounding(folder: Path, number: int, each: int) -> Sounding:
        example = data.example(_path(folder, number, each))
        return Sounding(prior, synthesizer, example, solo(number, each))

    numbers = range(INSTRUMENTS)
    rows = [_once(kept / f"{number:03}.npy", partial(instrument, number)) for number in numbers]
    some = [data.example(_path(folder, number, 0)) for number in SOME]
    steps = _once(kept / "steps.npy", lambda: by_steps(prior, flow, synthesizer.waves, some))
    gain = torch.from_numpy(np.rint(np.stack(rows) / GAIN_STEP).astype(np.uint8))
    tensors = {"gain": gain, "steps": torch.from_numpy(steps)}
    save_file(tensors, target, metadata={"weights": marks[0]})
    update_card(target.with_name(CARD.name), {"deviation": file_entry(target)})
    log.info("deviation: measured %d instruments", INSTRUMENTS)


def _rules(mark: str) -> str:
    """Return a name for all that what is measured depends on."""
    rules = (SOLOS, SECONDS, UNDER_NATS, ATTACK_HOPS, HEARD, GRID, MEASURED_STEPS, STEPS)
    return hashlib.sha256(repr((mark, *rules)).encode()).hexdigest()[:16]


class Sounding:
    """One of the scores, ready to be synthesised from any target in one go."""

    def __init__(
        self, prior: EnvelopeNet, synthesizer: Synthesizer, example: Example, score: Score
    ) -> None:
        """Sound its notes, and work out what of the render's mel counts."""
        self.truth, self.known, self.counted = _told(example, prior, synthesizer.waves)
        self._synthesizer, self._hops = synthesizer, len(self.truth)
        tables = synthesizer.waves
        first, hops = -LEAD_HOPS, len(self.truth) + LOOKAHEAD_HOPS
        blocks = hops + 2 * LEAD_HOPS - 1
        note, hop, level = envelopes(prior, tables, example.notes, first, blocks + 1)
        power = np.exp(2.0 * level.cpu().numpy())
        found = Envelopes(note.cpu().numpy(), hop.cpu().numpy() + first, power)
        mixture = mix(prior, tables, example.notes, first, blocks + 1).cpu().numpy()
        stage = replace(stage_of(Performance(score), example.notes, blocks + 8), sides=1)
        self._excitation = synthesizer.excite(stage, found, mixture[None], first)
        self._noise = noises(0, (), first * HOP, blocks * HOP)
        self._ends = mixture[LEAD_HOPS + self._hops :][:LOOKAHEAD_HOPS]

    def heard(self, target: Tensor) -> Tensor:
        """Return the mel of the sound that a `[hops, MELS]` target becomes, of its shape."""
        whole = np.concatenate((target.cpu().numpy(), self._ends))
        tail = np.zeros((1, 1, TAIL_FRAMES), np.float32)
        sound, tail = self._synthesizer.shape(self._excitation, self._noise, whole, tail)
        whole = np.concatenate((sound, tail), axis=-1)[0, 0, LEAD_HOPS * HOP :]
        return torch.from_numpy(log_mel(whole)[: self._hops]).to(target)


def gains(flow: FlowNet, examples: Sequence[Sounding]) -> Floats:
    """Return an instrument's gains, `[UNDER_NATS] float32`."""
    moving = np.zeros((1 + len(GRID), len(UNDER_NATS)))
    for each in examples:
        mel = refined(flow, each.known, MEASURED_STEPS)
        targets = (moved(each.known, mel, torch.full_like(mel, gain)) for gain in GRID)
        mels = (each.truth, *map(each.heard, targets))
        moving += np.stack([_moving(found, each.counted) for found in mels])
    return chosen(moving)


def by_steps(
    prior: EnvelopeNet, flow: FlowNet, tables: Waves, examples: Sequence[Example]
) -> Floats:
    """Return how much more the flow goes in MEASURED_STEPS than in STEPS, `[STEPS, UNDER_NATS]`."""
    moving = np.zeros((len(STEPS), len(UNDER_NATS)))
    for example in examples:
        _, known, counted = _told(example, prior, tables)
        mels = (refined(flow, known, steps) for steps in STEPS)
        moving += np.stack([_moving(mel - known, counted) for mel in mels])
    found: Floats = (moving[STEPS.index(MEASURED_STEPS)] / moving).astype(np.float32)
    return found


def refined(flow: FlowNet, prior: Tensor, steps: int) -> Tensor:
    """Refine a whole prior `[hops, MELS]` window by window, as the renderer does."""
    mel = prior.new_zeros(0, MELS)
    for index, (first, last) in enumerate(pairwise(window_edges(len(prior)))):
        generator = torch.Generator().manual_seed(window_seed(0, index))
        begin = max(0, first - CONTEXT_HOPS)
        context = mel[begin:] if first else None
        mel = torch.cat((mel, refine(flow, prior[begin:last], context, steps, generator)))
    return mel


def chosen(moving: Doubles) -> Floats:
    """Return the gains, `[UNDER_NATS] float32`, at which a mel moves as the render does.

    `moving` `[1 + GRID, UNDER_NATS]` is how much the render moves, and we by GRID.
    """
    truth, ours = moving[0], np.maximum.accumulate(moving[1:], axis=0)
    found = [np.interp(wanted, row, GRID) for wanted, row in zip(truth, ours.T, strict=True)]
    return np.where(ours[-1] > 0.0, found, 0.0).astype(np.float32)


def _told(example: Example, prior: EnvelopeNet, tables: Waves) -> tuple[Tensor, Tensor, Tensor]:
    """Return the render's mel, the prior, and what of it counts, `[hops, MELS, UNDER_NATS]`."""
    truth = torch.from_numpy(np.array(example.mel, np.float32)).to(prior.tail_hops.device)
    known = mix(prior, tables, example.notes, 0, len(truth))
    return truth, known, _levels(known) * _sustained(example, known)[:, None, None]


def _levels(prior: Tensor) -> Tensor:
    """Return how much mels count for each of UNDER_NATS, `[hops, MELS, UNDER_NATS]`."""
    lower, above = places(prior)
    index = torch.arange(len(UNDER_NATS), device=prior.device)
    return (1.0 - ((lower + above)[..., None] - index).abs()).clamp(min=0.0)


def _sustained(example: Example, prior: Tensor) -> Tensor:
    """Say which hops are heard and lie in no attack, `[hops] float32`."""
    kept = prior.max(dim=1).values > HEARD
    onsets = np.floor(example.notes.onset_seconds * HOPS_PER_SECOND).astype(int)
    for onset in onsets.tolist():
        kept[max(0, onset - EARLY_HOPS) : onset + ATTACK_HOPS] = False
    return kept.float()


def _moving(mel: Tensor, counted: Tensor) -> Doubles:
    """Sum how much `[hops, MELS]` moves from hop to hop, where it counts, `[UNDER_NATS]`."""
    moves = mel.diff(dim=0).abs()
    found = torch.einsum("hm,hmn->n", moves, counted[1:])
    return np.asarray(found.cpu().numpy(), np.float64)


def _once(path: Path, make: Callable[[], Floats]) -> Floats:
    """Read an array, or make and keep it; the file appears whole."""
    if not path.exists():
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            np.save(file, make())
        unfinished.rename(path)
    found: Floats = np.load(path)
    return found


def _path(folder: Path, instrument: int, number: int) -> Path:
    return folder / FOLDER / f"{instrument:03}-{number}"
