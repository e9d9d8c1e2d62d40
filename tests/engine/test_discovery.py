"""Models are found by their file's name, and one that is broken leaves the others be."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine.models
from engine.discovery import Models, find_models
from engine.models.devices import fault_of, pick_device
from engine.wire import StartFailed, UnknownModel, Unsupported


def test_models_are_found_by_file(probe_models: Models) -> None:
    names = [spec.name for spec in probe_models.specs]
    assert {"tone", "probe"} <= set(names)
    assert "base" not in names
    assert "devices" not in names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import a_module_that_is_not_there", "a_module_that_is_not_there"),
        ("def broken(:", "invalid syntax"),
        (
            "from engine.models.tone.model import Model as Tone\nclass Model(Tone): pass",
            "calls itself 'tone'",
        ),
    ],
)
def test_a_broken_file_is_left_out_and_logged(
    text: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = f"broken_{abs(hash(text))}"
    (tmp_path / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.setattr(engine.models, "__path__", [*engine.models.__path__, str(tmp_path)])
    found = find_models()
    assert "tone" in found
    assert name not in found
    assert said in caplog.text


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownModel, match="tone"):
        Models(device="cpu").spec("nobody")


def test_an_operation_it_lacks_is_answered_with_who_can(probe_models: Models) -> None:
    with pytest.raises(Unsupported, match=r"it can generate.*models that can render: .*tone"):
        probe_models.able("probe", "render")


def test_weights_stay_until_they_are_unloaded(probe_models: Models) -> None:
    model = probe_models.load("probe")
    assert probe_models.load("probe") is model
    assert probe_models.resident == ("probe",)
    probe_models.unload("probe")
    probe_models.unload("probe")
    assert probe_models.resident == ()
    assert probe_models.load("probe") is not model


def test_auto_is_a_device_that_is_there() -> None:
    assert pick_device(pick_device("auto")) in ("cpu", "cuda")


@pytest.mark.parametrize("device", ["cuda:77", "toaster"])
def test_a_device_that_is_not_there(device: str) -> None:
    with pytest.raises(StartFailed, match=device):
        pick_device(device)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (MemoryError(), "memory"),
        (type("OutOfMemoryError", (RuntimeError,), {})("CUDA out of memory"), "memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), "memory"),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), "device"),
        (type("AcceleratorError", (RuntimeError,), {})("device-side assert"), "device"),
        (RuntimeError("shapes do not match"), "other"),
        (ValueError("out of memory of what came before"), "other"),
    ],
)
def test_faults_are_told_apart(error: BaseException, fault: str) -> None:
    assert fault_of(error) == fault


def test_the_contract_is_no_broken_model(caplog: pytest.LogCaptureFixture) -> None:
    assert "house" in find_models()
    assert not caplog.records
