"""Renders windows: prompt to conditioning, noise to latents, latents to spectrogram and audio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.checkpoints import Checkpoint
from engine.jobs import Window
from engine.models.base import IMAGE, Audio, Context, Tick, window_seed
from engine.models.schedulers import Sampler, make_scheduler
from engine.models.text_audio.codec import Codec
from engine.models.text_audio.conditioning import (
    NEGATIVE,
    NOISE,
    Conditioner,
    Conditioning,
    given_arrays,
    is_same,
)
from engine.models.text_audio.denoise import Denoiser, Kept
from engine.models.text_audio.finish import finish
from engine.models.text_audio.geometry import BLEND_HOPS, Geometry
from engine.models.text_audio.mel import picture, source_mel
from engine.models.text_audio.parts import Parts
from engine.models.text_audio.plan import Piece, Plan
from engine.models.text_audio.ranking import Judge, find_judge
from engine.wire import ModelFailed

LATENTS, MEL, GAIN = "tail_latents", "tail_mel", "gain"
UNET = "unet"


class MakeConditioner(Protocol):
    """Makes a family's way of encoding prompts."""

    def __call__(self, parts: Parts) -> Conditioner:
        """Take the checkpoint's parts."""


@dataclass(frozen=True)
class Task:
    """One window to render."""

    window: Window
    piece: Piece
    plan: Plan
    context: Context
    tick: Tick

    @property
    def values(self) -> Mapping[str, Any]:
        """The request's parameters."""
        return self.window.request.parameters


class Sound(NamedTuple):
    """A window's spectrogram `[hops, mels]`; what it gives out of that, as audio, and its gain."""

    mel: Tensor
    shown: Tensor
    audio: Audio
    gain: float


