"""Checkpoints are fetched whole and verified, go on where they stopped, and lead nowhere else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save

from bridge import cli
from bridge.hub import Hub, RemoteFile, choose
from bridge.library import Library, known_checkpoints
from engine.wire import ForbiddenPath, LegatoError, NotFound, StorageFailed, Unauthorized
from tests.bridge.hub_server import REVISION, FakeHub

CHUNK_BYTES = 500
REPOSITORY = "someone/tiny"
WEIGHTS = save({"a.weight": np.arange(3000, dtype=np.float32)})
UNET = "unet/diffusion_pytorch_model.safetensors"


def repository() -> dict[str, bytes]:
    index = {"_class_name": "AudioDiffusionPipeline", "unet": ["diffusers", "UNet2DModel"]}
    return {
        "model_index.json": json.dumps(index).encode(),
        "README.md": b"---\nlicense: mit\n---\n",
        "unet/config.json": b"{}",
        UNET: WEIGHTS,
        "unet/diffusion_pytorch_model.fp16.safetensors": WEIGHTS[:-4],
        "unet/diffusion_pytorch_model.bin": b"x" * 500,
        "unet/flax_model.msgpack": b"x" * 500,
        "sample.wav": b"x" * 500,
    }


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., FakeHub]]:
    hubs = []
    # The library keeps whole pieces of 10 MB; here they are as small as the files.
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", CHUNK_BYTES)
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)

    def start(files: dict[str, bytes] | None = None, licence: str | None = "mit") -> FakeHub:
        hubs.append(FakeHub(REPOSITORY, files or repository(), licence))
        return hubs[-1]

    yield start
    for one in hubs:
        one.close()


def library(tmp_path: Path, hub: FakeHub) -> Library:
    return Library(tmp_path / "models", Hub(hub.endpoint))


def quiet(fraction: float, stage: str) -> None:
    assert 0.0 <= fraction <= 1.0


def test_a_checkpoint_comes_whole_and_verified(tmp_path: Path, hub: Callable[..., FakeHub]) -> None:
    here = library(tmp_path, hub())
    plan = here.plan(REPOSITORY)
    assert (plan.name, plan.licence, plan.is_free) == ("tiny", "mit", True)
    assert plan.listing.revision == REVISION
    place = here.pull(plan, quiet)
    found = sorted(path.relative_to(place).as_posix() for path in place.rglob("*.*"))
    assert found == [
        *("README.md", "legato.json", "model_index.json", "unet/config.json", UNET),
    ]
    assert (place / UNET).read_bytes() == WEIGHTS
    assert here.names() == ["tiny"]
    card = here.card("tiny")
    assert card is not None
    assert (card.repository, card.revision, card.licence) == (REPOSITORY, REVISION, "mit")
    assert here.remove("tiny") > len(WEIGHTS)
    assert here.names() == []


def test_a_cut_download_goes_on_where_it_was_cut(
    tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    for cut in (0, 1, 5000, len(WEIGHTS) - 1):
        server, folder = hub(), tmp_path / str(cut)
        server.faults[UNET] = [f"cut:{cut}", *["cut:0"] * 20]
        here = library(folder, server)
        with pytest.raises(NotFound, match="run the same command again"):
            here.pull(here.plan(REPOSITORY), quiet)
        assert here.names() == []
        server.faults.clear()
        again = library(folder, server)
        place = again.pull(again.plan(REPOSITORY), quiet)
        assert (place / UNET).read_bytes() == WEIGHTS
        assert server.sent_bytes[UNET] <= len(WEIGHTS) + CHUNK_BYTES


@pytest.mark.parametrize("faults", [["cut:5000"], ["flip"], ["redirect"], ["cut:70", "no-range"]])
def test_a_fault_on_the_way_is_made_good(
    faults: list[str], tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    server = hub()
    server.faults[UNET] = list(faults)
    here = library(tmp_path, server)
    place = here.pull(here.plan(REPOSITORY), quiet)
    assert (place / UNET).read_bytes() == WEIGHTS
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize(
    ("faults", "error", "said"),
    [
        (["flip"] * 9, StorageFailed, "other contents"),
        (["long"] * 9, LegatoError, "try again later|run the same command"),
        (["500"] * 9, NotFound, "answered 500"),
        (["404"] * 9, NotFound, "no such revision or file|answered 404"),
    ],
)
def test_what_cannot_be_verified_is_never_listed(
    faults: list[str],
    error: type[LegatoError],
    said: str,
    tmp_path: Path,
    hub: Callable[..., FakeHub],
) -> None:
    server = hub()
    server.faults[UNET] = faults
    here = library(tmp_path, server)
    with pytest.raises(error, match=said):
        here.pull(here.plan(REPOSITORY), quiet)
    assert here.names() == []


def test_a_wrong_size_is_refused(tmp_path: Path, hub: Callable[..., FakeHub]) -> None:
    server = hub()
    server.announced[UNET] = (len(WEIGHTS) + 9, "")
    here = library(tmp_path, server)
    with pytest.raises(LegatoError):
        here.pull(here.plan(REPOSITORY), quiet)
    assert here.names() == []


@pytest.mark.parametrize(
    "path",
    [
        "unet/../../evil.json",
        "../evil.json",
        "/etc/evil.json",
        "unet/..\\evil.json",
        "unet/.git.json",
    ],
)
def test_a_path_that_leads_elsewhere_is_never_written(
    path: str, tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    here = library(tmp_path, hub(repository() | {path: b"evil" * 100}))
    with contextlib.suppress(ForbiddenPath):  # Or it is no file that is needed.
        here.pull(here.plan(REPOSITORY), quiet)
    assert [found for found in tmp_path.rglob("*evil*")] == []
    assert not Path("/etc/evil.json").exists()


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [(403, Unauthorized, "gated"), (404, NotFound, "no public repository"), (500, NotFound, "500")],
)
def test_a_hub_that_refuses_is_explained(
    status: int, error: type[LegatoError], said: str, tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    server = hub()
    server.status = status
    with pytest.raises(error, match=said):
        library(tmp_path, server).plan(REPOSITORY)


@pytest.mark.parametrize("licence", [None, "cc-by-nc-sa-4.0"])
def test_a_licence_with_conditions_or_none_is_no_free_one(
    licence: str | None, tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    assert not library(tmp_path, hub(licence=licence)).plan(REPOSITORY).is_free


def test_pickles_are_converted_in_a_process_of_their_own(
    tmp_path: Path, hub: Callable[..., FakeHub]
) -> None:
    torch = pytest.importorskip("torch")
    file = tmp_path / "weights.bin"
    shared = torch.arange(300.0)
    torch.save({"a.weight": shared, "b.weight": shared}, file)
    files = {k: v for k, v in repository().items() if not k.startswith("unet/diffusion")}
    here = library(tmp_path, hub(files | {"unet/diffusion_pytorch_model.bin": file.read_bytes()}))
    place = here.pull(here.plan(REPOSITORY), quiet)
    assert sorted(path.name for path in (place / "unet").iterdir()) == [
        *("config.json", "diffusion_pytorch_model.safetensors"),
    ]
    tensors = load_file(place / UNET)
    assert sorted(tensors) == ["a.weight", "b.weight"]
    assert all(np.array_equal(tensor, shared.numpy()) for tensor in tensors.values())


def test_a_folder_of_the_users_own_is_taken_in_converted(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    mine = tmp_path / "mine"
    for path, data in repository().items():
        if not path.startswith("unet/diffusion"):
            (mine / path).parent.mkdir(parents=True, exist_ok=True)
            (mine / path).write_bytes(data)
    torch.save({"a.weight": torch.arange(300.0)}, mine / "unet/diffusion_pytorch_model.bin")
    arguments = ["pull", str(mine), "--models", str(tmp_path / "models")]
    assert cli.main(arguments) == 0
    assert list(load_file(tmp_path / "models" / "mine" / UNET)) == ["a.weight"]
    assert (mine / "unet/diffusion_pytorch_model.bin").is_file(), "the user's own was touched"
    assert cli.main(arguments) == 1


def test_a_pickle_that_runs_code_runs_none(tmp_path: Path, hub: Callable[..., FakeHub]) -> None:
    canary = tmp_path / "canary"
    evil = f"cos\nsystem\n(S'touch {canary}'\ntR.".encode() + b" " * 300
    files = {k: v for k, v in repository().items() if not k.startswith("unet/diffusion")}
    here = library(tmp_path, hub(files | {"unet/diffusion_pytorch_model.bin": evil}))
    with pytest.raises(StorageFailed, match="no file of weights alone"):
        here.pull(here.plan(REPOSITORY), quiet)
    assert not canary.exists()
    assert here.names() == []


def test_only_what_is_needed_is_chosen() -> None:
    names = [
        *("m-00001-of-00002.safetensors", "m-00002-of-00002.safetensors"),
        *("m.safetensors.index.json", "m.bin", "m.fp16.safetensors", "m.non_ema.safetensors"),
    ]
    files = [RemoteFile(f"t/{name.replace('m', 'model', 1)}", 1, "") for name in names] + [
        RemoteFile("t/config.json", 1, ""),
        RemoteFile("u/model.safetensors", 1, ""),
    ]
    full = [file.path for file in choose(files, ["t"], half=False)]
    assert full == [
        *("t/config.json", "t/model-00001-of-00002.safetensors"),
        *("t/model-00002-of-00002.safetensors", "t/model.safetensors.index.json"),
    ]
    half = [file.path for file in choose(files, ["t"], half=True)]
    assert half == ["t/config.json", "t/model.fp16.safetensors"]


def test_the_known_checkpoints_are_named_once() -> None:
    known = known_checkpoints()
    assert {"music-spectrogram-diffusion", "audioldm2-large", "audio-diffusion-256"} <= set(known)
    assert all(name == one.name == one.repo.rpartition("/")[2] for name, one in known.items())


def test_an_unknown_name_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match='did you mean "audioldm2'):
        Library(tmp_path).plan("audioldm2-musik")
    with pytest.raises(ForbiddenPath):
        Library(tmp_path).remove("../elsewhere")
