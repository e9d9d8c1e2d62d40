"""Fitting the two networks of the built-in model: the prior, then the flow on its residual."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house.flow import CONTEXT_HOPS, RESIDUAL_SCALE, WINDOW_HOPS, FlowNet
from engine.models.house.notes import LOG_FLOOR, MELS
from engine.models.house.prior import EnvelopeNet, Found, add_up, as_tensors, find
from engine.models.house.waves import Waves
from engine.training import atlas, checkpoint
from engine.training.data import Example, read
from engine.training.hearing import waves_of

log = logging.getLogger(__name__)

SEGMENT_HOPS = 32
SAVE_SECONDS = 120.0
# Rows of the per-key tables are met in one step of a hundred, so they learn faster.
TABLE_RATES = {"key.weight": 3.0}
LOG_STEPS = 100
# Examples of one note at a time, and how often a second of them is met beside one of music. What
# long strikes do while they are held is known by heart.
SHARES = {"strike-long": 0.1, "strike": 0.3, "chart": 0.3}
# The context is what the flow itself made, so in training it is a little wrong.
CONTEXT_NOISE = 0.1
RESIDUAL_CLIP = 6.0
LEVEL_SHARE = 0.15
SLOW_HOPS = 33

Batch = TypeVar("Batch")


@dataclass(frozen=True)
class Plan:
    """How long and how fast to train."""

    steps: int
    batch: int
    learning_rate: float
    seed: int = 0


PRIOR_PLAN = Plan(steps=3000, batch=24, learning_rate=2e-3)
FLOW_PLAN = Plan(steps=2600, batch=8, learning_rate=1e-3)


@dataclass(frozen=True)
class Segment:
    """Where in which example a batch's row comes from."""

    example: Example
    first_hop: int


def device_of(name: str) -> torch.device:
    """Choose a device and set what training on it needs; "auto" prefers the GPU."""
    torch.set_flush_denormal(True)
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def choose(random: Generator, examples: Sequence[Example], count: int, hops: int) -> list[Segment]:
    """Draw segments evenly over the examples' time, fewer of single notes."""
    lengths = np.array([len(example.mel) * _share(example) for example in examples], np.float64)
    rows = random.choice(len(examples), count, p=lengths / lengths.sum())
    found: list[Segment] = []
    for row in rows:
        last = max(1, len(examples[row].mel) - hops + 1)
        found.append(Segment(examples[row], int(random.integers(0, last))))
    return found


def _share(example: Example) -> float:
    return next((share for kind, share in SHARES.items() if example.name.startswith(kind)), 1.0)


def targets(segments: Sequence[Segment], hops: int) -> NDArray[np.float32]:
    """Return `[segments, hops, MELS] float32` log-mels, silence after an example's end."""
    mels = np.full((len(segments), hops, MELS), LOG_FLOOR, np.float32)
    for row, segment in enumerate(segments):
        piece = segment.example.mel[segment.first_hop : segment.first_hop + hops]
        mels[row, : len(piece)] = piece
    return mels


def join(segments: Sequence[Segment], tails: NDArray[np.int64], waves: Waves, hops: int) -> Found:
    """Find the sounding pairs of all segments as if they were one after the other."""
    parts: list[Found] = []
    voices = 0
    for row, segment in enumerate(segments):
        found = find(segment.example.notes, tails, waves, segment.first_hop, hops)
        parts.append(found._replace(voice=found.voice + voices, hop=found.hop + row * hops))
        voices += len(found.instrument)
    columns = dict(zip(Found._fields, zip(*parts, strict=True), strict=True))
    return Found(**{n: np.concatenate(c, axis=int(n == "clocks")) for n, c in columns.items()})


def draw(
    random: Generator,
    examples: Sequence[Example],
    tails: NDArray[np.int64],
    waves: Waves,
    count: int,
    hops: int,
) -> tuple[Found, NDArray[np.float32]]:
    """Draw a batch: its sounding pairs and its `[count, hops, MELS] float32` log-mels."""
    segments = choose(random, examples, count, hops)
    return join(segments, tails, waves, hops), targets(segments, hops)


