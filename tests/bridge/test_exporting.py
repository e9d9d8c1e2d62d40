"""Copies of takes: their samples, their loudness, and the balance of their stems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bridge.exporting import Finish, export
from bridge.loudness import level_of
from bridge.records import Outcome, Record
from bridge.take import Take
from bridge.takes import Takes
from engine.wire import Request

SECONDS, RATE_HZ = 3, 48_000


def made(tmp_path: Path, amplitude: float) -> Take:
    """A take of two stems, one twice as loud as the other."""
    takes = Takes(tmp_path / "takes", max_bytes=1 << 30, max_age_days=30)
    take = takes.create(Record(Request("render", "parts")))
    frames = SECONDS * RATE_HZ
    take.accept(1, frames, RATE_HZ, 2, 0, ("01-piano", "02-bass"))
    random = np.random.default_rng(3)
    stems = random.uniform(-1.0, 1.0, (2, frames, 2)) * amplitude
    stems[1] *= 0.5
    stems = stems.astype(np.float32)
    take.append(0, 0, stems.sum(axis=0), b"", stems)
    take.finish(Outcome("done"))
    return take


@pytest.mark.parametrize("amplitude", [0.001, 0.02, 0.6])
def test_the_copy_is_as_loud_as_asked_and_its_stems_still_add_up(
    tmp_path: Path, amplitude: float
) -> None:
    take = made(tmp_path, amplitude)
    level = export(take, tmp_path / "song.wav", Finish(loudness=-20.0))
    assert level is not None
    assert level.loudness == pytest.approx(-20.0, abs=0.01)
    found = level_of(tmp_path / "song.wav", take.frames)
    assert found.loudness == pytest.approx(-20.0, abs=0.01)
    assert found.peak_decibels == pytest.approx(level.peak_decibels, abs=0.01)
    mix, piano, bass = (
        soundfile.read(tmp_path / name)[0]
        for name in ("song.wav", "song-01-piano.wav", "song-02-bass.wav")
    )
    np.testing.assert_allclose(piano + bass, mix, atol=1e-6)
    assert np.std(piano) / np.std(bass) == pytest.approx(2.0, rel=0.02)
    assert np.array_equal(take.read(0, 100), take.stems.read(0, 100).sum(axis=0))


def test_no_peak_passes_for_loudness(tmp_path: Path) -> None:
    take = made(tmp_path, 0.02)
    level = export(take, tmp_path / "song.wav", Finish(loudness=0.0))
    assert level is not None
    assert level.loudness < -1.0
    assert level.peak_decibels == pytest.approx(-1.0, abs=0.01)
    assert np.abs(soundfile.read(tmp_path / "song.wav")[0]).max() < 1.0


def test_formats_come_together_with_loudness(tmp_path: Path) -> None:
    take = made(tmp_path, 0.001)
    assert export(take, tmp_path / "plain.wav", Finish("int16")) is None
    export(take, tmp_path / "song.wav", Finish("int16", -16.0))
    for name in ("song.wav", "song-01-piano.wav", "song-02-bass.wav"):
        assert soundfile.info(tmp_path / name).subtype == "PCM_16"
    loud, plain = (np.std(soundfile.read(tmp_path / f"{n}.wav")[0]) for n in ("song", "plain"))
    assert loud > 30.0 * plain


def test_a_copy_as_it_was_made_is_bit_for_bit(tmp_path: Path) -> None:
    take = made(tmp_path, 0.5)
    assert export(take, tmp_path / "song.wav") is None
    samples, _ = soundfile.read(tmp_path / "song.wav", dtype="float32")
    assert np.array_equal(samples, take.read(0, take.frames))
