"""Measuring how far the flow's deviation may go: in movements of which it is known."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open

from engine.models.house import weights
from engine.models.house.deviation import STEPS, UNDER_NATS
from engine.models.house.notes import FIRST_KIT, HOPS_PER_SECOND, Floats, table
from engine.models.house.prior import mix
from engine.models.house.synthesis import Synthesizer
from engine.models.house.waves import Waves
from engine.training import data, deviation
from engine.training.data import Example
from engine.wire import Note, Score

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


WAVES = Waves()
SCORE = Score(
    notes=tuple(Note(0.1, 2.0, pitch, 90, 19) for pitch in (48, 55, 64)), duration_seconds=3.0
)


def held() -> Example:
    """A held chord, of which the mel is the prior's own: still, but for its attack."""
    columns = table(SCORE)
    prior = mix(weights.load()[0], WAVES, columns, 0, int(2.0 * HOPS_PER_SECOND))
    return Example("held", columns, prior.numpy())


def sounding() -> deviation.Sounding:
    return deviation.Sounding(weights.load()[0], Synthesizer(), held(), SCORE)


@pytest.mark.parametrize("wanted", [0.2, 0.6])
def test_the_gain_is_that_of_which_the_sound_is_nearest(wanted: float) -> None:
    each, flow = sounding(), weights.load()[1]
    mel = deviation.refined(flow, each.known, deviation.MEASURED_STEPS)
    each.truth = each.heard(each.known + wanted * (mel - each.known))
    found = deviation.gains(flow, [each])
    assert found.shape == (len(UNDER_NATS),)
    np.testing.assert_allclose(found, wanted, atol=0.01)


def test_where_the_prior_is_right_nothing_is_left_of_the_deviation() -> None:
    each, flow = sounding(), weights.load()[1]
    each.truth = each.heard(each.known)
    assert float(deviation.gains(flow, [each]).max()) == 0.0


def test_steps_may_go_as_far_as_least_squares_say() -> None:
    """Towards where 2 steps go, others may go as far as they lead there; nowhere, all alike."""
    example, (prior, flow) = held(), weights.load()
    known = torch.from_numpy(np.array(example.mel))
    ways = {steps: deviation.refined(flow, known, steps) - known for steps in STEPS}

    def found(towards: torch.Tensor) -> Floats:
        told = Example("held", example.notes, (known + towards).numpy())
        return deviation.by_steps(prior, flow, WAVES, [told])

    measured = STEPS.index(deviation.MEASURED_STEPS)
    forth, back = (found(sign * 0.4 * ways[deviation.MEASURED_STEPS]) for sign in (1.0, -1.0))
    assert forth.shape == (len(STEPS), len(UNDER_NATS))
    np.testing.assert_array_equal(forth[measured], 1.0)
    np.testing.assert_array_equal(back, 1.0)
    np.testing.assert_array_equal(found(torch.zeros_like(known)), 1.0)
    loudest = deviation._levels(known)[..., :1].squeeze(-1)
    for row, way in enumerate(ways.values()):
        along = float((loudest * way * ways[deviation.MEASURED_STEPS]).sum())
        share = 0.4 * along / float((loudest * way.square()).sum())
        expected = min(max(share, deviation.LEAST_GAIN), 1.0) / 0.4
        assert forth[row, 0] == pytest.approx(min(expected, deviation.MOST_MORE), rel=0.05)


def test_scores_are_of_one_instrument_and_the_same_every_time() -> None:
    for instrument in (0, 40, FIRST_KIT + 2):
        score = deviation.solo(instrument, 1)
        assert set(table(score).instrument.tolist()) == {instrument}
        assert score == deviation.solo(instrument, 1) != deviation.solo(instrument, 0)
        assert score.duration_seconds <= deviation.SECONDS


@needs_fluidsynth
def test_the_table_is_measured_once_and_goes_on_where_it_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deviation, "INSTRUMENTS", 2)
    monkeypatch.setattr(deviation, "SOME", range(1))
    monkeypatch.setattr(deviation, "SECONDS", 2.5)
    monkeypatch.setattr(deviation, "SOLOS", 1)
    deviation.make(tmp_path, data.SOUNDFONT)
    target = tmp_path / "table.safetensors"
    deviation.measure(tmp_path, target, "cpu")
    first = target.read_bytes()
    digest = hashlib.sha256(first).hexdigest()
    assert json.loads((tmp_path / "card.json").read_text())["deviation"]["sha256"] == digest
    with safe_open(target, "pt") as file:
        gain = file.get_tensor("gain")
    assert gain.shape == (2, len(UNDER_NATS))
    assert int(gain.max()) <= 100
    monkeypatch.setattr(deviation, "gains", pytest.fail)
    deviation.make(tmp_path, data.SOUNDFONT)
    deviation.measure(tmp_path, target, "cpu")
    assert target.read_bytes() == first