def priors(net: EnvelopeNet, found: Found, count: int, hops: int) -> Tensor:
    """Return the prior of `count` joined segments, `[count, hops, MELS]`."""
    sounding = as_tensors(found, net.tail_hops.device)
    return add_up(net(sounding), sounding.hop, count * hops).reshape(count, hops, MELS)


def fit_prior(data: Path, runs: Path, plan: Plan = PRIOR_PLAN, device_name: str = "auto") -> None:
    """Train the envelope network on rendered scores into `runs / prior.safetensors`."""
    device = device_of(device_name)
    examples, valid = read(data, "train") + atlas.examples(data), read(data, "valid")
    torch.manual_seed(plan.seed)
    net, waves = EnvelopeNet().to(device), waves_of(data)
    tails = np.load(data / "tails.npy")
    net.tail_hops.copy_(torch.from_numpy(tails).float())
    for name, measured in atlas.measure(data, waves).items():
        getattr(net.templates, name).copy_(torch.from_numpy(measured))

    def prepare(step: int) -> tuple[Found, NDArray[np.float32]]:
        random = np.random.default_rng([plan.seed, step, 1])
        return draw(random, examples, tails, waves, plan.batch, SEGMENT_HOPS)

    def loss(batch: tuple[Found, NDArray[np.float32]], step: int) -> Tensor:
        found, mels = batch
        expected = priors(net, found, plan.batch, SEGMENT_HOPS)
        return prior_loss(expected, torch.from_numpy(mels).to(device))

    run(net, prepare, loss, plan, runs / "prior.safetensors")
    log.info("prior: validation L1 %.3f nats", prior_error(net, waves, valid))


def prior_loss(prior: Tensor, mel: Tensor) -> Tensor:
    """Return the mean L1 in nats, with a share for each hop's level over all bands.

    The L1 alone settles on medians, of which the power is less than the mean power.
    """
    level = 0.5 * (torch.logsumexp(2 * prior, -1) - torch.logsumexp(2 * mel, -1))
    loss: Tensor = (prior - mel).abs().mean() + LEVEL_SHARE * level.abs().mean()
    return loss


def fit_flow(data: Path, runs: Path, plan: Plan = FLOW_PLAN, device_name: str = "auto") -> None:
    """Train the flow around a trained prior into `runs / flow.safetensors`."""
    device = device_of(device_name)
    examples = read(data, "train")
    torch.manual_seed(plan.seed)
    net, prior = FlowNet().to(device), load_prior(runs, device)
    tails, waves = prior.tails(), waves_of(data)
    hops = CONTEXT_HOPS + WINDOW_HOPS

    def prepare(step: int) -> tuple[Found, NDArray[np.float32]]:
        random = np.random.default_rng([plan.seed, step, 2])
        return draw(random, examples, tails, waves, plan.batch, hops)

    def loss(batch: tuple[Found, NDArray[np.float32]], step: int) -> Tensor:
        found, mels = batch
        with torch.no_grad():
            expected = priors(prior, found, plan.batch, hops)
        random = np.random.default_rng([plan.seed, step, 3])
        return flow_loss(net, expected, torch.from_numpy(mels).to(device), random)

    run(net, prepare, loss, plan, runs / "flow.safetensors")


def flow_loss(net: FlowNet, prior: Tensor, mel: Tensor, random: Generator) -> Tensor:
    """Return the rectified flow's loss outside a random prefix of known hops."""
    batch, hops, _ = mel.shape
    clean = (movement(mel - prior) / RESIDUAL_SCALE).clamp(-RESIDUAL_CLIP, RESIDUAL_CLIP)
    known = np.where(random.random(batch) < 0.3, 0, random.integers(1, CONTEXT_HOPS + 1, batch))
    mask = torch.from_numpy(np.arange(hops) < known[:, None]).to(mel)[..., None]
    at = torch.from_numpy(random.random(batch).astype(np.float32)).to(mel.device)
    noise = _noise(random, clean)
    context = clean + CONTEXT_NOISE * _noise(random, clean)
    mixed = torch.lerp(noise, clean, at[:, None, None])
    velocity = net(torch.where(mask > 0, context, mixed), prior, context * mask, mask, at)
    error = (velocity - (clean - noise)).square() * (1.0 - mask)
    mean: Tensor = error.sum() / ((1.0 - mask).sum() * MELS)
    return mean


