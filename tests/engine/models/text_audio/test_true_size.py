"""Both families at the public checkpoints' size, with random weights, against upstream."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from engine.models.audioldm.model import Model as AudioLdm
from engine.models.audioldm2.model import Model as AudioLdm2
from tests.engine.models.tiny import text_audio
from tests.engine.models.tiny.audioldm import write_audioldm, write_audioldm2
from tests.engine.models.tiny.text_audio import check_same, ours, theirs

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
PROMPT = {"prompt": "a warm analogue pad with slow strings", "negative_prompt": "low quality"}


def upstream(name: str, folder: Path) -> Any:
    import diffusers
    from transformers import GPT2LMHeadModel

    more = {}
    if name == "AudioLDM2Pipeline":
        more["language_model"] = GPT2LMHeadModel.from_pretrained(folder / "language_model")
    pipeline = getattr(diffusers, name).from_pretrained(folder, local_files_only=True, **more)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@pytest.mark.parametrize(
    ("kind", "write"), [(AudioLdm, write_audioldm), (AudioLdm2, write_audioldm2)]
)
def test_a_whole_window_is_upstreams(kind: Any, write: Any, tmp_path: Path) -> None:
    """One model in memory at a time: AudioLDM 2 has 1.1 billion parameters."""
    folder = write(tmp_path / "true-size", is_true_size=True)
    model = text_audio.load(kind, folder)
    mine = ours(model, steps=3, guidance=3.0, **PROMPT)
    seconds = model.spec.window_frames / model.spec.rate_hz
    pipelines = kind.pipelines
    del model
    gc.collect()
    pipeline = upstream(pipelines[0], folder)
    other = theirs(pipeline, seconds, num_inference_steps=3, guidance_scale=3.0, **PROMPT)
    check_same(mine, other)
