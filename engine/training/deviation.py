"""Measuring how far the flow may take a mel off the prior, so that its sound is the nearest.

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
    FIRST_KIT,
    HOP,
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
HEARD = float(np.log(1e-3))
GRID = (0.0, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0)
LEAST_GAIN, MOST_MORE = 0.01, 4.0
# Instruments differ in how far the flow may go at this number of steps, and hardly in how much
# less or more it may at others, which some of them tell.
MEASURED_STEPS, SOME = 2, range(0, INSTRUMENTS, 8)


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
    rules = (SOLOS, SECONDS, UNDER_NATS, HEARD, GRID, MEASURED_STEPS, STEPS, MOST_MORE)
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
        told = envelopes(prior, tables, example.notes, first, blocks + 1)
        note, hop, level, sharper = (column.cpu().numpy() for column in told)
        found = Envelopes(note, hop + first, np.exp(2.0 * level), sharper)
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
    """Return an instrument's gains, `[UNDER_NATS] float32`: those of which the sound is nearest."""
    off = np.zeros((len(GRID), len(UNDER_NATS)))
    for each in examples:
        mel = refined(flow, each.known, MEASURED_STEPS)
        for row, gain in enumerate(GRID):
            heard = each.heard(moved(each.known, mel, torch.full_like(mel, gain)))
            off[row] += _summed((heard - each.truth).abs(), each.counted)
    return np.asarray(np.take(GRID, off.argmin(axis=0)), np.float32)


def by_steps(
    prior: EnvelopeNet, flow: FlowNet, tables: Waves, examples: Sequence[Example]
) -> Floats:
    """Return how much further the flow may go in STEPS than in MEASURED_STEPS.

    `[STEPS, UNDER_NATS] float32`: as the gains by least squares say, of mels, before any sounds.
    """
    along, power = np.zeros((2, len(STEPS), len(UNDER_NATS)))
    for example in examples:
        truth, known, counted = _told(example, prior, tables)
        for row, steps in enumerate(STEPS):
            deviation = refined(flow, known, steps) - known
            along[row] += _summed(deviation * (truth - known), counted)
            power[row] += _summed(deviation.square(), counted)
    best = np.clip(along / np.maximum(power, 1e-9), LEAST_GAIN, 1.0)
    more = best / best[STEPS.index(MEASURED_STEPS)]
    return np.asarray(np.minimum(more, MOST_MORE), np.float32)


def refined(flow: FlowNet, prior: Tensor, steps: int) -> Tensor:
    """Refine a whole prior `[hops, MELS]` window by window, as the renderer does."""
    mel = prior.new_zeros(0, MELS)
    for index, (first, last) in enumerate(pairwise(window_edges(len(prior)))):
        generator = torch.Generator().manual_seed(window_seed(0, index))
        begin = max(0, first - CONTEXT_HOPS)
        context = mel[begin:] if first else None
        mel = torch.cat((mel, refine(flow, prior[begin:last], context, steps, generator)))
    return mel


def _told(example: Example, prior: EnvelopeNet, tables: Waves) -> tuple[Tensor, Tensor, Tensor]:
    """Return the render's mel, the prior, and what of it counts, `[hops, MELS, UNDER_NATS]`."""
    truth = torch.from_numpy(np.array(example.mel, np.float32)).to(prior.tail_hops.device)
    known = mix(prior, tables, example.notes, 0, len(truth))
    is_heard = known.amax(dim=1) > HEARD
    return truth, known, _levels(known) * is_heard[:, None, None]


def _levels(prior: Tensor) -> Tensor:
    """Return how much mels count for each of UNDER_NATS, `[hops, MELS, UNDER_NATS]`."""
    lower, above = places(prior)
    index = torch.arange(len(UNDER_NATS), device=prior.device)
    return (1.0 - ((lower + above)[..., None] - index).abs()).clamp(min=0.0)


def _summed(found: Tensor, counted: Tensor) -> Doubles:
    """Sum `[hops, MELS]` where it counts, `[UNDER_NATS]`."""
    sums = torch.einsum("hm,hmn->n", found, counted)
    return np.asarray(sums.cpu().numpy(), np.float64)


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
