"""How far the flow takes a mel off the prior: by instrument, by level, by steps."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from engine.models.house import deviation, weights
from engine.models.house.deviation import STEPS, UNDER_NATS, Deviation, moved
from engine.models.house.notes import INSTRUMENTS, LOG_FLOOR, MELS, table
from engine.models.house.stage import Envelopes
from engine.wire import Note, Score

CPU = torch.device("cpu")


def written(tmp_path: Path) -> Deviation:
    """A table in which a gain says which instrument and level it is of; steps double it."""
    gain = torch.arange(INSTRUMENTS)[:, None] + 20 * torch.arange(len(UNDER_NATS))
    steps = 2.0 ** torch.arange(len(STEPS))[:, None].expand(-1, len(UNDER_NATS))
    tensors = {"gain": gain.to(torch.uint8).contiguous(), "steps": steps.contiguous()}
    save_file(tensors, tmp_path / "table.safetensors")
    return Deviation(CPU, tmp_path / "table.safetensors")


def sloping(hops: int) -> torch.Tensor:
    """A prior whose mels fall from hop's loudest by a tenth of a nat each."""
    return torch.linspace(0.0, -0.1 * (MELS - 1), MELS).repeat(hops, 1)


def test_gains_are_those_of_the_instrument_the_level_and_the_steps(tmp_path: Path) -> None:
    found = written(tmp_path).gains(sloping(3), torch.ones(1, 3, MELS), torch.tensor([30]), 1)
    for place, under in enumerate(UNDER_NATS):
        low, high = found[:, int(10 * under)], found[:, int(np.ceil(10 * under))]
        expected = 0.01 * (30 + 20 * place)
        assert (low <= expected + 1e-4).all()
        assert (high >= expected - 1e-4).all()
    assert float(found[0, 0]) == pytest.approx(0.30)  # no extrapolation
    assert float(found[0, -1]) == pytest.approx(0.90)


def test_the_flow_counts_where_an_instrument_that_sounds_has_a_gain(tmp_path: Path) -> None:
    gain = torch.zeros(INSTRUMENTS, len(UNDER_NATS), dtype=torch.uint8)
    gain[18, 2] = 10
    tensors = {"gain": gain, "steps": torch.ones(len(STEPS), len(UNDER_NATS))}
    save_file(tensors, tmp_path / "table.safetensors")
    table = Deviation(CPU, tmp_path / "table.safetensors")
    assert table.counts(np.array([0, 18, 0]), 2)
    assert not table.counts(np.array([0, 18]), 0)
    assert not table.counts(np.array([0, 19]), 8)
    assert not table.counts(np.zeros(0, np.int64), 8)


def test_where_several_sound_each_counts_by_its_power(tmp_path: Path) -> None:
    powers = torch.ones(2, 1, MELS)
    powers[0, :, :10], powers[1, :, :10] = 0.0, 1.0
    powers[0, :, 40:50] = 3.0
    pair = torch.tensor([10, 50])
    table = written(tmp_path)
    mixed = table.gains(sloping(1), powers, pair, 1)
    alone = [table.gains(sloping(1), powers[:1], each, 1) for each in pair.split(1)]
    torch.testing.assert_close(mixed[:, :10], alone[1][:, :10])
    torch.testing.assert_close(mixed[:, 60:], 0.5 * (alone[0] + alone[1])[:, 60:])
    torch.testing.assert_close(mixed[:, 40:50], (0.75 * alone[0] + 0.25 * alone[1])[:, 40:50])


@pytest.mark.parametrize(("steps", "times"), [(1, 1.0), (2, 2.0), (4, 4.0), (8, 8.0), (16, 8.0)])
def test_other_numbers_of_steps_have_other_gains(tmp_path: Path, steps: int, times: float) -> None:
    table, powers = written(tmp_path), torch.ones(1, 2, MELS)
    once, found = (table.gains(sloping(2), powers, torch.tensor([30]), n) for n in (1, steps))
    torch.testing.assert_close(found, times * once)
    if steps > 2:
        between = table.gains(sloping(2), powers, torch.tensor([30]), 3)
        assert (2.0 * once < between).all()
        assert (between < 4.0 * once).all()


def test_what_is_heard_is_as_far_off_the_prior_as_the_gains_say() -> None:
    prior, mel = torch.full((2, MELS), -3.0), torch.full((2, MELS), -2.0)
    torch.testing.assert_close(moved(prior, mel, torch.full_like(mel, 0.25)), prior + 0.25)
    torch.testing.assert_close(moved(prior, mel, torch.zeros_like(mel)), prior)
    lowest = moved(torch.full_like(mel, LOG_FLOOR), torch.full_like(mel, LOG_FLOOR - 1.0), mel * 0)
    assert float(lowest.min()) >= LOG_FLOOR - 1e-5


def test_whose_a_mel_is_comes_from_the_notes_envelopes(tmp_path: Path) -> None:
    notes = (Note(0.0, 1.0, 60, 80, 10), Note(0.0, 1.0, 64, 80, 50, 1))
    columns = table(Score(notes=notes, duration_seconds=1.0))
    level = np.full((8, MELS), -20.0, np.float32)
    level[:4, : MELS // 2], level[4:, MELS // 2 :] = -1.0, -1.0
    pairs = np.repeat([0, 1], 4), np.tile(np.arange(2, 6), 2)
    found = Envelopes(*pairs, np.exp(2.0 * level), np.zeros(8, np.float32))
    prior = torch.full((4, MELS), -1.0)
    heard = written(tmp_path).heard(prior + 1.0, prior, found, columns, 2, 1) - prior
    torch.testing.assert_close(heard[:, : MELS // 2], torch.full((4, MELS // 2), 0.10))
    torch.testing.assert_close(heard[:, MELS // 2 :], torch.full((4, MELS // 2), 0.50))


def test_without_steps_or_without_notes_nothing_is_changed(tmp_path: Path) -> None:
    columns = table(Score(notes=(Note(0.0, 1.0, 60, 80),), duration_seconds=1.0))
    none, power = np.zeros(1, np.int64), np.full((1, MELS), 0.1, np.float32)
    found = Envelopes(none, none, power, np.zeros(1, np.float32))
    prior, mel = torch.full((4, MELS), -1.0), torch.zeros(4, MELS)
    table_of = written(tmp_path)
    assert table_of.heard(mel, prior, found, columns, 0, 0) is mel
    silence = Envelopes(*(column[:0] for column in found))
    assert table_of.heard(mel, prior, silence, columns, 0, 4) is mel


def test_the_shipped_table_was_measured_with_the_shipped_weights() -> None:
    with safe_open(deviation.FILE, "pt") as file:
        gain, steps = file.get_tensor("gain"), file.get_tensor("steps")
        of_weights = file.metadata()["weights"]
    assert gain.shape == (INSTRUMENTS, len(UNDER_NATS))
    assert steps.shape == (len(STEPS), len(UNDER_NATS))
    assert of_weights == hashlib.sha256(weights.FILE.read_bytes()).hexdigest()
    card = json.loads(deviation.FILE.with_name("card.json").read_text())
    assert card["deviation"]["sha256"] == hashlib.sha256(deviation.FILE.read_bytes()).hexdigest()
