"""A model is proved by making it do all it can, and one that is broken does not pass."""

from __future__ import annotations

import pytest

from bridge.client import InProcessClient
from bridge.proving import prove, small_request
from engine.discovery import Models
from engine.loop import Loop


def engine(models: Models) -> InProcessClient:
    return InProcessClient(Loop(models))


def test_a_sound_model_passes() -> None:
    checks = prove(engine(Models(device="cpu")), "tone")
    assert [check.name for check in checks] == ["load", "render", "memory"]
    assert {check.state for check in checks} == {"ok"}


@pytest.mark.parametrize(
    ("fault", "said"), [("nan", "no numbers"), ("shape", "was planned"), ("raise", "failed")]
)
def test_a_broken_model_does_not(
    fault: str, said: str, probe_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.proving.ASKED", {"fault": fault})
    checks = {check.name: check for check in prove(engine(probe_models), "probe")}
    assert checks["generate"].state == "failure"
    assert said in checks["generate"].what


def test_a_model_that_is_not_there_is_told() -> None:
    (check,) = prove(engine(Models(device="cpu")), "nobody")
    assert check.state == "failure"
    assert "tone" in check.what


def test_a_request_has_the_sources_of_its_operation(probe_models: Models) -> None:
    spec = probe_models.spec("probe")
    request, source = small_request(spec, "interpolate")
    assert len(request.source_frames) == 2
    assert sum(request.source_frames) * spec.channels * 4 == len(source)
