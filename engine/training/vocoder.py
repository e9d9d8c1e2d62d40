"""Fitting the vocoder: first to phase differences, then against judges of what it sounds like.

The first stage compares single phase differences with those of true spectra. The second joins
them over a row of frames, as the vocoder does, turns those into sound and compares the sound: by
spectra of several resolutions, by the log-mel and by small networks that learn to tell it from
the truth (hinge loss and feature matching). Both go on from their last checkpoint.

Source of the first: Masuyama et al. (arXiv 2211.08246).
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from safetensors.torch import save_file
from scipy.linalg import solve_banded
from torch import Tensor, nn
from torch.nn import functional

from engine.models.house import vocoder
from engine.models.house.notes import FFT, HOP, RATE_HZ, hann_window
from engine.models.house.vocoder import (
    ADVANCE,
    AHEAD,
    ALTERNATE,
    BINS,
    EMPHASIS,
    PAST,
    SURE,
    PhaseNet,
    bin_powers,
    seen,
)
from engine.training import checkpoint, fit
from engine.training.pack import CARD, file_entry, update_card
from engine.training.vocoder_data import draw, read_audio
from engine.training.vocoder_judges import RESOLUTIONS, Judge, judged, log_mels, sound_losses

log = logging.getLogger(__name__)

LEARNT_HOPS, JOINED_HOPS = 6, 11
LEARN_PLAN = fit.Plan(steps=1400, batch=16, learning_rate=3e-3)
JUDGE_PLAN = fit.Plan(steps=340, batch=8, learning_rate=5e-4)
# How often the frame ahead is known in the first stage, and asked about without in the second.
AHEAD_SHARE, BLIND_SHARE = 0.6, 0.3
WEIGHTS = {"phase": 1.0, "spectra": 1.0, "complex": 0.3, "mel": 1.0, "judges": 0.1, "match": 0.5}


def spectra(sounds: Tensor) -> Tensor:
    """Analyse `[count, FFT + hops * HOP]` into `[count, 1 + hops, BINS]`, phases at the centre."""
    window = torch.from_numpy(hann_window()).to(sounds)
    alternate = torch.from_numpy(ALTERNATE).to(sounds)
    found: Tensor = torch.fft.rfft(sounds.unfold(-1, FFT, HOP) * window) * alternate
    return found


def asked(net: nn.Module, logs: Tensor, ahead: Tensor) -> tuple[Tensor, Tensor]:
    """Ask the network about every frame but PAST before and AHEAD after.

    `logs` is `[count, hops, BINS]`, `ahead` 0 or 1 for each frame asked about. Returns the turns
    since the frame before and from the bin below, `[count, hops - PAST - AHEAD, BINS]` complex.
    """
    around = logs.unfold(1, PAST + 1 + AHEAD, 1).transpose(2, 3)
    count, hops = around.shape[:2]
    turns = net(around.reshape(count * hops, -1, BINS), ahead.reshape(-1))
    parts = turns.view(count, hops, 4, BINS)
    return torch.complex(parts[:, :, 0], parts[:, :, 1]), torch.complex(
        parts[:, :, 2], parts[:, :, 3]
    )


def phase_loss(turns: tuple[Tensor, Tensor], spectrum: Tensor) -> Tensor:
    """Return how far turns are from the true ones, loud bins first.

    `spectrum` is `[count, hops + 1, BINS]`: the frames asked about, and the one before them.
    """
    now, last = spectrum[:, 1:], spectrum[:, :-1]
    advance = torch.from_numpy(ADVANCE).to(spectrum)
    since = now * last.conj() * advance.conj()
    below = now[..., 1:] * now[..., :-1].conj()
    return _turned(turns[0], since) + _turned(turns[1][..., 1:], below)


def _turned(found: Tensor, truth: Tensor) -> Tensor:
    length = truth.abs() + 1e-9
    weight = length**0.25
    weight = weight / weight.mean((-1, -2), keepdim=True)
    difference = torch.view_as_real(found - truth / length).square().sum(-1)
    return (weight * difference).mean()


def _ahead(random: Generator, count: int, like: Tensor) -> Tensor:
    known = (random.random(count) < AHEAD_SHARE).astype(np.float32)
    return torch.from_numpy(known).to(like.device)


def fit_phases(
    data: Path, runs: Path, plan: fit.Plan = LEARN_PLAN, device_name: str = "auto"
) -> None:
    """Train the network on single phase differences into `runs / phases.safetensors`."""
    device, sounds = fit.device_of(device_name), read_audio(data)
    torch.manual_seed(plan.seed)
    net = PhaseNet().to(device)
    frames = FFT + (LEARNT_HOPS + PAST + AHEAD - 1) * HOP

    def prepare(step: int) -> Tensor:
        return draw(np.random.default_rng([plan.seed, step, 4]), sounds, plan.batch, frames)

    def loss(batch: Tensor, step: int) -> Tensor:
        spectrum = spectra(batch.to(device))
        logs = seen(bin_powers(log_mels(spectrum)))
        random = np.random.default_rng([plan.seed, step, 5])
        turns = asked(net, logs, _ahead(random, plan.batch * LEARNT_HOPS, logs))
        return phase_loss(turns, spectrum[:, PAST - 1 : PAST + LEARNT_HOPS])

    fit.run(net, prepare, loss, plan, runs / "phases.safetensors")


class Solve(torch.autograd.Function):
    """The solution of Hermitian tridiagonal systems, and its gradient."""

    @staticmethod
    def forward(ctx: Any, diagonal: Tensor, side: Tensor, wanted: Tensor) -> Tensor:
        """Solve for `[rows, BINS]`; `side` couples a bin to the one below it, its first is 0."""
        found = _solved(diagonal, side, wanted)
        ctx.save_for_backward(diagonal, side, found)
        return found

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        diagonal, side, found = ctx.saved_tensors
        inner = _solved(diagonal, side, gradients[0])
        of_side = torch.zeros_like(side)
        of_side[:, 1:] = inner[:, :-1] * found[:, 1:].conj() + inner[:, 1:].conj() * found[:, :-1]
        return -(inner * found.conj()).real, of_side, inner


def _solved(diagonal: Tensor, side: Tensor, wanted: Tensor) -> Tensor:
    """Solve all rows as one system: their first bins are coupled to nothing."""
    middle, beside = (part.detach().cpu().numpy().reshape(-1) for part in (diagonal, side))
    matrix = np.zeros((3, middle.size), beside.dtype)
    matrix[0, 1:], matrix[1], matrix[2, :-1] = -beside[1:], middle, -beside[1:].conj()
    right = wanted.detach().cpu().numpy().reshape(-1)
    found = solve_banded((1, 1), matrix, right, check_finite=False)
    return torch.from_numpy(found.reshape(wanted.shape)).to(wanted)


def joined(magnitude: Tensor, turns: tuple[Tensor, Tensor], first: Tensor) -> Tensor:
    """Join frames from the phases of the `first` on, as the vocoder does.

    `magnitude` `[count, hops + 1, BINS]`, turns of all but the first of these, `first`
    `[count, BINS]` unit vectors; in double precision. Returns `[count, hops + 1, BINS]` spectra.
    """
    level = magnitude + 1e-6
    since = _sureness(turns[0]) * torch.minimum(level[:, 1:], level[:, :-1]).square()
    below = _sureness(turns[1][..., 1:])
    below = below * torch.minimum(level[:, 1:, 1:], level[:, 1:, :-1]).square()
    below = functional.pad(below, (1, 0))
    diagonal = since + 1e-7 * level[:, 1:].square() + below
    diagonal = diagonal + functional.pad(below[..., 1:], (0, 1))
    side = below * _unit(turns[1]).conj()
    turned = since * _unit(turns[0]) * torch.from_numpy(ADVANCE).to(turns[0])
    phases = [first]
    for hop in range(turned.shape[1]):
        row: Tensor = Solve.apply(diagonal[:, hop], side[:, hop], turned[:, hop] * phases[-1])  # type: ignore[no-untyped-call]
        phases.append(_unit(row))
    return magnitude * torch.stack(phases, dim=1)


def _sureness(turn: Tensor) -> Tensor:
    length = turn.abs().clamp(max=0.999)
    return length / (SURE - length)


def _unit(values: Tensor) -> Tensor:
    """Return unit vectors; where two answers all but cancel, the gradient is held down."""
    length = values.abs()
    soft = values / length.clamp(min=0.1)
    return soft + (values / length.clamp(min=1e-12) - soft).detach()


def sounded(spectrum: Tensor) -> Tensor:
    """Turn `[count, hops + 1, BINS]` spectra into the `[count, hops * HOP]` between centres."""
    alternate = torch.from_numpy(ALTERNATE).to(spectrum)
    waves = torch.fft.irfft(spectrum * alternate, FFT)
    emphasis = torch.from_numpy(EMPHASIS).to(waves)
    centre = waves[..., FFT // 2 - HOP : FFT // 2 + HOP] * emphasis
    blocks: Tensor = centre[:, :-1, HOP:] + centre[:, 1:, :HOP]
    return blocks.flatten(1)


class Contest(nn.Module):
    """The network and its judges, trained side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.net = PhaseNet()
        self.judges = nn.ModuleList(Judge(size) for size in RESOLUTIONS)

    def judged(self, made: Tensor, truth: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the judges' own loss, what they make the network lose, and how far features are.

        The first has no gradient for the network, the others none for the judges.
        """
        parts = [judged(judge, made, truth) for judge in self.judges]
        first, second, third = (torch.stack(part).mean() for part in zip(*parts, strict=True))
        return first, second, third


def fit_judged(
    data: Path, runs: Path, plan: fit.Plan = JUDGE_PLAN, device_name: str = "auto"
) -> None:
    """Go on against judges, from the first stage, into `runs / vocoder.safetensors`."""
    device, sounds = fit.device_of(device_name), read_audio(data)
    torch.manual_seed(plan.seed)
    contest = Contest().to(device)
    contest.net.load_state_dict(checkpoint.averaged(runs / "phases.safetensors"))
    frames = FFT + (JOINED_HOPS + PAST + AHEAD - 1) * HOP

    def prepare(step: int) -> Tensor:
        return draw(np.random.default_rng([plan.seed, step, 6]), sounds, plan.batch, frames)

    def loss(batch: Tensor, step: int) -> Tensor:
        random = np.random.default_rng([plan.seed, step, 7])
        return contest_loss(contest, batch.to(device), random)

    fit.run(contest, prepare, loss, plan, runs / "vocoder.safetensors")


def contest_loss(contest: Contest, sound: Tensor, random: Generator) -> Tensor:
    """Return one step's loss of network and judges on `[count, frames]` of true sound."""
    spectrum = spectra(sound)
    powers = bin_powers(log_mels(spectrum))
    inner = slice(PAST, spectrum.shape[1] - AHEAD)
    around = slice(PAST - 1, inner.stop)
    logs = seen(powers)
    hops = inner.stop - inner.start
    known = torch.ones(len(sound) * hops, device=sound.device)
    turns = asked(contest.net, logs, known)
    phases = phase_loss(turns, spectrum[:, around])
    blind = asked(contest.net, logs, 0.0 * known) if random.random() < BLIND_SHARE else turns
    phases = 0.5 * (phases + phase_loss(blind, spectrum[:, around]))
    wide = (turns[0].to(torch.complex128), turns[1].to(torch.complex128))
    first = _unit(spectrum[:, PAST - 1].to(torch.complex128))
    made = sounded(joined(powers[:, around].double().sqrt(), wide, first)).float()
    begin = FFT // 2 + (PAST - 1) * HOP
    truth = sound[:, begin : begin + made.shape[1]]
    own, judged, match = contest.judged(made, truth)
    losses = sound_losses(made, truth) | {"phase": phases, "judges": judged, "match": match}
    total = sum((WEIGHTS[name] * value for name, value in losses.items()), own)
    return total


def pack(runs: Path, target: Path = vocoder.FILE) -> None:
    """Write the averaged weights of the last stage as float16, and what the card says of them."""
    found = runs / "vocoder.safetensors"
    if found.exists():
        weights = checkpoint.part(checkpoint.averaged(found), "net.")
    else:
        weights = checkpoint.averaged(runs / "phases.safetensors")
    halves = {name: value.half().contiguous() for name, value in weights.items()}
    save_file(halves, target, metadata={"licence": "Apache-2.0"})
    card = target.with_name(CARD.name)
    update_card(card, {"vocoder": describe(target, runs)})
    log.info("pack: %s, %.2f MB", target.name, target.stat().st_size / 1e6)


def describe(target: Path, runs: Path) -> dict[str, Any]:
    """Return what a card says of the vocoder's weights."""
    stages = {"phases": runs / "phases.json", "judged": runs / "vocoder.json"}
    steps = {
        name: json.loads(path.read_text())["step"] for name, path in stages.items() if path.exists()
    }
    return {
        **file_entry(target),
        "rate_hz": RATE_HZ,
        "lookahead_hops": vocoder.LOOKAHEAD_HOPS,
        "training_steps": steps,
    }
