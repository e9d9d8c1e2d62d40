from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.models.house.lines import ENDS, Line, Loop, played
from engine.models.house.notes import (
    EARLY_HOPS,
    FIRST_KIT,
    FLOOR,
    HOP,
    RATE_HZ,
    Floats,
    log_mel,
)
from engine.models.house.templates import LOWEST_KEY, OWN_KEYS
from engine.models.house.waves import (
    AS_LOUD,
    BEGUN_HOPS,
    COURSE_SECONDS,
    FILE,
    KEPT_FRAMES,
    NONE,
    Course,
    Ear,
    Wave,
    Waves,
    usual_keys,
)
from engine.wire import ModelFailed

WAVES = Waves()


def ramp(frames: int, loop: int, fall: float = 0.0) -> Wave:
    root = np.arange(frames, dtype=np.float32)
    if not loop:
        return Wave(Line.of(root, False), ENDS, 1.0, Ear())
    onward = root[frames - loop :][:2] * np.float32(np.exp(-fall))
    return Wave(Line.of(np.append(root, onward), True), Loop(loop, fall), 1.0, Ear())


def tone(
    loop: Loop, frames: int, decay: float = 0.0, pace: float = 1.0, course: Course = AS_LOUD
) -> Wave:
    """A tone of a round's length, which decays by so much a frame."""
    at = np.arange(frames + 2)
    sound = np.sin(2.0 * np.pi * at / loop.frames) * np.exp(-decay * at)
    line = Line.of(sound.astype(np.float32), True)
    return Wave(line, loop, pace, Ear(), course=course)


def pitch_hz(sound: Floats) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 19))
    return float(spectrum[200:].argmax() + 200) * RATE_HZ / (1 << 19)


def test_a_wave_goes_round_in_its_loop_and_is_silent_before_its_onset() -> None:
    found = ramp(10, 4).from_to(-2, 16)
    assert found.tolist() == [0, 0, *range(10), 6, 7, 8, 9, 6, 7]


def test_a_wave_without_a_loop_ends() -> None:
    assert ramp(4, 0).from_to(2, 7).tolist() == [2, 3, 0, 0, 0]


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
def test_what_waits_waits_as_long_at_any_pace(pace: float) -> None:
    sound = np.zeros(1_000, np.float32)
    sound[100:] = np.sin(np.arange(900) / 20.0)
    wave = Wave(Line.of(sound, True), Loop(200.0, is_exact=False), pace, Ear(), delay=100)
    heard = wave.from_to(0, 400)
    assert np.abs(heard[:99]).max() < 1e-3
    expected = np.sin(pace * np.arange(300) / 20.0)
    np.testing.assert_allclose(heard[100:], expected, atol=4e-3)
    assert wave.strays_frame == 100 + 898 / pace


def test_each_round_is_softer_where_it_falls() -> None:
    found = ramp(10, 4, np.log(2.0)).from_to(8, 20)
    np.testing.assert_allclose(found, [8, 9, 3, 3.5, 4, 4.5, 1.5, 1.75, 2, 2.25, 0.75, 0.875])


def test_a_wave_says_from_where_on_it_strays_from_its_sample() -> None:
    line = Line.of(np.ones(12, np.float32), True)
    assert Wave(line, Loop(4.0, is_exact=False), 2.0, Ear()).strays_frame == 5.0
    assert ramp(10, 4).strays_frame == ramp(10, 0).strays_frame == np.inf


def test_a_round_may_end_between_frames() -> None:
    loop = Loop(123.456)
    frames = np.arange(60.0 * RATE_HZ, 60.0 * RATE_HZ + 500)
    expected = np.sin(2.0 * np.pi * frames / loop.frames)
    for first in (300, 700):
        np.testing.assert_allclose(tone(loop, first).at(frames), expected, atol=2e-3)


