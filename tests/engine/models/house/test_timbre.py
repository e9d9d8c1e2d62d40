"""Where partials lie: as measured, between measured keys, and nowhere for noise."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.models.house.notes import FIRST_KIT, INSTRUMENTS, pitch_hz
from engine.models.house.timbre import (
    CENTS,
    HIGHEST_HZ,
    MAX_PARTIALS,
    MEASURED_KEYS,
    TURNS,
    Timbres,
    start_turns,
    stretched,
)

TABLE = {
    "0": {"stiffness": {"40": 1e-4, "60": 3e-4}},
    "9": {"modes": {"60": [1.0, 2.74, 5.3], "84": [1.0, 2.8]}},
    str(FIRST_KIT): {"drums": {"56": [560.0, 845.0]}},
}


@pytest.fixture
def timbres(tmp_path: Path) -> Timbres:
    path = tmp_path / "timbre.json"
    path.write_text(json.dumps(TABLE))
    return Timbres(path, tmp_path / "nothing")


def ratios(timbres: Timbres, instrument: int, pitch: int) -> list[float]:
    hz = timbres.partials_hz(instrument, pitch)
    assert hz is not None
    return [float(each) for each in hz / pitch_hz(np.array(pitch))]


def test_a_stiff_string_stretches_more_where_it_was_measured_to(timbres: Timbres) -> None:
    for pitch, stiffness in ((30, 1e-4), (40, 1e-4), (50, 2e-4), (60, 3e-4), (99, 3e-4)):
        found = ratios(timbres, 0, pitch)
        assert found[1] == pytest.approx(2.0 * np.sqrt(1 + 4 * stiffness))


def test_a_bar_has_the_modes_of_the_nearest_key(timbres: Timbres) -> None:
    assert ratios(timbres, 9, 50) == pytest.approx([1.0, 2.74, 5.3])
    assert ratios(timbres, 9, 80) == pytest.approx([1.0, 2.8])


def test_a_drum_keeps_its_own_and_most_have_none(timbres: Timbres) -> None:
    found = timbres.partials_hz(FIRST_KIT, 56)
    assert found is not None
    assert found.tolist() == [560.0, 845.0]
    assert timbres.partials_hz(FIRST_KIT, 38) is None


def test_what_was_not_measured_is_harmonic(timbres: Timbres) -> None:
    assert ratios(timbres, 48, 60)[:4] == pytest.approx([1, 2, 3, 4])


def test_the_table_that_is_installed_makes_sense() -> None:
    timbres = Timbres()
    for instrument in range(INSTRUMENTS):
        for pitch in range(21, 109, 3):
            hz = timbres.partials_hz(instrument, pitch)
            if hz is not None:
                assert 1 <= len(hz) <= MAX_PARTIALS
                assert all(low < high for low, high in pairwise(hz))
                assert hz[0] > 0
                assert len(hz) == 1 or hz[-1] < HIGHEST_HZ
    piano, strings = timbres.partials_hz(0, 60), timbres.partials_hz(48, 60)
    assert piano is not None
    assert strings is not None
    assert 1.015 < piano[11] / piano[0] / 12 < 1.035
    assert strings[11] / strings[0] / 12 == pytest.approx(1.0, abs=0.003)


def test_a_series_stretches() -> None:
    assert stretched(5, 0.0).tolist() == [1, 2, 3, 4, 5]
    assert stretched(20, 4e-4)[19] > 1.05 * 20


def test_partials_are_tuned_and_begin_as_the_nearest_key_that_was_measured(tmp_path: Path) -> None:
    (tmp_path / "timbre.json").write_text(json.dumps(TABLE))
    rows = INSTRUMENTS * len(MEASURED_KEYS)
    first = np.zeros(rows + 1, np.int32)
    first[48 * len(MEASURED_KEYS) + MEASURED_KEYS.index(60) + 1 :] = 3
    cents, turns = np.array([10, -5, 0], np.int8), np.array([51, TURNS, 204], np.uint8)
    save_file({"first": first, "cents": cents, "turns": turns}, tmp_path / "measured")
    timbres = Timbres(tmp_path / "timbre.json", tmp_path / "measured")
    for pitch in (59, 60, 61):
        hz, start = timbres.partials(48, pitch) or pytest.fail("a string has partials")
        off = 1200.0 * np.log2(hz[:4] / (pitch_hz(np.array(pitch)) * np.arange(1, 5)))
        np.testing.assert_allclose(off, [10 * CENTS, -5 * CENTS, 0, 0], atol=1e-6)
        spread = start_turns(len(hz))
        np.testing.assert_allclose(start[:4], [0.2, spread[1], 0.8, spread[3]], atol=1e-6)
    hz, start = timbres.partials(48, 62) or pytest.fail("a string has partials")
    assert start.tolist() == start_turns(len(hz)).tolist()


def test_most_partials_of_what_is_installed_begin_as_measured() -> None:
    timbres = Timbres()
    known = []
    for instrument in range(0, FIRST_KIT, 5):
        for pitch in (36, 60, 84):
            if (found := timbres.partials(instrument, pitch)) is not None:
                spread = start_turns(len(found[0]))
                known.append(float((found[1][:8] != spread[:8]).mean()))
                assert (np.diff(found[0]) > -1.0).all()
    assert np.mean(known) > 0.6
