"""AudioLDM 2 against diffusers' AudioLDM2Pipeline, from the same checkpoint and the same noise."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.context import pack
from engine.models.audioldm2.model import Model
from engine.models.schedulers import SCHEDULERS, make_scheduler
from tests.engine.models.tiny import text_audio
from tests.engine.models.tiny.audioldm import SCHEDULER, write_audioldm2
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
    return write_audioldm2(tmp_path_factory.mktemp("models") / "tiny-audioldm2")


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    return text_audio.load(Model, folder)


@pytest.fixture
def pipeline(folder: Path) -> Any:
    """Upstream's, with the language model it needs: the one declared, GPT2Model, fails in it."""
    from diffusers import AudioLDM2Pipeline
    from transformers import GPT2LMHeadModel

    writer = GPT2LMHeadModel.from_pretrained(folder / "language_model")
    made = AudioLDM2Pipeline.from_pretrained(folder, language_model=writer, local_files_only=True)
    made.set_progress_bar_config(disable=True)
    return made


def test_upstream_cannot_run_the_language_model_that_is_declared(folder: Path) -> None:
    from diffusers import AudioLDM2Pipeline

    pipeline = AudioLDM2Pipeline.from_pretrained(folder, local_files_only=True)
    with pytest.raises(AttributeError, match="_update_model_kwargs_for_generation"):
        pipeline("a", num_inference_steps=1, audio_length_in_s=SECONDS)


@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.5])
def test_guidance(model: Model, pipeline: Any, guidance: float) -> None:
    mine = ours(model, prompt="a warm pad", steps=4, guidance=guidance)
    check_same(mine, theirs(pipeline, SECONDS, prompt="a warm pad", num_inference_steps=4,
                            guidance_scale=guidance))  # fmt: skip


@pytest.mark.parametrize("prompt", ["", "a long warm pad", "hé 漢字 🎹 \u202e xyz"])
def test_prompts(model: Model, pipeline: Any, prompt: str) -> None:
    for negative in ("", "noise" if prompt else ""):
        mine = ours(model, prompt=prompt, negative_prompt=negative, steps=3)
        check_same(mine, theirs(pipeline, SECONDS, prompt=prompt, negative_prompt=negative,
                                num_inference_steps=3))  # fmt: skip


def test_a_very_long_prompt_is_cut_where_upstream_cuts_it(model: Model, pipeline: Any) -> None:
    """CLAP reads 512 tokens, T5 as many as its tokenizer says, 128."""
    prompt = "many words " * 100
    mine = ours(model, prompt=prompt, steps=2)
    check_same(mine, theirs(pipeline, SECONDS, prompt=prompt, num_inference_steps=2))


def test_a_negative_prompt_longer_than_the_prompt_is_read_whole(
    model: Model, pipeline: Any
) -> None:
    """Upstream cuts it to the prompt's length, so that its end says nothing."""
    ends = ("low quality noise", "low quality hum of mains")
    mine = [ours(model, prompt="pad", negative_prompt=end, steps=2) for end in ends]
    theirs_ = [
        theirs(pipeline, SECONDS, prompt="pad", negative_prompt=end, num_inference_steps=2)
        for end in ends
    ]
    ids = [pipeline.tokenizer_2(end, truncation=True, max_length=5).input_ids for end in ends]
    assert ids[0] == ids[1]
    assert text_audio.distance(mine[0].latents, theirs_[0].latents) > 1e-4
    assert text_audio.distance(mine[0].latents, mine[1].latents) > 1e-4


@pytest.mark.parametrize("name", every_scheduler)
def test_schedulers(model: Model, pipeline: Any, name: str) -> None:
    pipeline.scheduler = make_scheduler(SCHEDULER, name)
    mine = ours(model, prompt="bells", steps=5, scheduler=name)
    check_same(mine, theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=5))


def test_eta_and_tokens(model: Model, pipeline: Any) -> None:
    mine = ours(model, prompt="bells", steps=4, eta=0.7, max_new_tokens=13)
    check_same(mine, theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=4, eta=0.7,
                            max_new_tokens=13))  # fmt: skip


