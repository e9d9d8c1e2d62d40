"""Checkpoints that training goes on from: safetensors and JSON, never pickle."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


class Average:
    """A running mean of a network's weights, smoother than the weights themselves."""

    def __init__(self, net: nn.Module, decay: float = 0.998) -> None:
        self.decay = decay
        self.weights = {name: value.detach().clone() for name, value in net.state_dict().items()}

    def update(self, net: nn.Module, step: int) -> None:
        """Move towards the network's weights; fast at first."""
        decay = min(self.decay, (step + 1) / (step + 10))
        for name, value in net.state_dict().items():
            self.weights[name].lerp_(value.detach(), 1.0 - decay)


def save(
    path: Path, net: nn.Module, average: Average, optimizer: torch.optim.Optimizer, step: int
) -> None:
    """Write `path` (safetensors) and its step beside it, both whole or not at all."""
    tensors = {f"net.{name}": value for name, value in net.state_dict().items()}
    tensors |= {f"average.{name}": value for name, value in average.weights.items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value for name, value in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    save_file(
        {name: value.detach().cpu().contiguous() for name, value in tensors.items()},
        partial,
        metadata={"step": str(step)},
    )
    partial.rename(path)
    path.with_suffix(".json").write_text(json.dumps({"step": step}))


def restore(path: Path, net: nn.Module, average: Average, optimizer: torch.optim.Optimizer) -> int:
    """Load what `save` wrote, if it is there; return the step to go on from."""
    if not path.exists():
        return 0
    tensors = load_file(path)
    net.load_state_dict(part(tensors, "net."))
    device = next(net.parameters()).device
    average.weights = {key: value.to(device) for key, value in part(tensors, "average.").items()}
    groups = optimizer.state_dict()
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in part(tensors, "optimizer.").items():
        index, field = name.split(".")
        state.setdefault(int(index), {})[field] = value
    optimizer.load_state_dict({**groups, "state": state})
    # Of the file itself: the one beside it may be older, where a save was cut off.
    with safe_open(path, "pt") as saved:
        return int(saved.metadata()["step"])


def averaged(path: Path) -> dict[str, Tensor]:
    """Read the averaged weights of a checkpoint. Raises: OSError when it is not there."""
    return part(load_file(path), "average.")


def part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors of which the name begins with `prefix`, without it."""
    return {
        name[len(prefix) :]: value for name, value in tensors.items() if name.startswith(prefix)
    }