def test_what_falls_falls_alike_in_sound_power_and_floor() -> None:
    decay, loop = 2e-5, Loop(480.5, 480.5 * 2e-5)
    wave = tone(loop, 2_000, decay)
    frames = np.arange(9_000.0, 12_000.0)
    expected = np.sin(2.0 * np.pi * frames / loop.frames) * np.exp(-decay * frames)
    np.testing.assert_allclose(wave.at(frames), expected, atol=2e-3)
    hops = np.array([20, 200, 300, 600, 900]) * HOP
    mel = int(wave.powers(hops[:1])[0].argmax())
    for told in (wave.powers(hops.astype(float))[:, mel], wave.floors(hops.astype(float))):
        np.testing.assert_allclose(np.diff(np.log(told)), -2.0 * decay * np.diff(hops), rtol=0.05)
    assert wave.floor(float(hops[3])) == pytest.approx(float(wave.floors(hops[3:4] * 1.0)[0]))
    assert wave.floor(1e12) > 0.0
    assert np.isfinite(np.log(wave.floors(np.array([1e12])))).all()


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("fall", [0.0, 1e-5])
def test_an_envelope_goes_on_at_any_pace_while_a_sample_goes_round(
    pace: float, fall: float
) -> None:
    """In sound, power and floor alike: as told, and from the last second on as it went."""
    course = tuple(-0.2 * max(0.0, seconds - 2.0) for seconds in COURSE_SECONDS)
    loop, first = Loop(480.5, 480.5 * fall), 2_000
    wave = tone(loop, first, fall, pace, course)
    for seconds in (1.0, 3.0, 5.0, 8.0, 20.0):
        frames = seconds * RATE_HZ + np.arange(2_000.0)
        expected = np.interp(seconds, COURSE_SECONDS, course) - 0.2 * max(0.0, seconds - 9.0)
        expected -= fall * (first + RATE_HZ * seconds - first / pace)
        assert np.log(np.abs(wave.at(frames)).max()) == pytest.approx(expected, abs=0.03)
    hops = np.array([1.0, 3.0, 8.0, 20.0]) * RATE_HZ
    mel = int(wave.powers(hops[:1])[0].argmax())
    heard = [np.log(np.abs(wave.at(hop + np.arange(2_000.0))).max()) for hop in hops]
    for told in (wave.powers(hops)[:, mel], wave.floors(hops)):
        np.testing.assert_allclose(np.diff(np.log(told)), 2.0 * np.diff(heard), atol=0.1)
    assert wave.floor(hops[2]) == pytest.approx(float(wave.floors(hops[2:3])[0]))


