"""A checkpoint in the models folder, found by the engine and asked through its loop."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from diffusers import SpectrogramDiffusionPipeline

from engine.discovery import Models
from engine.loop import Loop
from engine.models.base import IMAGE, Context
from engine.models.spectrogram_diffusion.model import WINDOW_FRAMES, Model
from engine.session import Session
from engine.wire import (
    AnyToBridge,
    BadScore,
    Cancel,
    Cancelled,
    Chunk,
    Done,
    Failed,
    MidiEvent,
    ModelFailed,
    Note,
    Play,
    Progress,
    Request,
    Score,
    Submit,
    TooLarge,
    Value,
)
from tests.engine.models.spectrogram_diffusion.upstream import Upstream
from tests.engine.models.tiny import spectrogram_diffusion as tiny

pytestmark = pytest.mark.filterwarnings("ignore:.*__array:DeprecationWarning")

WAIT_SECONDS = 120.0
NAME = tiny.NAME
SCORE = Score(
    notes=tuple(Note(0.5 * i, 0.5 * i + 0.4, 48 + i, 90) for i in range(16)), duration_seconds=8.5
)
QUICK: dict[str, Value] = {"steps": 3, "scheduler": "unipc", "guidance": 1.5}


@pytest.fixture
def session(home: Path) -> Iterator[Session]:
    """A session of an engine whose models folder holds the tiny checkpoint."""
    loop = Loop(Models({}, device="cpu", models_folder=home.parent))
    thread = threading.Thread(target=loop.run)
    thread.start()
    yield loop.open()
    loop.stop()
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


def submit(session: Session, operation: Any, score: Score | None, **parameters: Value) -> None:
    session.post(Submit("job", Request(operation, NAME, 4, {**QUICK, **parameters}, score)))


def answers(session: Session) -> Iterator[tuple[AnyToBridge, Any]]:
    """Yield what the engine says, up to the job's end."""
    while True:
        event = session.take(WAIT_SECONDS)
        assert event is not None
        yield event
        if isinstance(event[0], Done | Failed | Cancelled):
            return


def test_it_is_found_and_says_what_it_can(home: Path) -> None:
    spec = Models({}, device="cpu", models_folder=home.parent).spec(NAME)
    assert spec.operations == ("render", "live")
    assert (spec.rate_hz, spec.channels, spec.window_frames) == (16_000, 1, 81_920)
    names = [parameter.name for parameter in spec.parameters]
    assert names == ["steps", "scheduler", "guidance", "draft"]


def test_a_render_comes_window_by_window_with_its_pictures(session: Session, model: Model) -> None:
    submit(session, "render", SCORE)
    events = list(answers(session))
    chunks = [(message, data) for message, data in events if isinstance(message, Chunk)]
    sounds = [np.frombuffer(data[: 4 * chunk.frames], "<f4") for chunk, data in chunks]
    windows = model.plan(model.spec.filled(Request("render", NAME, 4, QUICK, SCORE)))
    context: Context | None = None
    for window, sound, (chunk, _) in zip(windows, sounds, chunks, strict=True):
        expected, context = model.step(window, context, lambda fraction: None)
        np.testing.assert_array_equal(sound, expected[:, 0])
        assert (chunk.image_height, chunk.image_width) == context[IMAGE].shape
    assert events[-1][0] == Done("job", sum(window.frames for window in windows))
    assert any(isinstance(message, Progress) for message, _ in events)


def test_a_render_is_cancelled_within_a_step(session: Session) -> None:
    submit(session, "render", SCORE, steps=1000, scheduler="ddpm")
    for message, _ in answers(session):
        if isinstance(message, Progress) and message.stage == "render":
            session.post(Cancel("job"))
        assert not isinstance(message, Done | Chunk)
    assert isinstance(message, Cancelled)


def test_it_is_played_live(session: Session) -> None:
    submit(session, "live", None)
    session.post(Play("job", 0, (MidiEvent(100, 0x90, 60, 90),)))
    session.post(Play("job", 1, (), last=True))
    chunks = [message for message, _ in answers(session) if isinstance(message, Chunk)]
    assert [chunk.first_frame for chunk in chunks] == [0, WINDOW_FRAMES]
    assert {chunk.frames for chunk in chunks} == {WINDOW_FRAMES}


@pytest.mark.parametrize(
    "score",
    [
        None,
        Score(),
        Score(notes=(Note(0.0, 1e9, 60, 100),), duration_seconds=1e9),
        Score(notes=(Note(0.0, 1.0, 60, 100),), duration_seconds=float("inf")),
    ],
)
def test_a_score_that_cannot_be_rendered_is_refused(model: Model, score: Score | None) -> None:
    with pytest.raises((BadScore, TooLarge)):
        model.plan(model.spec.filled(Request("render", NAME, 0, {}, score)))


def test_a_checkpoint_without_its_vocoder_is_refused_with_advice(
    home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / NAME)
    shutil.rmtree(tmp_path / NAME / "melgan")
    (tmp_path / NAME / "model_index.json").write_text(json.dumps(tiny.index(vocoder=False)))
    models = Models({}, device="cpu", models_folder=tmp_path)
    assert "google/music-spectrogram-diffusion" in models.refused[NAME]
    with pytest.raises(ModelFailed, match="melgan"):
        models.spec(NAME)


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("decoder", {"targets_length": 512}),
        ("decoder", {"input_dims": "many"}),
        ("notes_encoder", {"vocab_size": 100}),
        ("notes_encoder", {"max_length": -5}),
        ("notes_encoder", {"max_length": None}),
    ],
)
def test_a_checkpoint_of_another_shape_is_refused(
    home: Path, tmp_path: Path, part: str, changes: dict[str, object]
) -> None:
    shutil.copytree(home, tmp_path / NAME)
    file = tmp_path / NAME / part / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    assert "are known" in Models({}, device="cpu", models_folder=tmp_path).refused[NAME]


def test_layers_of_another_kind_are_refused(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home, tmp_path / NAME)
    file = tmp_path / NAME / "notes_encoder" / "config.json"
    config = {**json.loads(file.read_text()), "feed_forward_proj": "relu"}
    file.write_text(json.dumps(config))
    with pytest.raises(ModelFailed, match="gated-gelu"):
        Models({}, device="cpu", models_folder=tmp_path).load(NAME)


@pytest.mark.filterwarnings("ignore:.OnnxRuntimeModel. is deprecated:FutureWarning")
def test_a_checkpoint_saved_by_current_diffusers_is_served(
    home: Path, tmp_path: Path, theirs: Upstream
) -> None:
    """It names the encoders as diffusers' own, which diffusers then cannot load (B4)."""
    SpectrogramDiffusionPipeline(**theirs.components).save_pretrained(tmp_path / NAME)
    index = json.loads((tmp_path / NAME / "model_index.json").read_text())
    assert index["notes_encoder"] == ["diffusers", "SpectrogramNotesEncoder"]
    with pytest.raises((AttributeError, ValueError)):
        SpectrogramDiffusionPipeline.from_pretrained(tmp_path / NAME)
    models = Models({}, device="cpu", models_folder=tmp_path)
    assert models.refused == {}
    assert models.load(NAME).spec.name == NAME
