"""What both families declare, refuse and remember."""

from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.checkpoints import read_checkpoint
from engine.context import pack
from engine.discovery import Models
from engine.models.audioldm.model import Model as AudioLdm
from engine.models.audioldm2.model import Model as AudioLdm2
from engine.models.text_audio.conditioning import REMEMBERED, Memory
from engine.wire import ModelFailed, OutOfRange, Request, Unsupported, Value, WrongTypes
from tests.engine.models.tiny import text_audio
from tests.engine.models.tiny.audioldm import write_audioldm
from tests.engine.models.tiny.text_audio import plan, play


def encoded(**arrays: Any) -> str:
    return base64.b64encode(pack(arrays)).decode()


def test_the_models_folder_is_served(folder: Path) -> None:
    models = Models(models_folder=folder)
    assert {"one", "two"} <= {spec.name for spec in models.specs}
    assert models.refused == {}


@pytest.mark.parametrize(("name", "steps", "guidance"), [("one", 200, 2.5), ("two", 200, 3.5)])
def test_defaults_are_the_originals(models: Any, name: str, steps: int, guidance: float) -> None:
    values = plan(models[name], "generate")[0].request.parameters
    assert (values["steps"], values["guidance"], values["eta"]) == (steps, guidance, 0.0)
    assert values["seconds"] == 1.28
    assert values.get("max_new_tokens", 8) == 8


def test_a_draft_takes_a_tenth_of_the_steps_unless_told(model: Any) -> None:
    asked: list[dict[str, Value]] = [{"draft": True}, {"draft": True, "steps": 7}]
    filled = [model.spec.filled(Request("vary", model.spec.name, 0, one)) for one in asked]
    assert [request.parameters["steps"] for request in filled] == [20, 7]


def test_every_operation_takes_what_it_needs(model: Any) -> None:
    named = {
        operation: {one.name for one in model.spec.parameters if one.belongs_to(operation)}
        for operation in model.spec.operations
    }
    assert "seconds" in named["generate"] & named["continue"]
    assert {"start_seconds", "end_seconds"} <= named["inpaint"]
    assert "strength" in named["vary"]
    assert {"strength", "start_seconds"}.isdisjoint(named["generate"])


def test_without_a_prompt_generate_still_works(model: Any) -> None:
    _, (audio,), _ = play(model, "generate", steps=2)
    assert np.abs(audio).max() > 0


def test_weights_lead_from_one_prompt_to_the_other(model: Any) -> None:
    prompts = ["bells", "bells | hum:0", "bells:3 | hum", "bells | hum:3", "hum"]
    sounds = [play(model, "generate", steps=2, prompt=prompt)[1][0] for prompt in prompts]
    assert np.array_equal(sounds[0], sounds[1])
    distances = [float(np.abs(sound - sounds[0]).mean()) for sound in sounds]
    assert distances[2] < distances[3]
    assert distances[2] > 0
    swapped = play(model, "generate", steps=2, prompt="hum | bells:3")[1][0]
    assert np.allclose(swapped, sounds[2], atol=1e-5)


def test_a_prompt_is_encoded_once(model: Any) -> None:
    renderer = model._renderer
    clap, calls = renderer._parts.network("text_encoder"), []
    hook = clap.text_model.register_forward_pre_hook(lambda *inputs: calls.append(1))
    play(model, "generate", seconds=2.0, steps=1, prompt="never heard before")
    first = len(calls)
    play(model, "generate", steps=1, prompt="never heard before", candidates=1)
    hook.remove()
    assert 1 <= first <= 2
    assert len(calls) == first


def test_what_is_remembered_is_bounded() -> None:
    memory = Memory()
    for i in range(REMEMBERED * 2):
        assert memory.recall((i,), lambda i=i: i) == i
        assert memory.recall((0,), lambda: -1) == 0
    assert len(memory._results) == REMEMBERED


def test_refusals_say_what_to_do(models: Any) -> None:
    two = models["two"]
    with pytest.raises(OutOfRange, match="rank is 3 of 2"):
        plan(two, "generate", candidates=2, rank=3)
    with pytest.raises(OutOfRange, match="such as"):
        plan(two, "generate", prompt="a:0|b:0")
    with pytest.raises(OutOfRange, match="such as"):
        plan(two, "generate", negative_prompt="a:0|b:0")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%%%", "no base64"),
        ("AAAA", "no base64"),
        (encoded(latents=np.zeros((1, 3, 4, 4), np.float32)), "takes"),
        (encoded(latents=np.full((1, 8, 4, 4), np.nan, np.float32)), "numbers"),
        (encoded(prompt_embeds=np.zeros((1, 5), np.float32)), "prompt_embeds"),
        (encoded(negative_prompt_embeds=np.zeros((2, 512), np.float32)), "negative_prompt_embeds"),
    ],
)
def test_conditionings_that_do_not_fit_are_refused(model: Any, text: str, told: str) -> None:
    with pytest.raises(WrongTypes, match=told):
        plan(model, "generate", conditioning=text)


def test_noise_for_another_length_is_refused(model: Any) -> None:
    noise = encoded(latents=np.zeros((1, 8, 4, 16), np.float32))
    windows = plan(model, "generate", conditioning=noise)
    with pytest.raises(ModelFailed, match="keep seconds"):
        model.step(windows[0], None, lambda fraction: None)


def test_audioldm_ranks_with_the_clap_that_lies_beside_it(models: Any, tmp_path: Path) -> None:
    one = models["one"]
    best = play(one, "generate", steps=2, prompt="bells", candidates=3)[1][0]
    others = [
        play(one, "generate", steps=2, prompt="bells", candidates=3, rank=rank)[1][0]
        for rank in (1, 2, 3)
    ]
    assert np.array_equal(best, others[0])
    assert not np.array_equal(others[1], others[2])
    alone = text_audio.load(AudioLdm, write_audioldm(tmp_path / "alone"))
    with pytest.raises(Unsupported, match="AudioLDM 2 checkpoint beside it"):
        plan(alone, "generate", candidates=2)


def test_a_checkpoint_that_speaks_is_refused(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "speaks"
    shutil.copytree(folder / "two", place)
    index = json.loads((place / "model_index.json").read_text())
    index["text_encoder_2"] = ["transformers", "VitsModel"]
    (place / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(ModelFailed, match="for speech"):
        AudioLdm2(read_checkpoint(place))


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("vocoder", "sampling_rate", None),
        ("unet", "sample_size", "x"),
        ("vocoder", "model_in_dim", 63),
    ],
)
def test_a_broken_configuration_is_refused(
    folder: Path, tmp_path: Path, part: str, key: str, value: Any
) -> None:
    place = tmp_path / "broken"
    shutil.copytree(folder / "one", place)
    file = place / part / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {key: value}))
    with pytest.raises(ModelFailed):
        AudioLdm(read_checkpoint(place))


def test_a_model_without_weights_says_so(folder: Path) -> None:
    model = AudioLdm(read_checkpoint(folder / "one"))
    with pytest.raises(ModelFailed, match="load it first"):
        plan(model, "generate")
