"""Components come from their files alone, are what upstream reads, and are shared while held."""

from __future__ import annotations

import gc
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file
from torch import nn

from engine.checkpoints import Checkpoint, find_checkpoints, read_checkpoint
from engine.models.components import load_component, load_processor
from engine.wire import ModelFailed

SIZES: dict[str, Any] = {
    "sample_size": 8,
    "in_channels": 1,
    "out_channels": 1,
    "layers_per_block": 1,
    "block_out_channels": (8, 16),
    "norm_num_groups": 4,
    "down_block_types": ("DownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "UpBlock2D"),
}
WEIGHTS = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def write(folder: Path, **saving: Any) -> tuple[Path, UNet2DModel]:
    torch.manual_seed(3)
    unet = UNet2DModel(**SIZES)
    unet.save_pretrained(folder / "unet", **saving)
    own = nn.Linear(3, 2)
    (folder / "own").mkdir()
    save_file(own.state_dict(), folder / "own/model.safetensors")
    (folder / "own/config.json").write_text('{"size": 3}', "utf-8")
    index = {
        "_class_name": "AudioDiffusionPipeline",
        "unet": ["diffusers", "UNet2DModel"],
        "own": ["spectrogram_diffusion", "Own"],
    }
    (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
    return folder, unet


def linear(config: dict[str, Any]) -> nn.Module:
    return nn.Linear(config["size"], 2)


@pytest.mark.parametrize("saving", [{}, {"max_shard_size": "20KB"}, {"variant": "fp16"}])
def test_weights_are_those_of_the_files(saving: dict[str, Any], tmp_path: Path) -> None:
    folder, unet = write(tmp_path / "it", **saving)
    loaded = load_component(read_checkpoint(folder), "unet", "cpu", "float32")
    assert not loaded.training
    mine, theirs = loaded.state_dict(), unet.state_dict()
    assert mine.keys() == theirs.keys()
    assert all(torch.equal(mine[key], theirs[key]) for key in mine)
    half = load_component(read_checkpoint(folder), "unet", "cpu", "bfloat16")
    assert {value.dtype for value in half.state_dict().values()} == {torch.bfloat16}


def test_a_familys_own_class_takes_the_files_keys(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write(tmp_path / "it")[0])
    own = load_component(checkpoint, "own", "cpu", "float32", linear)
    assert torch.equal(own.weight, load_file(tmp_path / "it/own/model.safetensors")["weight"])
    with pytest.raises(ModelFailed, match=r"lack bias_k.*have, and should not, bias, weight"):
        load_component(checkpoint, "own", "cpu", "float32", lambda config: Odd())
    wide = lambda config: nn.Linear(4, 2)  # noqa: E731
    with pytest.raises(ModelFailed, match="in another shape weight"):
        load_component(checkpoint, "own", "cpu", "float32", wide)


class Odd(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bias_k = nn.Parameter(torch.zeros(1))


def loaded_twice(checkpoints: list[Checkpoint]) -> tuple[Any, Any]:
    first, second = (load_component(one, "unet", "cpu", "float32") for one in checkpoints)
    return first, second


def test_the_same_files_are_in_memory_once_while_they_are_held(tmp_path: Path) -> None:
    write(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    checkpoints = list(find_checkpoints(tmp_path).checkpoints.values())
    first, second = loaded_twice(checkpoints)
    assert first is second
    shelf = checkpoints[0].shelf.items
    assert len(shelf) == 1
    del first, second
    gc.collect()
    assert len(shelf) == 0


def test_other_files_are_not_taken_for_the_same(tmp_path: Path) -> None:
    write(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    tensors = load_file(tmp_path / "two" / WEIGHTS)
    tensors["conv_in.bias"] += 1e-3
    save_file(tensors, tmp_path / "two" / WEIGHTS, metadata={"format": "pt"})
    first, second = loaded_twice(list(find_checkpoints(tmp_path).checkpoints.values()))
    assert first is not second


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 8, b"\x00" * 8 + b"{}", b"\x02" + b"\0" * 7 + b"[]"]
)
def test_a_broken_file_is_refused(data: bytes, tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write(tmp_path / "it")[0])
    (tmp_path / "it" / WEIGHTS).write_bytes(data)
    with pytest.raises(ModelFailed, match="unet of it cannot be loaded") as caught:
        load_component(checkpoint, "unet", "cpu", "float32")
    assert str(tmp_path) not in str(caught.value)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write(tmp_path / "it")[0])
    tensors = load_file(tmp_path / "it" / WEIGHTS)
    del tensors["conv_in.bias"]
    save_file(tensors, tmp_path / "it" / WEIGHTS, metadata={"format": "pt"})
    with pytest.raises(ModelFailed, match=r"lack conv_in\.bias"):
        load_component(checkpoint, "unet", "cpu", "float32")


def test_classes_that_are_not_known_are_refused(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write(tmp_path / "it")[0])
    with pytest.raises(ModelFailed, match="is a Own, which Legato does not read"):
        load_component(checkpoint, "own", "cpu", "float32")
    with pytest.raises(ModelFailed, match="does not read"):
        load_processor(checkpoint, "unet")
    with pytest.raises(ModelFailed, match="has no vocoder"):
        load_component(checkpoint, "vocoder", "cpu", "float32")
