"""Measuring how partials are tuned and begin: in sounds of which both are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.models.house.notes import FIRST_KIT, HOP, RATE_HZ, Doubles, Floats
from engine.models.house.stage import heard_frames
from engine.models.house.timbre import CENTS, MEASURED_KEYS, Timbres
from engine.training import partials
from engine.training.partials import HOLD_HOPS, tuned
from engine.wire import Score

FRAMES = np.arange(HOLD_HOPS * HOP) / RATE_HZ


def sound_of(hz: Doubles, turns: Doubles, noise: float = 1e-4) -> Floats:
    random = np.random.default_rng(1)
    tones = [
        np.cos(2 * np.pi * (each * FRAMES + turn)) / k
        for k, (each, turn) in enumerate(zip(hz, turns, strict=True), 1)
    ]
    noises = noise * random.standard_normal(len(FRAMES))
    return np.asarray(0.1 * np.sum(tones, axis=0) + noises, np.float32)


@pytest.mark.parametrize("nominal_hz", [65.4, 440.0])
def test_cents_and_turns_are_found(nominal_hz: float) -> None:
    nominal = nominal_hz * np.arange(1, 13, dtype=np.float64)
    random = np.random.default_rng(2)
    true_cents, true_turns = random.uniform(-12, 12, 12), random.uniform(0, 1, 12)
    cents, turns = tuned(sound_of(nominal * 2 ** (true_cents / 1200), true_turns), nominal)
    off_hz = nominal * (2 ** (cents / 1200) - 2 ** (true_cents / 1200))
    assert (np.abs(off_hz) < 0.03 + 7e-5 * nominal).all()
    # A quarter of a second after the onset, in the middle of what is heard, phases agree.
    off_turns = (turns - true_turns + off_hz * 0.25 + 0.5) % 1.0 - 0.5
    assert np.abs(off_turns).max() < 0.05
    np.testing.assert_allclose(cents / CENTS, np.rint(cents / CENTS), atol=1e-6)


def test_what_does_not_stand_out_is_not_known() -> None:
    nominal: Doubles = 220.0 * np.arange(1, 9, dtype=np.float64)
    sound = sound_of(nominal[::2], np.full(4, 0.3), noise=1e-3)
    turns = tuned(sound, nominal)[1]
    assert (turns[1::2] == -1.0).all()
    assert (turns[::2] >= 0.0).all()
    assert (tuned(np.zeros_like(sound), nominal)[1] == -1.0).all()


def test_the_table_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rendered(score: Score, soundfont: Path) -> Floats:
        out = np.zeros((round(score.duration_seconds * RATE_HZ), 2), np.float32)
        onsets = heard_frames(np.array([note.start_seconds for note in score.notes]))
        for note, onset in zip(score.notes, onsets.astype(int).tolist(), strict=True):
            if note.program == 48:
                hz = timbres.partials_hz(48, note.pitch)
                assert hz is not None
                tone = sound_of(hz * 2 ** (5 / 1200), np.full(len(hz), 0.25))
                out[onset : onset + len(tone)] = tone[: len(out) - onset, None]
        return out

    timbres = Timbres(measured=tmp_path / "nothing")
    monkeypatch.setattr(partials, "render", rendered)
    monkeypatch.setattr(partials, "check_tools", lambda soundfont: None)
    monkeypatch.setattr(partials, "FIRST_KIT", 49)
    monkeypatch.setattr(partials, "MEASURED_KEYS", MEASURED_KEYS[:16])
    monkeypatch.setattr("engine.models.house.timbre.MEASURED_KEYS", MEASURED_KEYS[:16])
    partials.measure(Path("no.sf2"), tmp_path / "measured", timbres)
    found = Timbres(measured=tmp_path / "measured").partials(48, 60)
    expected = timbres.partials_hz(48, 60)
    assert FIRST_KIT > 48
    assert found is not None
    assert expected is not None
    np.testing.assert_allclose(1200 * np.log2(found[0] / expected)[:10], 5.0, atol=0.5)