@pytest.mark.parametrize("pace", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("is_exact", [True, False])
def test_rounds_that_fall_and_a_course_that_rises_are_level_for_hours(
    pace: float, is_exact: bool
) -> None:
    """Each by itself would be nothing, or without bound, within minutes."""
    fall = 1e-5
    per_second = RATE_HZ * fall * (1.0 if is_exact else pace)
    course = tuple(per_second * max(0.0, seconds - 1.0) for seconds in COURSE_SECONDS)
    wave = tone(Loop(480.5, 480.5 * fall, is_exact), RATE_HZ, fall, pace, course)
    first, *later = (
        np.abs(wave.at(seconds * RATE_HZ + np.arange(2_000.0))).max()
        for seconds in (9.0, 600.0, 3_600.0, 10_800.0)
    )
    np.testing.assert_allclose(later, first, rtol=0.03)


def test_every_wave_goes_on_for_hours_and_gets_no_louder() -> None:
    frames = np.arange(16_384.0)
    rows = WAVES._tables["wave"].reshape(-1, OWN_KEYS)
    waves, at = np.unique(rows, return_index=True)
    for _, place in zip(waves[waves != NONE], at[waves != NONE], strict=True):
        wave = WAVES.of(LOWEST_KEY + int(place) % OWN_KEYS, int(place) // OWN_KEYS)
        assert wave is not None
        levels = []
        for seconds in (8.0, 30.0, 1_200.0, 7_200.0):
            sound = wave.at(seconds * RATE_HZ + frames).astype(np.float64)
            levels.append(float(np.sqrt(np.square(sound).mean())))
        beyond = np.array([7_200.0 * RATE_HZ])
        assert np.isfinite([*levels, *wave.powers(beyond).flat, *wave.floors(beyond)]).all()
        assert max(levels[2:]) < 4.0 * max(*levels[:2], 1e-6)  # They beat.


def test_between_frames_a_wave_is_what_it_is_at_them() -> None:
    sound = np.sin(np.arange(5000) / 20.0).astype(np.float32)
    faster = played(sound, ENDS, 1.37 * np.arange(3000))
    np.testing.assert_allclose(faster[2:], np.sin(np.arange(2, 3000) * 1.37 / 20.0), atol=1e-4)


@pytest.mark.parametrize(("program", "pitch"), [(0, 60), (48, 72), (73, 76), (33, 40), (80, 50)])
def test_keys_are_in_tune(program: int, pitch: int) -> None:
    for key in range(pitch, pitch + 4):
        wave = WAVES.of(key, program)
        assert wave is not None
        hz = 440.0 * 2.0 ** ((key - 69) / 12.0)
        heard = pitch_hz(wave.from_to(0, 3 * RATE_HZ))
        cents = 1200.0 * np.log2(heard / hz)
        assert abs(cents - 1200.0 * round(cents / 1200.0)) < 25.0 or abs(cents - 1902) < 25.0


def test_power_is_what_the_mel_hears() -> None:
    wave = WAVES.of(60, 0)
    assert wave is not None
    sound = wave.from_to(-EARLY_HOPS * HOP, 60 * HOP)
    heard = np.exp(2.0 * log_mel(sound)) - FLOOR**2
    told = wave.powers((np.arange(50.0) - EARLY_HOPS) * HOP)
    np.testing.assert_allclose(told, heard[:50], rtol=0.02, atol=1e-7)
    at = wave.powers(np.array([10.0, 10.5]) * HOP)
    np.testing.assert_array_equal(at[0], told[10 + EARLY_HOPS])
    np.testing.assert_allclose(at[1], told[10 + EARLY_HOPS :][:2].mean(axis=0), rtol=1e-4)


@pytest.mark.parametrize("frames", [0, 300])
def test_a_begun_wave_is_what_the_mel_hears_between_hops_too(frames: int) -> None:
    wave = WAVES.of(74, 73)
    assert wave is not None
    sound = wave.from_to(-EARLY_HOPS * HOP - frames, 20 * HOP)
    heard = np.exp(2.0 * log_mel(sound)) - FLOOR**2
    told = wave.begun(frames)
    assert len(told) == EARLY_HOPS + BEGUN_HOPS
    np.testing.assert_allclose(told, heard[: len(told)], rtol=0.02, atol=1e-7)


@pytest.mark.parametrize(("instrument", "key"), [(0, 61), (48, 66), (FIRST_KIT, 49), (80, 50)])
def test_what_is_asked_for_piece_by_piece_is_what_is_asked_for_at_once(
    instrument: int, key: int
) -> None:
    hops = np.arange(0.0, 2 * KEPT_FRAMES / HOP, 5.0) * HOP
    pieces, whole = (Waves().of(key, instrument) for _ in range(2))
    assert pieces is not None
    assert whole is not None
    powers = np.concatenate([pieces.powers(hop[None]) for hop in hops])
    np.testing.assert_array_equal(powers, whole.powers(hops))
    last = 72_100
    sound = [pieces.from_to(first, first + 1000) for first in range(-500, last, 1000)]
    np.testing.assert_array_equal(np.concatenate(sound)[: last + 500], whole.from_to(-500, last))


def test_a_note_held_for_an_hour_costs_no_more_than_a_short_one() -> None:
    wave, frame = ramp(10, 4), 3600 * RATE_HZ
    assert wave.from_to(frame, frame + 4).tolist() == wave.at(frame + np.arange(4.0)).tolist()
    assert sorted(wave.from_to(frame, frame + 4).tolist()) == [6, 7, 8, 9]


@pytest.mark.parametrize("instrument", [0, 19, 40, 48, 80, FIRST_KIT, FIRST_KIT + 7])
def test_a_long_note_goes_on_as_it_went(instrument: int) -> None:
    for key in (38, 60, 72):
        if (wave := WAVES.of(key, instrument)) is None:
            continue
        sound = wave.from_to(0, 8 * RATE_HZ)
        kept = wave.from_to(0, wave.frames)
        np.testing.assert_allclose(sound[: wave.frames], kept, atol=1e-6)
        steps = np.abs(np.diff(sound))
        assert steps[4 * RATE_HZ :].max() <= 1.1 * steps[: 4 * RATE_HZ].max()


def test_what_has_no_wave_is_not_heard() -> None:
    assert WAVES.of(127, 33) is None
    assert WAVES.of(60, 0) is WAVES.of(60, 0)


@pytest.mark.parametrize(("instrument", "first"), [(0, 62), (FIRST_KIT + 3, 45)])
def test_the_usual_keys_are_those_in_the_middle(instrument: int, first: int) -> None:
    found = usual_keys(instrument)
    assert found[0] == first
    assert sorted(found) == list(range(min(found), max(found) + 1))
    assert {36, 38, 42, 49} <= set(usual_keys(FIRST_KIT))


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelFailed, match="install Legato again"):
        Waves(tmp_path / "none.safetensors")
    tables = load_file(FILE)
    save_file({n: t for n, t in tables.items() if n != "course"}, tmp_path / FILE.name)
    with pytest.raises(ModelFailed, match="another version made them, without course"):
        Waves(tmp_path / FILE.name)
    tables["packed"] = tables["packed"][::-1].copy()
    save_file(tables, tmp_path / FILE.name)
    with pytest.raises(ModelFailed, match=FILE.name):
        Waves(tmp_path / FILE.name).of(60, 0)