def movement(residual: Tensor) -> Tensor:
    """Take the slow part from a `[batch, hops, MELS]` residual.

    What the prior gets wrong for long is not to be known without the reference; a flow that
    learned it would draw a wrong timbre at random. What moves is what the flow is for.
    """
    slow = functional.avg_pool1d(
        residual.transpose(1, 2),
        SLOW_HOPS,
        stride=1,
        padding=SLOW_HOPS // 2,
        count_include_pad=False,
    )
    return residual - slow.transpose(1, 2)


def _noise(random: Generator, like: Tensor) -> Tensor:
    return torch.from_numpy(random.standard_normal(like.shape, np.float32)).to(like.device)


def run(
    net: nn.Module,
    prepare: Callable[[int], Batch],
    loss: Callable[[Batch, int], Tensor],
    plan: Plan,
    path: Path,
) -> None:
    """Minimise `loss(prepare(step), step)` from the last checkpoint on.

    The next batch is prepared beside the step; the averaged weights are left in `net`.
    """
    optimizer = torch.optim.AdamW(
        [
            {"params": [value], "rate": plan.learning_rate * TABLE_RATES.get(name, 1.0)}
            for name, value in net.named_parameters()
        ],
        betas=(0.9, 0.99),
        weight_decay=1e-4,
        fused=True,
    )
    average = checkpoint.Average(net)
    first = checkpoint.restore(path, net, average, optimizer)
    saved = time.monotonic()
    progress = Progress(path.stem, first, plan.steps)
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(prepare, first)
        for step in range(first, plan.steps):
            batch, following = following.result(), pool.submit(prepare, step + 1)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * schedule(step, plan.steps)
            optimizer.zero_grad(set_to_none=True)
            error = loss(batch, step)
            error.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            average.update(net, step)
            progress.report(step, error.item())
            if time.monotonic() - saved > SAVE_SECONDS:
                checkpoint.save(path, net, average, optimizer, step + 1)
                saved = time.monotonic()
    checkpoint.save(path, net, average, optimizer, plan.steps)
    net.load_state_dict(average.weights)


class Progress:
    """Logs the mean loss of the last steps and how much time is left."""

    def __init__(self, name: str, first: int, steps: int) -> None:
        self.name, self.first, self.steps = name, first, steps
        self.begun = time.monotonic()
        self.recent: list[float] = []

    def report(self, step: int, error: float) -> None:
        """Take note of a step's loss; say something every LOG_STEPS."""
        self.recent.append(error)
        if (step + 1) % LOG_STEPS:
            return
        left = (time.monotonic() - self.begun) / (step + 1 - self.first) * (self.steps - step - 1)
        mean, self.recent = float(np.mean(self.recent)), []
        text = "%s: step %d of %d, loss %.4f, about %.0f s left"
        log.info(text, self.name, step + 1, self.steps, mean, left)


def schedule(step: int, steps: int) -> float:
    """Return the share of the learning rate: a short rise, then half a cosine to nearly 0."""
    rise = min(1.0, (step + 1) / 100)
    return rise * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def load_prior(runs: Path, device: torch.device) -> EnvelopeNet:
    """Read the averaged weights of the last prior checkpoint."""
    net = EnvelopeNet()
    net.load_state_dict(checkpoint.averaged(runs / "prior.safetensors"))
    return net.to(device).eval()


def prior_error(
    net: EnvelopeNet, waves: Waves, examples: Sequence[Example], hops: int = 512
) -> float:
    """Return the prior's mean L1 over the beginnings of examples, in nats."""
    errors: list[float] = []
    for example in examples:
        count = min(hops, len(example.mel))
        segment = [Segment(example, 0)]
        with torch.inference_mode():
            mel = priors(net, join(segment, net.tails(), waves, count), 1, count).cpu().numpy()
        errors.append(float(np.abs(mel - targets(segment, count)).mean()))
    return float(np.mean(errors))
