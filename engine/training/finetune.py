"""`legato train finetune MODEL FOLDER`: adapts an Audio Diffusion checkpoint to a folder of audio.

The result is a checkpoint like its parent, beside it, of another name. The same command given
again goes on where it was cut off.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.checkpoints import Checkpoint, read_checkpoint
from engine.models.audio_diffusion.geometry import VAE, Geometry, read_geometry
from engine.wire import ModelFailed, OutOfRange, StartFailed, Unsupported

if TYPE_CHECKING:
    from engine.training.finetune_fit import FinetunePlan, Finetuning
    from engine.training.finetune_output import Previewer

log = logging.getLogger(__name__)

PIPELINE = "AudioDiffusionPipeline"
STATE = "state.safetensors"
PRECISIONS = ("auto", "float32", "bfloat16")


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add the arguments of `finetune`; imports no torch."""
    command.add_argument("model", metavar="MODEL", help="a pulled checkpoint, or its folder")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="audio to learn from")
    command.add_argument("--models", type=Path, metavar="FOLDER", help="where checkpoints lie")
    command.add_argument("--name", default="", help="of the new checkpoint (MODEL-FOLDER)")
    command.add_argument("--steps", type=int, default=2000, help="in all (default 2000)")
    command.add_argument("--batch", type=int, default=4, help="slices at once (default 4)")
    command.add_argument("--accumulate", type=int, default=1, help="batches a step (default 1)")
    command.add_argument("--learning-rate", type=float, default=5e-5, help="(default 5e-5)")
    command.add_argument(
        "--precision", choices=PRECISIONS, default="auto", help="auto: bf16 on GPU"
    )
    command.add_argument("--save-steps", type=int, default=250, help="to go on from (default 250)")
    command.add_argument("--preview-steps", type=int, default=500, help="PNG and WAV (default 500)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--device", default="auto", help="cpu, cuda or auto")
    command.add_argument("--threads", type=int, default=0, help="CPU threads; 0 for all")


def run(options: argparse.Namespace) -> None:
    """Adapt a checkpoint.

    Raises: ModelFailed, Unsupported, OutOfRange, BadAudio, StartFailed.
    """
    _check(options)
    parent = _parent(options)
    geometry = _geometry(parent)
    target = parent.folder.with_name(_name(options, parent))
    if target == parent.folder:
        raise OutOfRange(f"{target.name} is the parent's own name; choose another with --name")
    work = target.with_name(f".{target.name}.training")
    try:
        work.mkdir(parents=True, exist_ok=True)
        _adapt(options, parent, geometry, target, work)
    except OSError as error:
        raise StartFailed(f"fine-tuning cannot write its files: {error.strerror}") from error


def _adapt(
    options: argparse.Namespace, parent: Checkpoint, geometry: Geometry, target: Path, work: Path
) -> None:
    import torch

    from engine.training.finetune_data import prepare
    from engine.training.finetune_output import about_training, finite, save_checkpoint
    from engine.training.fit import device_of

    if options.threads:
        torch.set_num_threads(options.threads)
    device = device_of(options.device)
    slices = prepare(options.folder, work, geometry)
    plan = _plan(options, device.type)
    job, previewer = _prepared(parent, geometry, slices.images, plan, device)
    weights = job.average

    def keep(done: int) -> None:
        is_last = done == plan.steps
        if not is_last and done % options.preview_steps:
            return
        if not finite(weights.weights):
            raise ModelFailed(
                f"the weights are no numbers any more after step {done}; begin again in "
                f"{work.name} with a lower --learning-rate"
            )
        about = about_training(plan, slices, options.folder, done)
        save_checkpoint(parent, job.unet, weights.weights, target, about)
        previewer.draw(job.unet, weights.weights, target / "previews" / f"step-{done:06}")
        log.info("%s is ready to use, after step %d", target.name, done)

    job.run(work / STATE, keep)
    if not target.exists():
        keep(plan.steps)


def _prepared(
    parent: Checkpoint, geometry: Geometry, images: Any, plan: FinetunePlan, device: Any
) -> tuple[Finetuning, Previewer]:
    """Read the parent's networks and put together what trains and what shows them."""
    from engine.models.audio_diffusion.codec import Codec
    from engine.models.components import load_component
    from engine.training.finetune_fit import Finetuning
    from engine.training.finetune_output import Previewer

    unet = load_component(parent, "unet", str(device), "float32")
    vae = load_component(parent, VAE, str(device), "float32") if geometry.is_latent else None
    codec, scheduler = Codec(geometry, vae, str(device)), parent.config("scheduler")
    job = Finetuning(unet, codec, scheduler, images, plan, device)
    return job, Previewer(geometry, codec, scheduler, plan.seed, str(device))


def _plan(options: argparse.Namespace, device_type: str) -> FinetunePlan:
    from engine.training.finetune_fit import FinetunePlan

    precision = options.precision
    if precision == "auto":
        precision = "bfloat16" if device_type == "cuda" else "float32"
    return FinetunePlan(
        options.steps,
        options.batch,
        options.accumulate,
        options.learning_rate,
        options.seed,
        options.save_steps,
        precision,
    )


def _check(options: argparse.Namespace) -> None:
    for name in ("steps", "batch", "accumulate", "save_steps", "preview_steps"):
        if (value := getattr(options, name)) < 1:
            raise OutOfRange(f"--{name.replace('_', '-')} is {value}; it takes 1 or more")
    if not 0.0 < options.learning_rate < 1.0:
        raise OutOfRange(f"--learning-rate is {options.learning_rate}; it lies between 0 and 1")


def _parent(options: argparse.Namespace) -> Checkpoint:
    """Return the checkpoint that a name or a folder means. Raises: ModelFailed, Unsupported."""
    folder = Path(options.model)
    if not folder.is_dir():
        folder = (options.models or models_folder()) / options.model
    if not folder.is_dir():
        raise ModelFailed(
            f"there is no checkpoint {options.model[:60]!r}; `legato ls` lists those that are here"
        )
    parent = read_checkpoint(folder.absolute())
    if parent.pipeline != PIPELINE:
        raise Unsupported(f"{parent.name} is a {parent.pipeline}; fine-tuning adapts {PIPELINE}s")
    return parent


def _geometry(parent: Checkpoint) -> Geometry:
    geometry = read_geometry(parent)
    if geometry.encoding_size:
        raise Unsupported(
            f"{parent.name} is conditioned on encodings, which audio files have none of; adapt an "
            "unconditional checkpoint"
        )
    return geometry


def _name(options: argparse.Namespace, parent: Checkpoint) -> str:
    wanted = options.name or f"{parent.name}-{options.folder.resolve().name}"
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", wanted).strip("-.")[:64]
    if not name or (options.name and name != options.name):
        raise OutOfRange(
            f"--name is {options.name[:60]!r}; it takes letters, digits, dots, dashes and "
            "underscores, 64 at most"
        )
    return name


def models_folder() -> Path:
    """Return where checkpoints lie: LEGATO_MODELS_FOLDER, or the user's own folder."""
    import platformdirs

    named = os.environ.get("LEGATO_MODELS_FOLDER")
    return (
        Path(named) if named else platformdirs.user_data_path("legato", appauthor=False) / "models"
    )


def parser() -> argparse.ArgumentParser:
    """Return the command line of `finetune`; building it imports no torch."""
    command = argparse.ArgumentParser(prog="legato train finetune", description=__doc__)
    add_arguments(command)
    return command


def main(argv: Sequence[str]) -> None:
    """Run the command. Progress goes to the log. Raises: LegatoError."""
    run(parser().parse_args(argv))
