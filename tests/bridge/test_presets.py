"""Named parameter sets, and what goes before what."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.presets import Presets
from engine.wire import ModelSpec, NotFound, OutOfRange, Parameter, StartFailed, UnknownParameter

MODEL = ModelSpec(
    name="probe",
    rate_hz=48_000,
    channels=2,
    window_frames=48_000,
    context_frames=0,
    operations=("render", "vary"),
    parameters=(
        Parameter("brightness", "float", 0.5, 0.0, 1.0),
        Parameter("strength", "float", 0.5, 0.0, 1.0, operations=("vary",)),
    ),
)
MODELS = {"probe": MODEL}


def test_a_preset_is_kept_and_named(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.save("warm", {"brightness": 0.25, "seed": 3}, [MODEL])
    assert Presets(tmp_path).named("warm") == {"brightness": 0.25, "seed": 3}
    presets.remove("warm")
    with pytest.raises(NotFound, match="none yet"):
        presets.named("warm")


def test_without_values_what_is_in_force_is_kept(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    with pytest.raises(OutOfRange, match="key value"):
        presets.save("nothing", {}, [MODEL])
    presets.put_in_force({"brightness": 0.25})
    presets.set("seed", 9)
    presets.save("now", {}, [MODEL])
    assert presets.named("now") == {"brightness": 0.25, "seed": 9}


def test_what_no_model_can_take_is_not_kept(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    with pytest.raises(UnknownParameter, match="brightness"):
        presets.save("x", {"brigthness": 0.5}, [MODEL])
    with pytest.raises(OutOfRange, match="at most 1"):
        presets.save("x", {"brightness": 2}, [MODEL])
    assert not (tmp_path / "presets.toml").exists()


def test_what_the_request_says_goes_before_what_is_in_force(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.put_in_force({"brightness": 0.1, "seed": 4, "strength": 0.9})
    completed = presets.completed({"seed": 5}, (), "vary", MODELS, "probe")
    assert completed == {"brightness": 0.1, "seed": 5, "strength": 0.9}


def test_only_what_the_operation_can_take_is_filled_in(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.put_in_force({"brightness": 0.1, "strength": 0.9, "elsewhere": 1})
    assert presets.completed({}, (), "render", MODELS, "probe") == {"brightness": 0.1}
    assert presets.completed({}, ("strength",), "vary", MODELS, "probe") == {"brightness": 0.1}


def test_a_preset_may_choose_the_model(tmp_path: Path) -> None:
    presets = Presets(tmp_path)
    presets.put_in_force({"model": "probe", "brightness": 0.1})
    assert presets.completed({}, (), "render", MODELS, "other") == {
        "model": "probe",
        "brightness": 0.1,
    }
    given = {"model": "other"}
    assert presets.completed(given, (), "render", MODELS, "other") == given


def test_a_file_edited_wrongly_is_refused(tmp_path: Path) -> None:
    (tmp_path / "presets.toml").write_text("[presets.x]\nbrightness = [1]\n")
    with pytest.raises(StartFailed, match=r"x\.brightness"):
        Presets(tmp_path).all()
