"""Beat and key are heard in sound that nobody wrote a score for."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from engine.composing.listening import FALLBACK_TEMPO, listen

RATE_HZ = 48_000
CHORDS = {"c major": (0, 5, 7, 0), "a minor": (9, 2, 4, 9)}


def played(
    beats_a_minute: float, key: str = "c major", late_seconds: float = 0.13, seconds: float = 14.0
) -> np.ndarray:
    """Kicks on the beats, ticks between them, a snare on two and four, a chord a bar."""
    random = np.random.default_rng(3)
    sound = 0.001 * random.standard_normal(round(seconds * RATE_HZ))
    period, minor = 60.0 / beats_a_minute, key == "a minor"
    time = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
    kick = np.sin(2 * np.pi * 55.0 * time) * np.exp(-18.0 * time)
    tick = 0.15 * random.standard_normal(len(time)) * np.exp(-90.0 * time)
    snare = 0.4 * random.standard_normal(len(time)) * np.exp(-30.0 * time)
    for half in range(int((seconds - late_seconds) / period * 2)):
        at = round((late_seconds + half * period / 2) * RATE_HZ)
        beat = half // 2
        hit = tick if half % 2 else (kick * (1.5 if beat % 4 == 0 else 1.0))
        hit = hit + snare * (half % 2 == 0 and beat % 2 == 1)
        sound[at : at + len(hit)] += hit[: len(sound) - at]
        if half % 8 == 0:
            root = CHORDS[key][beat // 4 % 4]
            held = np.arange(min(round(4 * period * RATE_HZ), len(sound) - at)) / RATE_HZ
            third = 3 if minor and root in (9, 2) else 4
            for step in (root, root + third, root + 7):
                hz = 440.0 * 2 ** ((step + 51 - 69) / 12 + 0.75)
                sound[at : at + len(held)] += 0.2 * np.sin(2 * np.pi * hz * held)
    return np.repeat(sound[:, None], 2, axis=1).astype(np.float32) / 3.0


@pytest.mark.parametrize("beats_a_minute", [84.0, 96.0, 120.0, 133.0])
def test_the_beat_is_heard_to_some_hundredths_of_a_second(beats_a_minute: float) -> None:
    heard = listen(played(beats_a_minute), RATE_HZ)
    assert heard.grid.tempo == pytest.approx(beats_a_minute, rel=0.004)
    period = 60.0 / beats_a_minute
    since = (heard.grid.bar_seconds - 0.13) / period
    assert abs(since - round(since)) * period < 0.03
    assert heard.grid.bar_seconds <= 14.0 < heard.grid.bar_seconds + 4 * period + 1e-6


@pytest.mark.parametrize(("beats_a_minute", "bars"), [(96.0, 4), (120.0, 2), (133.0, 5)])
def test_a_loop_begins_with_a_bar_wherever_it_is_struck_hardest(
    beats_a_minute: float, bars: int
) -> None:
    """The hardest kicks come a beat late: what follows the loop begins where it ends."""
    period = 60.0 / beats_a_minute
    whole = played(beats_a_minute, late_seconds=0.0, seconds=4 * (bars + 1) * period)
    begin, frames = round(3 * period * RATE_HZ), round(4 * bars * period * RATE_HZ)
    heard = listen(whole[begin : begin + frames], RATE_HZ)
    assert heard.grid.tempo == pytest.approx(beats_a_minute, rel=1e-3)
    ends = frames / RATE_HZ
    bar = 4 * period
    assert abs(heard.grid.bar_seconds - ends + bar / 2) == pytest.approx(bar / 2, abs=2e-3)


def test_the_bar_begins_where_it_is_struck_hardest() -> None:
    heard = listen(played(120.0), RATE_HZ)
    bars = (heard.grid.bar_seconds - 0.13) / 2.0
    assert abs(bars - round(bars)) < 0.03


@pytest.mark.parametrize(
    ("key", "tonic", "mode"), [("c major", 0, "major"), ("a minor", 9, "minor")]
)
def test_the_key_is_heard(key: str, tonic: int, mode: str) -> None:
    heard = listen(played(110.0, key), RATE_HZ)
    assert heard.key.tonic == tonic
    assert heard.key.mode == mode


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100])
def test_any_rate_will_do(rate_hz: int) -> None:
    step = RATE_HZ / rate_hz
    sound = played(120.0)
    places = (np.arange(int(len(sound) / step)) * step).astype(int)
    assert listen(sound[places], rate_hz).grid.tempo == pytest.approx(120.0, rel=0.01)


@pytest.mark.parametrize(
    "audio",
    [
        np.zeros((480_000, 2), np.float32),
        np.zeros((10, 2), np.float32),
        np.ones((480_000, 1), np.float32),
        np.full((96_001, 2), 1e-7, np.float32),
    ],
)
def test_where_there_is_nothing_to_hear_it_says_something_usual(audio: np.ndarray) -> None:
    heard = listen(audio, RATE_HZ)
    assert heard.grid.tempo == pytest.approx(FALLBACK_TEMPO, rel=1.0)
    assert heard.grid.bar_seconds <= len(audio) / RATE_HZ


def test_it_compiles_nothing_and_imports_nothing_slow() -> None:
    code = "import sys, engine.composing.listening; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
