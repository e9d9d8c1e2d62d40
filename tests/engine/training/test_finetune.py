"""Fine-tuning: any folder is read, a killed run goes on as if it had not been, what comes loads."""

from __future__ import annotations

import json
import logging
import math
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch

from engine.checkpoints import find_checkpoints, read_checkpoint
from engine.models.audio_diffusion.geometry import read_geometry
from engine.models.audio_diffusion.mel import draw
from engine.models.audio_diffusion.model import Model
from engine.training import finetune, finetune_data, recipe
from engine.training.finetune_fit import order
from engine.wire import BadAudio, ModelFailed, OutOfRange, Request, Unsupported
from tests.engine.models.tiny.audio_diffusion import pipeline_of, write_audio_diffusion

pytestmark = [
    pytest.mark.filterwarnings("ignore:Empty filters:UserWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
RATE_HZ = 22_050


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_audio_diffusion(folder / "tiny")
    write_audio_diffusion(folder / "latent", kind="latent")
    write_audio_diffusion(folder / "conditional", kind="conditional")
    (folder / "tiny" / "README.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    return folder


def tone(path: Path, seconds: float, rate_hz: int = RATE_HZ, channels: int = 1) -> Path:
    wave = 0.3 * np.sin(2 * np.pi * 330 * np.arange(round(seconds * rate_hz)) / rate_hz)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate_hz)
    return path


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """What a user's folder may look like."""
    folder = tmp_path / "music"
    tone(folder / "a.wav", 4.0)
    tone(folder / "b.flac", 2.0, 96_000, 2)
    tone(folder / "c.mp3", 3.0, 44_100)
    tone(folder / "deep" / "ün ï.ogg", 2.0, 48_000)
    tone(folder / "one-shot.wav", 0.4, 8_000)
    tone(folder / "click.wav", 0.01)
    soundfile.write(folder / "silence.wav", np.zeros(RATE_HZ * 3), RATE_HZ)
    soundfile.write(folder / "nan.wav", np.full(RATE_HZ, np.nan), RATE_HZ, "FLOAT")
    (folder / "broken.wav").write_bytes(b"RIFF" + bytes(range(200)))
    (folder / "cut.flac").write_bytes((folder / "b.flac").read_bytes()[:9000])
    (folder / "empty.mp3").touch()
    (folder / "notes.txt").write_text("no audio")
    tone(folder / ".hidden" / "h.wav", 2.0)
    return folder


BAD = {"click.wav", "silence.wav", "nan.wav", "broken.wav", "cut.flac", "empty.mp3", "notes.txt"}


def options(models: Path, music: Path, *more: str, model: str = "tiny") -> Any:
    words = (model, str(music), "--models", str(models), "--threads", "1", *more)
    return finetune.parser().parse_args(words)


def test_a_users_folder_is_read_and_what_cannot_be_is_named(
    models: Path, music: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    geometry = read_geometry(read_checkpoint(models / "tiny"))
    with caplog.at_level(logging.WARNING):
        slices = finetune_data.prepare(music, tmp_path, geometry)
    assert set(slices.skipped) == BAD
    assert all(any(name in line for line in caplog.messages) for name in BAD)
    assert slices.files == 5
    expected = sum(max(1, math.floor(s * RATE_HZ / geometry.slice_frames)) for s in (4, 2, 3, 2, 0))
    assert len(slices.images) == expected
    assert slices.images.shape[1:] == (geometry.rows, geometry.columns)


def test_a_slice_is_drawn_as_the_model_draws_it(models: Path, tmp_path: Path) -> None:
    geometry = read_geometry(read_checkpoint(models / "tiny"))
    path = tone(tmp_path / "a.wav", 2.0)
    samples, _ = soundfile.read(path, dtype="float32")
    image = finetune_data.slices_of(path, geometry)[0]
    assert np.array_equal(image, draw(samples[: geometry.slice_frames], geometry).image)


def test_a_folder_is_read_once_and_again_when_it_changes(
    models: Path, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    geometry = read_geometry(read_checkpoint(models / "tiny"))
    first = finetune_data.prepare(music, tmp_path, geometry)
    kept = np.array(first.images)
    with monkeypatch.context() as patch:
        patch.setattr(finetune_data, "slices_of", None)
        again = finetune_data.prepare(music, tmp_path, geometry)
    assert np.array_equal(again.images, kept)
    assert again.skipped == first.skipped
    tone(music / "new.wav", 2.0)
    assert len(finetune_data.prepare(music, tmp_path, geometry).images) == len(kept) + 1


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_without_audio_is_refused(models: Path, tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path / "nothing"
    if is_there:
        folder.mkdir()
        (folder / "notes.txt").write_text("no audio")
    with pytest.raises(BadAudio, match=r"no audio to learn from|no folder"):
        finetune.run(options(models, folder))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--steps", "0"), OutOfRange),
        (("--learning-rate", "2"), OutOfRange),
        (("--name", "a/b"), OutOfRange),
        (("--name", "tiny"), OutOfRange),
    ],
)
def test_what_cannot_be_is_refused(
    models: Path, music: Path, words: tuple[str, ...], error: type[Exception]
) -> None:
    with pytest.raises(error):
        finetune.run(options(models, music, *words))


def test_only_what_can_be_adapted_is(models: Path, music: Path) -> None:
    with pytest.raises(ModelFailed, match="no checkpoint"):
        finetune.run(options(models, music, model="absent"))
    with pytest.raises(Unsupported, match="encodings"):
        finetune.run(options(models, music, model="conditional"))


@pytest.mark.parametrize(("count", "batch"), [(5, 2), (3, 7), (1, 4), (64, 8)])
def test_every_slice_comes_once_before_any_comes_again(count: int, batch: int) -> None:
    rows = [row for draw in range(3 * count) for row in order(count, batch, draw, seed=1)]
    for turn in range(len(rows) // count):
        assert sorted(rows[turn * count : (turn + 1) * count]) == list(range(count))


@pytest.mark.parametrize("model", ["tiny", "latent"])
def test_what_comes_of_it_loads_here_and_upstream(
    models: Path, music: Path, tmp_path: Path, model: str
) -> None:
    words = ("--steps", "6", "--batch", "2", "--accumulate", "2", "--preview-steps", "3")
    finetune.run(options(models, music, *words, "--name", f"{model}-new", model=model))
    found = find_checkpoints(models)
    assert not found.refused
    made = found.checkpoints[f"{model}-new"]
    pictures = sorted(path.name for path in (made.folder / "previews").iterdir())
    assert pictures == ["step-000003.png", "step-000003.wav", "step-000006.png", "step-000006.wav"]
    played = Model(made)
    played.load("cpu", "float32")
    bare = Request("generate", made.name, 1, {"steps": 2})
    windows = played.plan(played.spec.filled(bare))
    audio, _ = played.step(windows[0], None, lambda _: None)
    assert audio.any()
    assert pipeline_of(made.folder).unet.config.sample_size
    wave, rate_hz = soundfile.read(made.folder / "previews" / "step-000006.wav")
    assert (len(wave), rate_hz) == (played.spec.window_frames, RATE_HZ)
    assert np.abs(wave).max() <= 1.0


def test_the_card_names_the_parent_and_its_licence(models: Path, music: Path) -> None:
    finetune.run(options(models, music, "--steps", "1", "--batch", "1", "--name", "carded"))
    made = read_checkpoint(models / "carded")
    assert made.licence == "cc-by-4.0"
    card = (made.folder / "README.md").read_text("utf-8")
    assert "license: cc-by-4.0" in card
    assert "base_model: tiny" in card
    assert json.loads((made.folder / "legato.json").read_text("utf-8"))["parent"] == "tiny"


def test_a_killed_run_goes_on_as_if_it_had_not_been(
    models: Path, music: Path, start: Callable[..., Any]
) -> None:
    """The weights are the same bit for bit, though it was killed between two saves."""
    words = ("--steps", "30", "--batch", "2", "--save-steps", "4", "--device", "cpu")
    finetune.run(options(models, music, *words, "--name", "whole"))
    killed = (*words, "--name", "killed", "--models", str(models), "--threads", "1")
    command = ("-m", "bridge.cli", "train", "finetune", "tiny", str(music), *killed)
    program = start(sys.executable, *command)
    state = models / ".killed.training" / "state.safetensors"
    program.until(state.exists)
    assert program.end(signal.SIGKILL) == -signal.SIGKILL
    assert not (models / "killed").exists()
    assert recipe.main(["finetune", "tiny", str(music), *killed]) == 0
    weights = [
        (models / name / "unet" / "diffusion_pytorch_model.safetensors").read_bytes()
        for name in ("whole", "killed")
    ]
    assert weights[0] == weights[1]
    parent = models / "tiny" / "unet" / "diffusion_pytorch_model.safetensors"
    assert parent.read_bytes() != weights[0]


def test_it_learns(models: Path, tmp_path: Path) -> None:
    """The loss on one tone falls by far within seconds."""
    from engine.training.finetune_fit import FinetunePlan, Finetuning

    music = tone(tmp_path / "music" / "a.wav", 8.0).parent
    parent = read_checkpoint(models / "tiny")
    geometry = read_geometry(parent)
    slices = finetune_data.prepare(music, tmp_path, geometry)
    plan = FinetunePlan(steps=90, batch=4, learning_rate=3e-3, save_steps=1000)
    job, _ = finetune._prepared(parent, geometry, slices.images, plan, torch.device("cpu"))
    assert isinstance(job, Finetuning)
    with torch.no_grad():
        before = float(np.mean([float(job._loss(10_000 + i)) for i in range(8)]))
    job.run(tmp_path / "run" / "state.safetensors", lambda done: None)
    with torch.no_grad():
        after = float(np.mean([float(job._loss(10_000 + i)) for i in range(8)]))
    assert after < 0.6 * before


def test_half_precision_trains_float32_weights(models: Path, music: Path) -> None:
    words = ("--steps", "2", "--batch", "1", "--precision", "bfloat16", "--name", "half")
    finetune.run(options(models, music, *words))
    from safetensors.torch import load_file

    weights = load_file(models / "half" / "unet" / "diffusion_pytorch_model.safetensors")
    assert {value.dtype for value in weights.values()} == {torch.float32}
    assert all(torch.isfinite(value).all() for value in weights.values())