def test_encode_prompt(model: Model, pipeline: Any) -> None:
    """The embeddings that come out in the context are those of upstream's encode_prompt."""
    _, _, (context,) = text_audio.play(
        model, "generate", prompt="bells", steps=1, keep_conditioning=True
    )
    embeds, mask, written = pipeline.encode_prompt("bells", "cpu", 1, True)
    for prefix, row in (("negative_", 0), ("", 1)):
        mine = [
            np.asarray(context[prefix + name])[0]
            for name in ("prompt_embeds", "attention_mask", "generated_prompt_embeds")
        ]
        real = mask[row].bool().numpy()
        assert np.array_equal(mine[1].astype(bool), real)
        assert text_audio.distance(mine[0][real], embeds[row].detach().numpy()[real]) < 1e-4
        assert text_audio.distance(mine[2], written[row].detach().numpy()) < 1e-4


def test_given_latents_and_embeddings(model: Model, pipeline: Any) -> None:
    """What one take's context held, sent with a request without a prompt, gives the same sound."""
    first = ours(model, prompt="bells", negative_prompt="hum", steps=3)
    _, _, (context,) = text_audio.play(
        model, "generate", prompt="bells", negative_prompt="hum", steps=1, keep_conditioning=True
    )
    arrays = {name: np.asarray(array) for name, array in context.items() if name != "image"}
    text = base64.b64encode(pack(arrays)).decode()
    again = ours(model, conditioning=text, steps=3)
    assert np.array_equal(again.audio, first.audio)
    given = {name: torch.tensor(array) for name, array in arrays.items()}
    check_same(again, theirs(pipeline, SECONDS, num_inference_steps=3, **given))


def test_candidates_are_ranked_as_upstream_ranks_those_of_one_prompt(
    model: Model, pipeline: Any
) -> None:
    other = theirs(pipeline, SECONDS, prompt="bells", num_inference_steps=3,
                   num_waveforms_per_prompt=3)  # fmt: skip
    for rank in (1, 2, 3):
        mine = ours(model, prompt="bells", steps=3, candidates=3, rank=rank)
        assert text_audio.distance(mine.audio[0], other.audio[rank - 1]) < 1e-4
    assert text_audio.distance(mine.latents, other.latents) < 1e-4


def test_upstream_mixes_two_prompts_when_it_ranks(model: Model, pipeline: Any) -> None:
    """It sorts each prompt's row over every prompt's audio; ours ranks a prompt's own alone."""
    renderer = model._renderer
    assert renderer is not None
    assert renderer._judge is not None
    sounds = torch.tensor(np.random.default_rng(2).normal(size=(4, 20480)) * 0.1).float()
    sounds = sounds * torch.linspace(0.2, 1.0, 4)[:, None]
    prompts = ["bells", "hum"]
    mixed = pipeline.score_waveforms(prompts, sounds, 2, "cpu", torch.float32)
    rows = [int((sounds == sound).all(1).nonzero()[0, 0]) for sound in mixed]
    assert sorted(rows) != [0, 1, 2, 3]
    own = sounds.numpy().reshape(2, 2, -1)
    for prompt, candidates in zip(prompts, own, strict=True):
        assert sorted(renderer._judge.rank(prompt, list(candidates), 16000)) == [0, 1]
        alone = pipeline.score_waveforms(
            [prompt], torch.tensor(candidates), 2, "cpu", torch.float32
        )
        order = renderer._judge.rank(prompt, list(candidates), 16000)
        assert np.array_equal(alone.numpy(), candidates[order])


def test_ranking_is_the_same_every_time_where_upstreams_is_not(model: Model) -> None:
    """CLAP hears 10 s; of longer audio upstream's extractor takes a part at random."""
    renderer = model._renderer
    assert renderer is not None
    assert renderer._judge is not None
    extractor = renderer._parts.processor("feature_extractor")
    long = np.random.default_rng(1).normal(size=48000 * 11).astype(np.float32)
    draws = [extractor(long, sampling_rate=48000)["input_features"] for _ in range(4)]
    assert any(not np.array_equal(draws[0], draw) for draw in draws[1:])
    sounds = [np.roll(long[: 16000 * 11], shift) * 0.1 for shift in (0, 70000)]
    orders = [renderer._judge.rank("bells", sounds, 16000) for _ in range(4)]
    assert all(order == orders[0] for order in orders)
