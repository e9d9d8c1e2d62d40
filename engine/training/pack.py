"""Packing: checkpoints become the weights in the package, with a card beside them."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from pathlib import Path
from typing import Any

from engine.models.house import waves, weights
from engine.models.house.flow import FlowNet
from engine.models.house.prior import EnvelopeNet
from engine.training import checkpoint

log = logging.getLogger(__name__)

CARD = weights.FILE.with_name("card.json")


def pack(runs: Path, target: Path = weights.FILE) -> None:
    """Write the last checkpoints' averaged weights as float16, what was measured, and a card."""
    prior, flow = EnvelopeNet(), FlowNet()
    prior.load_state_dict(checkpoint.averaged(runs / "prior.safetensors"))
    flow_path = runs / "flow.safetensors"
    if flow_path.exists():
        flow.load_state_dict(checkpoint.averaged(flow_path))
    else:
        log.warning("pack: no flow checkpoint yet; its weights are as good as none")
    weights.store(prior, flow, target)
    measured, beside = runs.with_name(waves.FILE.name), target.with_name(waves.FILE.name)
    if measured.exists():
        shutil.copyfile(measured, beside)
    # FluidR3 GM's own licence: see waves.LICENSE.
    entries = {"waves": file_entry(beside) | {"licence": "MIT"}} if beside.exists() else {}
    update_card(target.with_name(CARD.name), describe(target, runs) | entries)
    log.info("pack: %s, %.1f MB", target.name, target.stat().st_size / 1e6)


def describe(target: Path, runs: Path) -> dict[str, Any]:
    """Return what a card says of a weights file, its measured figures aside."""
    steps = {
        name: json.loads((runs / f"{name}.json").read_text())["step"]
        for name in ("prior", "flow")
        if (runs / f"{name}.json").exists()
    }
    return {
        "name": "house",
        **file_entry(target),
        "training_steps": steps,
        "trained_on": {
            "scores": [
                "procedural scores made from seeds by engine/training/scores.py",
                "public-domain scores from music21's corpus (Bach, Palestrina, Monteverdi, "
                "Corelli, Essen folk songs), given random programs, velocities and tempi",
            ],
            "sound": "FluidSynth with FluidR3 GM (MIT licence), gain 0.2 (its default), reverb "
            "and chorus off, mono mixdown (left + right) / 2 at 48 kHz",
        },
    }


def file_entry(path: Path) -> dict[str, Any]:
    """Return what a card says of a file of weights or of what was measured."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"file": path.name, "sha256": digest, "bytes": len(content), "licence": "Apache-2.0"}


def update_card(path: Path, entries: dict[str, Any]) -> None:
    """Change some entries of a card and leave the others, such as measured figures."""
    card = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(card | entries, indent=2) + "\n")
