"""Checkpoints are read without trusting them: what could run or lead elsewhere is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checkpoints import find_checkpoints, read_checkpoint
from engine.discovery import Models
from engine.wire import ModelFailed, UnknownModel

INDEX = {
    "_class_name": "AudioDiffusionPipeline",
    "mel": ["audio_diffusion", "Mel"],
    "unet": ["diffusers", "UNet2DModel"],
    "vqvae": [None, None],
    "flag": 3,
}


def write(folder: Path, index: object = INDEX) -> Path:
    (folder / "unet").mkdir(parents=True)
    (folder / "mel").mkdir()
    (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
    (folder / "unet/config.json").write_text("{}", "utf-8")
    (folder / "unet/diffusion_pytorch_model.safetensors").write_bytes(b"")
    (folder / "mel/mel_config.json").write_text('{"n_fft": 2048}', "utf-8")
    (folder / "README.md").write_text("---\ntags: []\nlicense: mit\n---\n", "utf-8")
    return folder


def test_a_checkpoint_that_upstream_refuses_is_read(tmp_path: Path) -> None:
    found = read_checkpoint(write(tmp_path / "mine"))
    assert (found.name, found.pipeline, found.licence) == ("mine", INDEX["_class_name"], "mit")
    assert list(found.components) == ["mel", "unet"]
    assert found.config("mel") == {"n_fft": 2048}
    assert found.options["flag"] == 3
    assert [file.name for file in found.component("unet").weights().files] == [
        "diffusion_pytorch_model.safetensors"
    ]


def pickled(folder: Path) -> None:
    weights = folder / "unet/diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))


def linked(folder: Path) -> None:
    (folder.parent / "secret").write_text("{}", "utf-8")
    (folder / "unet/more.json").symlink_to(folder.parent / "secret")


def sharded(folder: Path) -> None:
    (folder / "unet/diffusion_pytorch_model.safetensors").unlink()
    index = {"weight_map": {"a": "../../secret.safetensors"}}
    (folder / "unet/diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps(index))


def remote(folder: Path) -> None:
    (folder / "unet/config.json").write_text('{"auto_map": {"AutoModel": "code.Model"}}')


def huge(folder: Path) -> None:
    with (folder / "model_index.json").open("wb") as file:
        file.truncate(1 << 30)


def deep(folder: Path) -> None:
    (folder / "model_index.json").write_text("[" * 100_000)


def index(**entries: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / "model_index.json").write_text(json.dumps(INDEX | entries), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (pickled, "is a pickle.*`legato pull` converts"),
        (linked, "a link out of its folder"),
        (sharded, "which is no shard"),
        (remote, "auto_map.*no code of a model runs"),
        (huge, "fetch it again"),
        (deep, "is no JSON"),
        (index(custom_pipeline="x/y"), "custom_pipeline"),
        (index(_class_name=["pipeline", "Mine"]), "no code of a checkpoint runs"),
        (index(_class_name=None), "names no pipeline"),
        (index(unet=["my_code", "Unet"]), "code of its own"),
        (index(**{"../up": ["diffusers", "UNet2DModel"]}), "names no class"),
        (index(absent=["diffusers", "UNet2DModel"]), "absent is missing"),
    ],
)
def test_what_could_run_or_lead_elsewhere_is_refused(
    change: Callable[[Path], None], said: str, tmp_path: Path
) -> None:
    change(write(tmp_path / "bad"))
    with pytest.raises(ModelFailed, match=said):
        read_checkpoint(tmp_path / "bad")
    write(tmp_path / "good")
    found = find_checkpoints(tmp_path)
    assert list(found.checkpoints) == ["good"]
    assert list(found.refused) == ["bad"]


def test_a_refused_checkpoint_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    pickled(write(tmp_path / "bad"))
    write(tmp_path / "odd", INDEX | {"_class_name": "StableDiffusionPipeline"})
    write(tmp_path / "tone")
    write(tmp_path / ".half.pulling")
    models = Models(device="cpu", models_folder=tmp_path)
    assert set(models.refused) == {"bad", "odd", "tone"}
    assert models.spec("tone").operations == ("render",)
    with pytest.raises(ModelFailed, match="bad cannot be used: unet has its weights only in"):
        models.load("bad")
    with pytest.raises(ModelFailed, match="it is a StableDiffusionPipeline; Legato serves"):
        models.spec("odd")
    with pytest.raises(UnknownModel, match="`legato pull`"):
        models.spec("audioldm2")


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert find_checkpoints(tmp_path / "none").checkpoints == {}
    assert find_checkpoints(None).checkpoints == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    entries=st.dictionaries(
        st.sampled_from(["unet", "mel", "_class_name", "x", "../up", ""]), json_values
    ),
    config=st.binary(max_size=40) | json_values.map(lambda value: json.dumps(value).encode()),
)
def test_no_index_or_configuration_does_more_than_be_refused(
    entries: dict[str, object], config: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = write(tmp_path_factory.mktemp("fuzz") / "it", INDEX | entries)
    (folder / "unet/config.json").write_bytes(config)
    found = find_checkpoints(folder.parent)
    assert len(found.checkpoints) + len(found.refused) == 1
