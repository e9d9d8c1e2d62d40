"""The built-in model's weights: one safetensors file with both networks."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from engine.models.house.flow import FlowNet
from engine.models.house.notes import MELS
from engine.models.house.prior import EnvelopeNet
from engine.models.house.squeezing import expanded, squeezed
from engine.models.house.templates import NODES
from engine.wire import ModelFailed

FILE = Path(__file__).with_name("house.safetensors")
# Tables that are large and need not be exact: by row the size of a step, and how many a number
# is above the one before it, squeezed. What is heard are their products, exact to about so much.
SPECTRA, TIMES = "prior.templates.spectra", "prior.templates.times"
COARSE = {SPECTRA: MELS, TIMES: NODES}
STEP, LARGEST, COARSEST, NATS = ".step", 127, 1e3, 0.036
DRAWN = (nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_)


class _Undrawn(TorchFunctionMode):
    """While it is on, this thread draws no network at random that is only made to be filled.

    Not even without memory, on the device `meta`: to draw there, PyTorch imports its compiler.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Collection[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        return None if func in DRAWN else func(*args, **(kwargs or {}))


def load(device: str = "cpu", path: Path = FILE) -> tuple[EnvelopeNet, FlowNet]:
    """Read both networks onto a device, in float32 and ready to use. Raises: ModelFailed."""
    try:
        prior, flow = _read(load_file(path))
        return prior.to(torch.device(device)).eval(), flow.to(torch.device(device)).eval()
    except (OSError, SafetensorError, ValueError, RuntimeError) as error:
        raise ModelFailed(
            f"the built-in model's weights ({path.name}) cannot be used: {error}; "
            "install Legato again, or make them with `legato train house`"
        ) from None


def store(prior: EnvelopeNet, flow: FlowNet, path: Path = FILE) -> None:
    """Write both networks as float16, COARSE tables in about half a byte a number."""
    tensors = {f"prior.{name}": value for name, value in prior.state_dict().items()}
    tensors |= {f"flow.{name}": value for name, value in flow.state_dict().items()}
    kept = {name: value.detach().cpu().half().contiguous() for name, value in tensors.items()}
    spectra, times = (tensors[name].detach().cpu().float() for name in (SPECTRA, TIMES))
    kept |= _coarse(SPECTRA, spectra, times) | _coarse(TIMES, times, spectra)
    save_file(kept, path, metadata={"licence": "Apache-2.0"})


def _coarse(name: str, table: Tensor, other: Tensor) -> dict[str, Tensor]:
    """Round a table's rows, which others' multiply, to at most LARGEST steps up and down."""
    fine = table.abs().amax(dim=-1) / LARGEST
    enough = NATS / other.square().mean(dim=-1).sqrt().clamp(min=NATS / COARSEST)
    step = torch.maximum(fine, enough).half()
    whole = (table / step.float()[..., None]).round().clamp(-LARGEST, LARGEST).to(torch.int8)
    changes = np.diff(whole.numpy(), axis=-1, prepend=np.int8(0))  # They go round in a byte.
    packed = np.frombuffer(squeezed(changes.tobytes()), np.uint8)
    return {name: torch.from_numpy(packed.copy()), name + STEP: step}


def _read(stored: dict[str, Tensor]) -> tuple[EnvelopeNet, FlowNet]:
    """Make both networks of a file's tensors."""
    with torch.device("meta"), _Undrawn():
        flow, prior = FlowNet(), EnvelopeNet()
    names = [name for name in COARSE if {name, name + STEP} <= stored.keys()]
    fine = {name: _fine(name, stored[name], stored[name + STEP]) for name in names}
    kept = {name: value for name, value in stored.items() if name.removesuffix(STEP) not in names}
    _fill(prior, kept | fine, "prior.")
    _fill(flow, kept, "flow.")
    return prior, flow


def _fine(name: str, packed: Tensor, step: Tensor) -> Tensor:
    """Turn what `_coarse` rounded into numbers again."""
    changes = expanded(packed.numpy().tobytes())
    rows = np.frombuffer(changes, np.int8).reshape(*step.shape, COARSE[name])
    whole = torch.from_numpy(rows.copy()).cumsum(dim=-1, dtype=torch.int8)
    return whole.float().mul_(step.float()[..., None])


def _fill(net: nn.Module, tensors: dict[str, Tensor], prefix: str) -> None:
    """Give a network what is in a file under a prefix."""
    mine = {k.removeprefix(prefix): v.float() for k, v in tensors.items() if k.startswith(prefix)}
    net.load_state_dict(mine, assign=True)
    net.requires_grad_(False)
    for module in net.modules():
        if isinstance(module, nn.Linear):
            # Laid out input by input, a product takes a fifth less time on a CPU.
            module.weight.data = module.weight.data.T.contiguous().T