class Renderer:
    """Renders windows with a checkpoint's networks."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        geometry: Geometry,
        device: str,
        dtype: str,
        make_conditioner: MakeConditioner,
    ) -> None:
        self._geometry = geometry
        self._parts = Parts(checkpoint, device, dtype)
        self._scheduler = checkpoint.config("scheduler")
        self._conditioner = make_conditioner(self._parts)
        self._codec = Codec(self._parts)
        self._unet()
        self._judge: Judge | None = None
        if (judge := find_judge(checkpoint)) is not None:
            own = judge is checkpoint
            self._judge = Judge(self._parts if own else Parts(judge, device, dtype))

    @property
    def can_rank(self) -> bool:
        """Whether there is a CLAP to rank candidates with."""
        return self._judge is not None

    @property
    def sizes(self) -> Mapping[str, Any]:
        """The shapes of the arrays that may come as conditioning."""
        return self._conditioner.sizes

    @torch.inference_mode()
    def render(self, task: Task) -> tuple[Audio, dict[str, NDArray[np.generic]]]:
        """Return a window's audio `[frames, 1] float32` and the context after it."""
        if not task.piece.hops:
            source = task.plan.source[task.piece.first : task.piece.last, None]
            return source.copy(), {}
        conditioning = self._conditioning(task)
        noise, latents = self._latents(task, conditioning)
        sounds = [self._sound(task, one) for one in latents]
        best = self._best(task, [sound.audio[:, 0] for sound in sounds])
        context = self._context(task, latents[best], sounds[best])
        context[IMAGE] = picture(sounds[best].shown)
        if task.values["keep_conditioning"]:
            context |= _kept(conditioning, noise)
        return sounds[best].audio, context

    def _conditioning(self, task: Task) -> Conditioning:
        """Encode the prompts, but for what came with the request."""
        task.tick(0.0)
        arrays = given_arrays(task.window.request)
        names = [*self.sizes, *(NEGATIVE + name for name in self.sizes)]
        given = {
            name: torch.tensor(arrays[name], device=self._parts.device)
            for name in names
            if name in arrays
        }
        conditioning = self._conditioner.encode(task.window.request, given)
        if task.values["offload"]:
            self._conditioner.let_go()
        return conditioning

    def _latents(self, task: Task, conditioning: Conditioning) -> tuple[Tensor, Tensor]:
        """Return the noise that was begun with, and clean latents of every candidate."""
        values, device = task.values, self._parts.device
        seed = window_seed(task.window.request.seed, task.window.index)
        generator = torch.Generator().manual_seed(seed)
        shape = self._shape(task)
        draw = _drawer(shape, generator, device)
        noise = _given_noise(task, shape, device)
        noise = draw() if noise is None else noise
        sampler = Sampler(
            make_scheduler(self._scheduler, str(values["scheduler"])),
            int(values["steps"]),
            generator,
            run_steps=task.plan.run_steps,
            eta=float(values["eta"]),
            device=device,
        )
        start = noise * sampler.noise_scale
        if task.plan.run_steps is not None:
            mel = source_mel(task.plan, task.piece.begin, task.piece.hops, self._geometry)
            start = sampler.noised(self._codec.encode(mel), noise, sampler.timesteps[0])
        denoiser = self._denoiser(task, conditioning)
        latents = denoiser.run(sampler, start, _share(task.tick), self._kept(task), draw)
        if values["offload"]:
            self._parts.let_go(UNET)
        return noise, latents

    def _shape(self, task: Task) -> tuple[int, int, int, int]:
        factor = self._geometry.factor
        rows, columns = task.piece.hops // factor, self._geometry.mels // factor
        return int(task.values["candidates"]), self._geometry.latent_channels, rows, columns

    def _denoiser(self, task: Task, conditioning: Conditioning) -> Denoiser:
        guidance = float(task.values["guidance"])
        if is_same(conditioning):
            guidance = 1.0
        copies = int(task.values["candidates"])
        arguments = self._conditioner.arguments(conditioning, copies, guidance > 1.0)
        return Denoiser(self._unet(), arguments, guidance)

    def _kept(self, task: Task) -> Kept | None:
        """Return what is there already: of the window before, or of the source."""
        piece, factor = task.piece, self._geometry.factor
        if not piece.before and not piece.after:
            return None
        rows = torch.zeros(piece.hops // factor, dtype=torch.bool, device=self._parts.device)
        latents = torch.zeros(self._shape(task)[1:], device=self._parts.device)
        if before := piece.before // factor:
            rows[:before] = True
            latents[:, :before] = self._latents_before(task)
        if after := piece.after // factor:
            rows[-after:] = True
            mel = source_mel(task.plan, piece.end - piece.after, piece.after, self._geometry)
            latents[:, -after:] = self._codec.encode(mel)
        return Kept(latents, rows)

    def _latents_before(self, task: Task) -> Tensor:
        piece = task.piece
        if piece.is_chained:
            tail, rows = _tensor(task.context, LATENTS), piece.before // self._geometry.factor
            if tail.shape[1] < rows:
                raise ModelFailed(
                    "the window before left too little to go on from: keep window_seconds and "
                    "overlap_seconds as they were, or render from window 0"
                )
            return tail[:, -rows:].to(self._parts.device)
        return self._codec.encode(source_mel(task.plan, piece.begin, piece.before, self._geometry))

    def _sound(self, task: Task, latents: Tensor) -> Sound:
        """Decode latents and go on from the window before."""
        piece, geometry = task.piece, self._geometry
        mel, begin, gain = self._codec.decode(latents).float(), piece.begin, None
        task.tick(0.97)
        if piece.is_chained:
            mel, begin = _joined(_tensor(task.context, MEL).to(mel.device), mel, piece)
            gain = float(_tensor(task.context, GAIN)[0])
        first = (piece.first - task.plan.anchor) // geometry.hop
        seen = max(0, first - geometry.reach - begin)
        heard = self._codec.sound(mel[seen:])
        task.tick(0.99)
        skip = piece.first - task.plan.anchor - (begin + seen) * geometry.hop
        audio, gain = finish(heard, skip, piece, task.plan, gain)
        hops = -(-(piece.last - piece.first) // geometry.hop)
        return Sound(mel, mel[first - begin : first - begin + hops], audio, gain)

    def _best(self, task: Task, sounds: list[Audio]) -> int:
        if len(sounds) == 1:
            return 0
        if self._judge is None:
            raise ModelFailed("there is no CLAP to rank candidates with; ask for one candidate")
        prompt = str(task.values["prompt"])
        order = self._judge.rank(prompt, sounds, self._geometry.rate_hz)
        if task.values["offload"]:
            self._judge.let_go()
        return order[int(task.values["rank"]) - 1]

    def _context(self, task: Task, latents: Tensor, sound: Sound) -> dict[str, NDArray[np.generic]]:
        """Return what the next window goes on from, if it does."""
        following = task.plan.pieces[task.window.index + 1 : task.window.index + 2]
        if not following or not following[0].is_chained:
            return {}
        rows = following[0].before // self._geometry.factor
        hops = self._geometry.held_hops + self._geometry.reach + 1
        return {
            LATENTS: latents[:, -rows:].cpu().numpy().copy(),
            MEL: sound.mel[-hops:].cpu().numpy().copy(),
            GAIN: np.array([sound.gain], np.float32),
        }

    def _unet(self) -> Any:
        return self._parts.network(UNET, dtype=self._parts.dtype)


def _drawer(
    shape: tuple[int, ...], generator: torch.Generator, device: str
) -> Callable[[], Tensor]:
    return lambda: torch.randn(shape, generator=generator).to(device)


def _given_noise(task: Task, shape: tuple[int, ...], device: str) -> Tensor | None:
    """Return the noise that came with the request, for its first rendered window."""
    given = given_arrays(task.window.request).get(NOISE)
    is_first = not task.piece.is_chained
    if given is None or not is_first:
        return None
    if given.shape not in (shape, (1, *shape[1:])):
        raise ModelFailed(
            f"{NOISE} came as {given.shape}; this window takes {shape}: keep seconds as they were"
        )
    return torch.tensor(given, dtype=torch.float32, device=device).expand(shape)


def _share(tick: Tick) -> Callable[[float], None]:
    """Leave the last twentieth of a window's progress to decoding."""
    return lambda fraction: tick(0.95 * fraction)


def _joined(tail: Tensor, mel: Tensor, piece: Piece) -> tuple[Tensor, int]:
    """Return the spectrogram from the last window's tail on, and the hop that it begins at."""
    reached = piece.begin + piece.before
    blend = min(BLEND_HOPS, piece.before, len(tail))
    weight = (torch.arange(blend, device=mel.device)[:, None] + 0.5) / blend
    middle = tail[-blend:] * (1 - weight) + mel[piece.before - blend : piece.before] * weight
    return torch.cat((tail[:-blend], middle, mel[piece.before :])), reached - len(tail)


def _tensor(context: Context, name: str) -> Tensor:
    if name not in context:
        raise ModelFailed(f"the context of the window before holds no {name}: render it again")
    return torch.tensor(np.asarray(context[name], np.float32))


def _kept(conditioning: Conditioning, noise: Tensor) -> dict[str, NDArray[np.generic]]:
    kept = {name: value.cpu().numpy().copy() for name, value in conditioning.items()}
    return {**kept, NOISE: noise.cpu().numpy().copy()}
