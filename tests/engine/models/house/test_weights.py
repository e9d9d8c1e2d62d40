import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.models.house import weights
from engine.wire import ModelFailed

ROOT = Path(__file__).parents[4]
TABLE = "prior.templates.spectra"
NEW_MODULES = """
import sys
from engine.models.house import weights
before = set(sys.modules)
weights.load()
print(len(set(sys.modules) - before))
"""


def test_loading_draws_nothing_at_random() -> None:
    torch.manual_seed(1)
    before, first = torch.get_rng_state(), weights.load()
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    for one, other in zip(first, weights.load(), strict=True):
        for name, value in one.state_dict().items():
            assert torch.equal(value, other.state_dict()[name]), name


def test_products_of_coarse_tables_are_as_exact_as_is_said(tmp_path: Path) -> None:
    prior, flow = weights.load()
    random = torch.Generator().manual_seed(0)
    sizes = torch.tensor([2.0, 0.5, 0.2, 0.1, 0.05, 0.0])[:, None]
    templates = prior.templates
    templates.times = torch.randn(templates.times.shape, generator=random) * sizes
    templates.spectra = torch.randn(templates.spectra.shape, generator=random)
    weights.store(prior, flow, tmp_path / "house.safetensors")
    read = weights.load(path=tmp_path / "house.safetensors")[0].templates
    error = read.times.mT @ read.spectra - templates.times.mT @ templates.spectra
    assert 0.2 * weights.NATS < float(error.square().mean().sqrt()) < 1.5 * weights.NATS


def test_what_is_loaded_is_ready_to_use() -> None:
    for net in weights.load():
        assert not net.training
        for value in (*net.parameters(), *net.buffers()):
            assert value.device.type == "cpu"
            assert not value.requires_grad
        assert all(value.dtype == torch.float32 for value in net.state_dict().values())
        linear = [each for each in net.modules() if isinstance(each, nn.Linear)]
        assert all(each.weight.T.is_contiguous() for each in linear)


def test_loading_imports_no_compiler() -> None:
    command = [sys.executable, "-c", NEW_MODULES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10


def without(name: str) -> Callable[[dict[str, Tensor]], object]:
    return lambda tensors: tensors.pop(name)


def cut_off(tensors: dict[str, Tensor]) -> None:
    tensors[TABLE] = tensors[TABLE][: len(tensors[TABLE]) // 2].clone()


def of_another_shape(tensors: dict[str, Tensor]) -> None:
    tensors["flow.enter.bias"] = tensors["flow.enter.bias"][1:].clone()


def of_fewer_rows(tensors: dict[str, Tensor]) -> None:
    tensors[TABLE + weights.STEP] = tensors[TABLE + weights.STEP][1:].clone()


@pytest.mark.parametrize(
    "spoil",
    [
        without("prior.hidden.weight"),
        without("prior.tail_hops"),
        without(TABLE),
        without(TABLE + weights.STEP),
        cut_off,
        of_another_shape,
        of_fewer_rows,
    ],
)
def test_a_file_that_is_not_whole_is_one_clear_error(
    tmp_path: Path, spoil: Callable[[dict[str, Tensor]], object]
) -> None:
    path = tmp_path / "spoilt.safetensors"
    tensors = load_file(weights.FILE)
    spoil(tensors)
    save_file(tensors, path)
    with pytest.raises(ModelFailed, match=r"spoilt\.safetensors"):
        weights.load("cpu", path)
