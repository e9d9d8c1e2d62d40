"""One window of the built-in model: envelopes, prior, refinement, synthesis.

A window's last spectral frame reaches REACH_HOPS past its last sample, so the next window's
mel starts there. Imports torch: `model` imports this module only when it loads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.jobs import Window
from engine.models.base import STEMS, Audio, Context, Tick, window_seed
from engine.models.house import weights
from engine.models.house.deviation import Deviation
from engine.models.house.flow import CONTEXT_HOPS, FlowNet, refine
from engine.models.house.notes import FLOOR, HOP, LOG_FLOOR, MELS, Floats, Integers
from engine.models.house.prior import EnvelopeNet, envelopes
from engine.models.house.stage import Envelopes, Stage
from engine.models.house.synthesis import (
    LEAD_HOPS,
    LOOKAHEAD_HOPS,
    TAIL_FRAMES,
    Excitation,
    Synthesizer,
)
from engine.models.house.waves import Waves
from engine.wire import ModelFailed

REACH_HOPS = 2
# The first window's mel starts a hop early: that spectral frame still hears the first block.
EARLY_HOP = -1
NOISE_FRAMES, NOISE_BLOCKS_KEPT = 1 << 16, 4  # the next window begins in the last one's block
SHARE_OF_FLOW = 0.6  # of a window's work, for progress


class State(NamedTuple):
    """What a window leaves: the last hops of its prior and mel, and its sound's tail.

    `prior` and `mel` are `[hops, MELS] float32`, `tail` is `[stems, 2, TAIL_FRAMES] float32`;
    without stems, all is one.
    """

    prior: Tensor
    mel: Tensor
    tail: Floats

    def packed(self) -> Context:
        """Return the state as the arrays of a context."""
        prior, mel = (part[-CONTEXT_HOPS:].cpu().numpy() for part in (self.prior, self.mel))
        return {"prior": prior, "mel": mel, "tail": self.tail}


def state_before(
    window: Window, stage: Stage, context: Context | None, device: torch.device
) -> State:
    """Read a window's context. Raises: ModelFailed when it is not one of this model's."""
    shape = (len(stage.stems) or 1, 2, TAIL_FRAMES)
    if window.index == 0:
        nothing = torch.zeros(0, MELS, device=device)
        return State(nothing, nothing, np.zeros(shape, np.float32))
    found = context or {}
    prior, mel, tail = (np.array(found.get(name), np.float32) for name in State._fields)
    if not stage.stems and tail.ndim == 3:
        tail = tail.sum(axis=0, keepdims=True)
    if prior.shape != mel.shape or mel.shape[1:] != (MELS,) or tail.shape != shape:
        raise ModelFailed(
            f"window {window.index} came with a context of {sorted(found) or 'nothing'} that is "
            "not this model's, or of other stems: send the one of the window before, or render "
            "from window 0"
        )
    return State(torch.from_numpy(prior).to(device), torch.from_numpy(mel).to(device), tail)


class Renderer:
    """Both networks and the synthesizer, in memory."""

    def __init__(self, device: str, path: Path = weights.FILE) -> None:
        """Load the weights from a file. Raises: ModelFailed."""
        torch.set_flush_denormal(True)
        self._device = torch.device(device)
        self._envelope_net, self._flow_net = weights.load(device, path)
        self._synthesizer = Synthesizer()
        self._envelope_net.reach(self._synthesizer.waves.reach())
        self._deviation = Deviation(self._device)

    @property
    def nets(self) -> tuple[EnvelopeNet, FlowNet]:
        """Both networks, for whoever only reads them."""
        return self._envelope_net, self._flow_net

    @property
    def waves(self) -> Waves:
        """What keys play, for whoever plays them, too."""
        return self._synthesizer.waves

    def tails(self) -> NDArray[np.int64]:
        """Return `[INSTRUMENTS, 128] int64`: for how many hops each key rings after its release."""
        return self._envelope_net.tails()

    def render(
        self,
        window: Window,
        stage: Stage,
        steps: int,
        context: Context | None,
        tick: Tick,
        known_mel: Floats | None = None,
    ) -> tuple[Audio, Context]:
        """Render one window as `[frames, 2] float32`, and the context after it.

        Where the stage has stems, they are in the context too; they add up to the window.
        Evaluation gives a whole score's `known_mel`, `[hops, MELS] float32`, to hear the synthesis
        alone: it takes the place of the prior and the flow. Raises: JobCancelled, ModelFailed.
        """
        before = state_before(window, stage, context, self._device)
        if not np.array_equal(before.tail[:, 0], before.tail[:, 1]):
            stage = replace(stage, sides=2)
        first = window.first_frame // HOP + REACH_HOPS if window.index else EARLY_HOP
        hops = (window.first_frame + window.frames) // HOP + REACH_HOPS - first
        tick(0.0)
        with torch.inference_mode(), one_thread():
            found = self._envelopes(stage, first, hops + LOOKAHEAD_HOPS, tick)
            mixture = self._mixture(found, first - LEAD_HOPS, hops + LOOKAHEAD_HOPS + 2 * LEAD_HOPS)
            prior = mixture[LEAD_HOPS:-LEAD_HOPS]
            if known_mel is not None:
                prior, steps = self._padded(known_mel, first, len(prior)), 0
            if not self._deviation.counts(stage.table.instrument[found.note_index], steps):
                steps = 0
            start, seed = first - LEAD_HOPS, window.request.seed
            mixtures = (
                self._mixtures(found, stage, start, len(mixture)) if stage.stems else mixture[None]
            )
            mel = self._refine(prior[:hops], before, steps, window, tick)
            heard = self._deviation.heard(mel, prior[:hops], found, stage.table, first, steps)
            excitation = self._excited(stage, found, mixtures, start, tick)
            noise = noises(seed, stage.stems, start * HOP, (len(mixture) - 1) * HOP)
            target = torch.cat((heard, prior[hops:])).cpu().numpy()
            tail = before.tail[:, : stage.sides]
            follows = known_mel is None
            sound, tail = self._synthesizer.shape(excitation, noise, target, tail, follows)
            priors, mels = torch.cat((before.prior, prior[:hops])), torch.cat((before.mel, mel))
        after = State(priors, mels, np.broadcast_to(tail, before.tail.shape).copy())
        shape = (len(tail), 2, window.frames)
        both = np.broadcast_to(sound[..., -window.frames :], shape).transpose(0, 2, 1)
        stems = {STEMS: np.ascontiguousarray(both)} if stage.stems else {}
        return np.ascontiguousarray(both.sum(axis=0)), {**after.packed(), **stems}

    def _envelopes(self, stage: Stage, first: int, hops: int, tick: Tick) -> Envelopes:
        """Predict the notes' envelopes wherever a frame of `hops` hops from `first` on reaches.

        They are as loud as the notes' places in stereo make the mean of left and right.
        """
        start = first - LEAD_HOPS
        net, waves = self._envelope_net, self._synthesizer.waves
        found = envelopes(net, waves, stage.table, start, hops + 2 * LEAD_HOPS, tick)
        note, hop, level, sharper = (column.cpu().numpy() for column in found)
        hop = hop + start
        power = np.exp(2.0 * level)
        if stage.sides == 2:
            power *= np.square(stage.mean_gain(stage.table.channel[note], hop))[:, None]
        return Envelopes(note, hop, power, sharper)

    def _padded(self, mel: Floats, first: int, hops: int) -> Tensor:
        """Return `hops` hops of a score's mel from hop `first` on, silent where it has none."""
        out = np.full((hops, MELS), LOG_FLOOR, np.float32)
        begin, end = max(first, 0), min(first + hops, len(mel))
        out[begin - first : max(begin, end) - first] = mel[begin:end]
        return torch.from_numpy(out).to(self._device)

    def _mixture(self, found: Envelopes, first: int, hops: int) -> Tensor:
        """Sum the notes' envelopes, `[hops, MELS] float32` log-mel."""
        return self._summed(found, found.hop_index - first, hops)

    def _mixtures(self, found: Envelopes, stage: Stage, first: int, hops: int) -> Tensor:
        """Sum the envelopes of each stem's notes, `[stems, hops, MELS] float32` log-mel."""
        stem = stage.stem_of(stage.table.channel[found.note_index])
        row = found.hop_index - first + stem * hops
        return self._summed(found, row, len(stage.stems) * hops).view(-1, hops, MELS)

    def _summed(self, found: Envelopes, row: Integers, rows: int) -> Tensor:
        """Sum envelopes into `rows` rows, `[rows, MELS] float32` log-mel."""
        power = torch.full((rows, MELS), FLOOR**2, device=self._device)
        columns = (torch.from_numpy(column).to(self._device) for column in (row, found.power))
        return 0.5 * power.index_add_(0, *columns).log()

    def _excited(
        self, stage: Stage, found: Envelopes, mixtures: Tensor, start: int, tick: Tick
    ) -> Excitation:
        def rest(fraction: float) -> None:
            tick(SHARE_OF_FLOW + (1.0 - SHARE_OF_FLOW) * fraction)

        return self._synthesizer.excite(stage, found, mixtures.cpu().numpy(), start, rest)

    def _refine(
        self, prior: Tensor, before: State, steps: int, window: Window, tick: Tick
    ) -> Tensor:
        generator = torch.Generator().manual_seed(window_seed(window.request.seed, window.index))
        context = before.mel if len(before.mel) else None
        around = torch.cat((before.prior, prior))
        mel = refine(
            self._flow_net,
            around,
            context,
            steps,
            generator,
            lambda step: tick(SHARE_OF_FLOW * step / steps),
        )
        tick(SHARE_OF_FLOW)
        return mel


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on the calling thread alone.

    Its threads spin while they wait for each other. Measured on two cores: a quarter faster
    when nothing else runs, ten times slower than one thread when another program takes a core.
    Notes sounded on a second thread of Python's beside the flow: no faster with a core to itself
    (they share caches and the interpreter), and a fifth slower with none.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def noises(seed: int, stems: Sequence[int], first_frame: int, frames: int) -> Floats:
    """Return a job's noise, `[stems, frames] float32`: each stem's own, or one for all."""
    sources = [2 + channel for channel in stems] or [1]
    return np.stack([white_noise(seed, first_frame, frames, source) for source in sources])


def white_noise(seed: int, first_frame: int, frames: int, source: int = 1) -> Floats:
    """Return a job's noise at `frames` frames from `first_frame` on, the same in any window.

    Shape `[frames] float32`; 0 before frame 0.
    """
    out = np.zeros(frames, np.float32)
    for block in range(
        max(first_frame, 0) // NOISE_FRAMES, (first_frame + frames) // NOISE_FRAMES + 1
    ):
        piece = _noise_block(window_seed(seed, block), source)
        start = block * NOISE_FRAMES - first_frame
        begin, end = max(start, 0), min(start + NOISE_FRAMES, frames)
        out[begin:end] = piece[begin - start : end - start]
    return out


@lru_cache(maxsize=NOISE_BLOCKS_KEPT)
def _noise_block(seed: int, source: int) -> Floats:
    random = np.random.default_rng([seed, source])
    return random.standard_normal(NOISE_FRAMES, dtype=np.float32)
