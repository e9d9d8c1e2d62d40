"""AudioLDM against diffusers' AudioLDMPipeline, from the same checkpoint and the same noise."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.context import pack
from engine.models.audioldm.model import Model
from engine.models.schedulers import SCHEDULERS, make_scheduler
from tests.engine.models.tiny import text_audio
from tests.engine.models.tiny.audioldm import SCHEDULER, write_audioldm
from tests.engine.models.tiny.text_audio import check_same, ours, theirs

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
SECONDS = 1.28
QUICK_SCHEDULERS = ("ddim", "lms", "pndm", "euler-a", "dpm++")
every_scheduler = [
    pytest.param(name, marks=[] if name in QUICK_SCHEDULERS else pytest.mark.long)
    for name in SCHEDULERS
]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_audioldm(tmp_path_factory.mktemp("models") / "tiny-audioldm")


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    return text_audio.load(Model, folder)


@pytest.fixture
def pipeline(folder: Path) -> Any:
    from diffusers import AudioLDMPipeline

    made = AudioLDMPipeline.from_pretrained(folder, local_files_only=True)
    made.set_progress_bar_config(disable=True)
    return made


@pytest.mark.parametrize("guidance", [0.0, 1.0, 2.5, 7.0])
def test_guidance(model: Model, pipeline: Any, guidance: float) -> None:
    mine = ours(model, prompt="a warm pad", steps=4, guidance=guidance)
    check_same(mine, theirs(pipeline, SECONDS, prompt="a warm pad", num_inference_steps=4,
                            guidance_scale=guidance))  # fmt: skip


@pytest.mark.parametrize("prompt", ["", "hé 漢字 🎹 \u202e x", "many words " * 200])
@pytest.mark.parametrize("negative", ["", "noise", "low quality " * 9])
def test_prompts(model: Model, pipeline: Any, prompt: str, negative: str) -> None:
    mine = ours(model, prompt=prompt, negative_prompt=negative, steps=3)
    check_same(mine, theirs(pipeline, SECONDS, prompt=prompt, negative_prompt=negative,
                            num_inference_steps=3, guidance_scale=2.5))  # fmt: skip


@pytest.mark.parametrize("name", every_scheduler)
def test_schedulers(model: Model, pipeline: Any, name: str) -> None:
    """Each as upstream makes it: from the checkpoint's config."""
    pipeline.scheduler = make_scheduler(SCHEDULER, name)
    mine = ours(model, prompt="bells", steps=6, scheduler=name)
    check_same(mine, theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=6,
                            guidance_scale=2.5))  # fmt: skip


def test_eta(model: Model, pipeline: Any) -> None:
    mine = ours(model, prompt="bells", steps=5, eta=1.0)
    check_same(mine, theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=5, eta=1.0,
                            guidance_scale=2.5))  # fmt: skip
    assert text_audio.distance(mine.audio, ours(model, prompt="bells", steps=5).audio) > 1e-3


@pytest.mark.parametrize("seconds", [0.04, 0.3, 0.77])
def test_lengths(model: Model, pipeline: Any, seconds: float) -> None:
    mine = ours(model, prompt="bells", steps=3, seconds=seconds)
    other = theirs(pipeline, seconds, prompt="bells", num_inference_steps=3)
    check_same(mine, other)


def test_given_latents_and_embeddings(model: Model, pipeline: Any) -> None:
    shape = (1, 8, 32, 16)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(9))
    vectors = torch.nn.functional.normalize(torch.randn(2, 512), dim=-1)
    given = {"latents": noise, "prompt_embeds": vectors[:1], "negative_prompt_embeds": vectors[1:]}
    arrays = {name: tensor.numpy() for name, tensor in given.items()}
    text = base64.b64encode(pack(arrays)).decode()
    mine = ours(model, conditioning=text, steps=4)
    check_same(mine, theirs(pipeline, SECONDS, num_inference_steps=4, **given))


def test_several_waveforms_come_in_upstreams_order(model: Model, pipeline: Any) -> None:
    """AudioLDM's checkpoint has no CLAP that hears; compared before one is chosen."""
    renderer = model._renderer
    assert renderer is not None
    request = {"prompt": "bells", "steps": 3, "guidance": 2.5}
    other = theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=3,
                   num_waveforms_per_prompt=3)  # fmt: skip
    windows = text_audio.plan(model, "generate", **request)
    values = windows[0].request.parameters | {"candidates": 3}
    window = _with_values(windows[0], values)
    with text_audio.recorded(renderer._codec._vae, renderer._codec._vocoder) as seen:
        renderer._judge = _FirstComes()  # type: ignore[assignment]
        audio, _ = model.step(window, None, lambda fraction: None)
        renderer._judge = None
    latents = torch.cat([tensor for name, tensor in seen if name == "latents"]).numpy()
    assert text_audio.distance(latents, other.latents) < 1e-4
    assert text_audio.distance(audio[:, 0], other.audio[0]) < 1e-4


class _FirstComes:
    def rank(self, prompt: str, sounds: list[Any], rate_hz: int) -> list[int]:
        return list(range(len(sounds)))


def _with_values(window: Any, values: dict[str, Any]) -> Any:
    import dataclasses

    import msgspec

    request = msgspec.structs.replace(window.request, parameters=values)
    return dataclasses.replace(window, request=request)


def test_the_window_is_as_long_as_upstreams_default(model: Model, pipeline: Any) -> None:
    window = model.spec.window_frames
    pipeline_frames = pipeline("x", num_inference_steps=1).audios.shape[1]
    assert window == pipeline_frames == np.prod([32, 4, 160])
