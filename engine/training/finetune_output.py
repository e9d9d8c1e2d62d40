"""What fine-tuning leaves: a checkpoint in the public layout with its card, and previews."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.audio import limit_peaks, match_level
from engine.checkpoints import CARD_FILE, INDEX_FILE, Checkpoint
from engine.models.audio_diffusion.codec import Codec
from engine.models.audio_diffusion.denoise import Denoiser
from engine.models.audio_diffusion.geometry import Geometry
from engine.models.audio_diffusion.mel import powers
from engine.models.audio_diffusion.phases import Phases
from engine.models.schedulers import Sampler, make_scheduler
from engine.training.finetune_data import Slices
from engine.training.finetune_fit import FinetunePlan

PREVIEW_STEPS = 25
PREVIEW_LEVEL = 0.1
PREVIEWS = "previews"


def save_checkpoint(
    parent: Checkpoint,
    unet: Any,
    weights: Mapping[str, Tensor],
    target: Path,
    about: Mapping[str, Any],
) -> None:
    """Write a checkpoint with these weights in place of the one at `target`, if there is one.

    All but the UNet is the parent's. It is written beside it first, so that `target` is a whole
    checkpoint whenever it is looked at.
    """
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, component in parent.components.items():
        if name != "unet":
            shutil.copytree(component.folder, part / name)
    shutil.copy(parent.folder / INDEX_FILE, part / INDEX_FILE)
    unet.save_pretrained(part / "unet", state_dict=dict(weights), safe_serialization=True)
    _write_card(parent, part, target.name, about)
    if (target / PREVIEWS).is_dir():
        shutil.copytree(target / PREVIEWS, part / PREVIEWS)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def about_training(plan: FinetunePlan, slices: Slices, folder: Path, done: int) -> dict[str, Any]:
    """Return what a card says of how a checkpoint came to be."""
    return {
        "steps": done,
        "slices": len(slices.images),
        "files": slices.files,
        "skipped": len(slices.skipped),
        "folder": folder.name,
        "plan": asdict(plan),
    }


def _write_card(parent: Checkpoint, folder: Path, name: str, about: Mapping[str, Any]) -> None:
    """Write the card that people read, and the one that Legato reads."""
    card = {"licence": parent.licence, "parent": parent.name, "training": dict(about)}
    (folder / CARD_FILE).write_text(json.dumps(card, indent=2), "utf-8")
    plan = about["plan"]
    lines = (
        "---",
        f"license: {parent.licence}",
        f"base_model: {parent.name}",
        "tags: [audio-diffusion, legato]",
        "---",
        f"# {name}",
        "",
        f"{parent.name}, fine-tuned by `legato train finetune` on {about['slices']} slices of "
        f"{about['files']} files: {about['steps']} steps of "
        f"{plan['batch'] * plan['accumulate']} slices, learning rate {plan['learning_rate']:g}, "
        f"{plan['precision']}, seed {plan['seed']}. The weights are the running average.",
        "",
        f"The parent's licence ({parent.licence}) holds for this checkpoint, and so do the rights "
        "in the audio that it learnt from.",
        "",
    )
    (folder / "README.md").write_text("\n".join(lines), "utf-8")


class Previewer:
    """Lets a UNet under adaptation be seen and heard, always from the same noise."""

    def __init__(
        self, geometry: Geometry, codec: Codec, scheduler: dict[str, Any], seed: int, device: str
    ) -> None:
        """Take what turns noise into sound."""
        self._geometry = geometry
        self._codec = codec
        self._scheduler = scheduler
        self._seed = seed
        self._device = device
        self._phases = Phases(geometry, device)

    @torch.inference_mode()
    def draw(self, unet: Any, weights: Mapping[str, Tensor], stem: Path) -> None:
        """Write what the UNet makes with these weights, as `stem`.png and `stem`.wav."""
        import PIL.Image
        import soundfile

        trained = {name: value.clone() for name, value in unet.state_dict().items()}
        unet.load_state_dict(weights)
        unet.eval()
        image = self._codec.decode(self._sample(unet))
        unet.load_state_dict(trained)
        unet.train()
        magnitudes = self._phases.magnitudes(powers(image, self._geometry))
        sound = self._phases.sound(magnitudes, self._seed, self._geometry.phase_iterations)
        level = limit_peaks(match_level(sound[:, None], PREVIEW_LEVEL))
        stem.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(image).save(stem.with_suffix(".png"))
        soundfile.write(stem.with_suffix(".wav"), level, self._geometry.rate_hz, "PCM_16")

    def _sample(self, unet: Any) -> Tensor:
        generator = torch.Generator().manual_seed(self._seed)
        noise = torch.randn(self._geometry.sample_shape, generator=generator).to(self._device)
        scheduler = make_scheduler(self._scheduler, "ddim")
        sampler = Sampler(scheduler, PREVIEW_STEPS, generator, device=self._device)
        return Denoiser(unet).run(sampler, noise * sampler.noise_scale, _ignore)


def _ignore(fraction: float) -> None:
    """A preview reports nothing."""


def finite(weights: Mapping[str, Tensor]) -> bool:
    """Say whether all weights are numbers."""
    return all(bool(np.isfinite(float(value.float().sum()))) for value in weights.values())
