"""Renders windows: sources to images, noise to images, images to sound."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.audio import gain_to, graft, level_of, limit_peaks
from engine.checkpoints import Checkpoint
from engine.models.audio_diffusion.codec import Codec
from engine.models.audio_diffusion.denoise import Denoiser, Kept, slerp
from engine.models.audio_diffusion.geometry import VAE, Geometry
from engine.models.audio_diffusion.mel import Image, powers
from engine.models.audio_diffusion.parameters import encoding_of, steps_of
from engine.models.audio_diffusion.phases import Phases
from engine.models.audio_diffusion.task import SAMPLE, SCALE, SOUND, Known, Scale, Task
from engine.models.base import IMAGE, Audio, Tick
from engine.models.components import load_component
from engine.models.schedulers import Sampler, make_scheduler

DENOISING_SHARE = 0.95
FADE_SECONDS = 0.01
DISCRETE = ("DDIMScheduler", "DDPMScheduler")


class Renderer:
    """Renders windows with a checkpoint's networks."""

    def __init__(self, checkpoint: Checkpoint, geometry: Geometry, device: str, dtype: str) -> None:
        """Read the weights; what decodes latents stays in float32. Raises: ModelFailed."""
        self._geometry = geometry
        self._device = device
        self._scheduler = checkpoint.config("scheduler")
        self._unet = load_component(checkpoint, "unet", device, dtype)
        self._unet.to(memory_format=torch.channels_last)
        vae = load_component(checkpoint, VAE, device, "float32") if geometry.is_latent else None
        self._codec = Codec(geometry, vae, device)
        self._phases = Phases(geometry, device)

    @torch.inference_mode()
    def render(self, task: Task) -> tuple[Audio, dict[str, NDArray[np.generic]]]:
        """Return a window's audio `[frames, 1] float32` and the context after it."""
        piece = task.piece
        if piece.keeps:
            return task.plan.sources[0][piece.first : piece.last, None].copy(), {}
        task.tick(0.0)
        sample = self._sample(task)
        image = self._codec.decode(sample)
        task.tick(DENOISING_SHARE)
        sound, scale = self._sound(task, image)
        first, last = piece.first - piece.begin, piece.last - piece.begin
        return sound[first:last, None].copy(), self._context(task, sample, sound, scale, image)

    def _sample(self, task: Task) -> Tensor:
        """Denoise a window's sample."""
        generator = torch.Generator().manual_seed(task.seed)
        shape = self._geometry.shape_of(task.piece.columns)
        noise = torch.randn(shape, generator=generator).to(self._device)
        denoiser = Denoiser(self._unet, self._encoding(task))
        if task.operation == "interpolate":
            return self._interpolated(task, denoiser, generator)
        sampler = self._sampler(task, generator, task.plan.run_steps)
        source = None
        if task.plan.sources and (task.piece.head or task.piece.tail or task.plan.run_steps):
            source = self._codec.encode(task.drawings[0].image, generator)
        start, kept = noise * sampler.noise_scale, self._kept(task, source, noise)
        if task.plan.run_steps and source is not None:
            base = source if kept is None else torch.where(kept.mask, kept.sample, source)
            start = sampler.noised(base, noise, _first_level(sampler))
        return denoiser.run(sampler, start, _share(task.tick, 0.0, 1.0), kept)

    def _sampler(
        self, task: Task, generator: torch.Generator, run_steps: int | None = None
    ) -> Sampler:
        name = str(task.values.get("scheduler", "ddim"))
        return Sampler(
            make_scheduler(self._scheduler, name),
            steps_of(task.window.request, str(self._scheduler.get("_class_name", ""))),
            generator,
            run_steps=run_steps,
            eta=float(task.values.get("eta", 0.0)),
            device=self._device,
        )

    def _interpolated(self, task: Task, denoiser: Denoiser, generator: torch.Generator) -> Tensor:
        """Denoise from between the noises that the two sources come from."""
        sampler = self._sampler(task, generator)
        noises, sources = [], [self._codec.encode(one.image) for one in task.drawings]
        for i, source in enumerate(sources):
            tick = _share(task.tick, i / 3, (i + 1) / 3)
            steps = len(sampler.timesteps)
            inverse = make_scheduler(self._scheduler, "ddim")
            noises.append(denoiser.invert(inverse, source, steps, tick))
        start = slerp(noises[0], noises[1], float(task.values["mix"]))
        kept = self._kept(task, None, start)
        return denoiser.run(sampler, start, _share(task.tick, 2 / 3, 1.0), kept)

    def _encoding(self, task: Task) -> Tensor | None:
        size = self._geometry.encoding_size
        if not size:
            return None
        numbers = encoding_of(task.window.request, self._geometry)
        return torch.tensor(numbers, device=self._device).reshape(1, -1, size)

    def _kept(self, task: Task, source: Tensor | None, noise: Tensor) -> Kept | None:
        """Return what is there already: of the window before, or of the source."""
        piece, factor = task.piece, self._geometry.factor
        if not piece.head and not piece.tail:
            return None
        mask = torch.zeros(noise.shape[-1], dtype=torch.bool, device=self._device)
        sample = torch.zeros_like(noise) if source is None else source.clone()
        if head := piece.head // factor:
            mask[:head] = True
            if piece.is_chained:
                sample[..., :head] = self._columns_before(task)
        if tail := piece.tail // factor:
            mask[-tail:] = True
        return Kept(sample, mask, noise)

    def _columns_before(self, task: Task) -> Tensor:
        """Return the last columns of the window before, as they look with this window's white."""
        _, channels, rows, _ = self._geometry.sample_shape
        columns = torch.from_numpy(task.columns_before(channels, rows)).to(self._device)
        if not task.drawings:
            return columns
        before, now = task.scale_before.reference, task.drawings[0].reference
        if before == now:
            return columns
        grey = self._codec.decode(columns).astype(np.float64)
        shift = 10.0 * math.log10(before / now) * 255.0 / self._geometry.range_decibels
        return self._codec.encode(np.clip(np.round(grey + shift), 0, 255).astype(np.uint8))

    def _sound(self, task: Task, image: Image) -> tuple[Audio, Scale]:
        """Return the sound of a window's slice, with what is there already, and its scale."""
        piece = task.piece
        bare = self._phases.magnitudes(powers(image, self._geometry))
        scale, known = self._scale(task, bare), task.known
        iterations = int(task.values["phase_iterations"])
        made = self._phases.sound(bare * scale.factor, task.seed, iterations, known)
        if not task.keeps_scale:
            # Sound has a little less power than a spectrogram that no sound has.
            more = gain_to(level_of(made[piece.first - piece.begin :]), *task.aim)
            made, scale = made * np.float32(more), Scale(scale.reference, scale.gain * more)
        return self._joined(made, known, task), scale

    def _scale(self, task: Task, bare: Tensor) -> Scale:
        """Return the scale at which what a window makes anew has the level that it should."""
        if task.keeps_scale:
            return task.scale_before
        reference = task.drawings[0].reference if task.drawings else 1.0
        first, last = (frame - task.piece.begin for frame in (task.piece.first, task.piece.last))
        hop = self._geometry.hop
        new = bare[:, -(-first // hop) : last // hop + 1]
        found = self._phases.level(new) * math.sqrt(reference)
        return Scale(reference, gain_to(found, *task.aim))

    def _joined(self, made: Audio, known: Known | None, task: Task) -> Audio:
        """Return a slice's sound with all that was there in its place, and no peak above 1."""
        first, last = (frame - task.piece.begin for frame in (task.piece.first, task.piece.last))
        if known is not None:
            end = max(last, int(np.flatnonzero(known.mask)[-1]) + 1)
            fade = round(FADE_SECONDS * self._geometry.rate_hz)
            there, new = known.samples[:end, None], made[:end, None]
            made = np.concatenate((graft(there, new, first, last, fade)[:, 0], made[end:]))
        made[first:last] = limit_peaks(made[first:last])
        return made

    def _context(
        self, task: Task, sample: Tensor, sound: Audio, scale: Scale, image: Image
    ) -> dict[str, NDArray[np.generic]]:
        """Return the window's picture, and what the next one goes on from, if it does."""
        picture: dict[str, NDArray[np.generic]] = {IMAGE: image}
        if (following := task.following) is None:
            return picture
        begin, factor = following.begin - task.piece.begin, self._geometry.factor
        first = begin // self._geometry.hop // factor
        columns = sample[..., first : first + following.head // factor]
        return picture | {
            SAMPLE: columns.cpu().numpy().copy(),
            SOUND: sound[begin : following.first - task.piece.begin].copy(),
            SCALE: np.array([scale.reference, scale.gain]),
        }


def _first_level(sampler: Sampler) -> Tensor:
    """Return the level that a variation's source is noised to.

    With DDIM and DDPM it is, as upstream, that of the step before the first that is run.
    """
    scheduler, first = sampler.scheduler, sampler.timesteps[0]
    if type(scheduler).__name__ not in DISCRETE:
        return first
    before: Tensor = scheduler.timesteps[-len(sampler.timesteps) - 1]
    return before


def _share(tick: Tick, begin: float, end: float) -> Tick:
    """Return a tick of a part of the denoising."""

    def part(fraction: float) -> None:
        tick(DENOISING_SHARE * (begin + (end - begin) * fraction))

    return part
