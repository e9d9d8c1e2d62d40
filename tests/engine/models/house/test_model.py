"""The built-in model, with its own weights, keeps the contract and plays what the score says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from engine.context import pack, unpack
from engine.models import base
from engine.models.base import STEMS, Audio, Context
from engine.models.house import deviation
from engine.models.house.model import MAX_SECONDS, Model, limit, window_edges
from engine.models.house.notes import FIRST_KIT, HOP, RATE_HZ
from engine.models.house.renderer import Renderer
from engine.wire import (
    BadScore,
    Bend,
    Control,
    JobCancelled,
    ModelFailed,
    Note,
    Request,
    Score,
    TooLarge,
    Value,
)


def request(score: Score | None, seed: int = 0, **parameters: Value) -> Request:
    return Request("render", "house", seed, parameters, score)


def quiet(fraction: float) -> None:
    """A tick that never cancels."""


@lru_cache(maxsize=1)
def loaded() -> Model:
    model = Model()
    model.load("cpu", "float32")
    return model


def chain(
    asked: Request, model: Model | None = None, travel: bool = False
) -> tuple[list[Audio], list[Context]]:
    """Render every window; with `travel`, contexts go through bytes in between."""
    model = model or loaded()
    sounds: list[Audio] = []
    contexts: list[Context] = []
    for window in model.plan(asked):
        before = contexts[-1] if contexts else None
        sound, after = model.step(
            window, unpack(pack(before)) if travel and before else before, quiet
        )
        assert sound.shape == (window.frames, 2)
        assert sound.dtype == np.float32
        sounds.append(sound)
        contexts.append(after)
    return sounds, contexts


def render(score: Score, seed: int = 0, **parameters: Value) -> Audio:
    return np.concatenate(chain(request(score, seed, **parameters))[0])


def score_of(
    notes: Sequence[Note], controls: Sequence[Control] = (), bends: Sequence[Bend] = ()
) -> Score:
    last = max(note.end_seconds for note in notes)
    return Score(tuple(notes), tuple(controls), tuple(bends), duration_seconds=last)


def one(
    pitch: int = 69, velocity: int = 100, program: int = 48, seconds: float = 1.5, channel: int = 0
) -> Note:
    return Note(0.0, seconds, pitch, velocity, program, channel)


def level(audio: Audio, begin: float = 0.0, end: float = 1e9) -> float:
    part = audio[round(begin * RATE_HZ) : round(min(end, 1e6) * RATE_HZ)].astype(np.float64)
    return float(np.sqrt(np.square(part).mean()))


def decibels(audio: Audio, other: Audio) -> float:
    return 20.0 * float(np.log10(level(audio, 0.2, 1.4) / level(other, 0.2, 1.4)))


def power_near(audio: Audio, hz: float) -> tuple[float, float]:
    """The power within a third of a semitone of a frequency, and all of it."""
    mono = audio.mean(axis=1) * np.hanning(len(audio))
    power = np.square(np.abs(np.fft.rfft(mono)))
    place = np.fft.rfftfreq(len(mono), 1.0 / RATE_HZ)
    near = np.abs(np.log2(np.maximum(place, 1.0) / hz)) < 1 / 36
    return float(power[near].sum()), float(power.sum())


def energy_near(audio: Audio, hz: float) -> float:
    """The share of energy within a third of a semitone of a frequency."""
    near, everything = power_near(audio, hz)
    return near / everything


ENSEMBLE = score_of(
    notes=(
        *(Note(0.0, 3.8, 48 + 7 * i, 80, 48, 0) for i in range(3)),
        *(Note(0.25 * i, 0.25 * i + 0.2, 60 + 2 * i, 60 + 4 * i, 0, 1) for i in range(12)),
        *(Note(0.5 * i, 0.5 * i + 0.1, (36, 38)[i % 2], 100, 0, 9, True) for i in range(7)),
    ),
    controls=(Control(0.0, 1, 10, 20), Control(2.0, 0, 11, 90)),
    bends=(Bend(1.0, 0, 1.0), Bend(1.5, 0, 0.0)),
)


def test_it_keeps_the_model_contract() -> None:
    model: base.Model = loaded()
    assert model.spec.name == "house"
    assert (model.spec.rate_hz, model.spec.channels) == (48_000, 2)
    made = ("render", "generate", "continue", "vary", "inpaint", "interpolate")
    assert model.spec.operations == (*made, "live")
    rendered = [one.name for one in model.spec.parameters if one.belongs_to("render")]
    assert sorted(rendered) == ["draft", "gain_decibels", "stems", "steps"]


@pytest.mark.parametrize("gain_decibels", [0.0, 24.0])
def test_the_mix_is_the_sum_of_its_stems(gain_decibels: float) -> None:
    asked = request(ENSEMBLE, stems=True, steps=1, gain_decibels=gain_decibels)
    sounds, contexts = chain(asked, travel=True)
    names = loaded().plan(asked)[0].stems
    assert names == ("01-string-ensemble-1", "02-acoustic-grand-piano", "10-drums")
    stems = np.concatenate([np.asarray(one[STEMS]) for one in contexts], axis=1)
    mix = np.concatenate(sounds)
    assert stems.shape == (3, *mix.shape)
    assert stems.dtype == np.float32
    np.testing.assert_allclose(stems.sum(axis=0), mix, atol=2e-6)
    assert (np.abs(mix).max() > 0.8) == (gain_decibels > 0)
    piano = stems[1]
    assert level(piano[:, 0]) > 1.2 * level(piano[:, 1])
    assert level(stems[2], 3.8) < 0.02 * level(stems[2], 0.0, 3.0)
    without = render(ENSEMBLE, steps=1, gain_decibels=gain_decibels)
    assert 20 * np.log10(level(mix) / level(without)) == pytest.approx(0.0, abs=0.2)


def test_a_take_with_stems_goes_on_without_and_not_the_other_way() -> None:
    plain, stemmed = request(ENSEMBLE, steps=0), request(ENSEMBLE, steps=0, stems=True)
    before, after = chain(plain)[1][0], chain(stemmed)[1][0]
    window = loaded().plan(plain)[1]
    assert loaded().step(window, after, quiet)[0].any()
    with pytest.raises(ModelFailed, match="from window 0"):
        loaded().step(loaded().plan(stemmed)[1], before, quiet)


def test_importing_it_imports_no_torch() -> None:
    code = "import sys, engine.models.house.model; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("content", [None, b"", b"no weights at all, but text"])
def test_weights_missing_or_wrong_are_said_with_advice(
    content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "house.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFailed, match="install Legato again"):
        Renderer("cpu", path)


def test_a_model_that_is_not_loaded_says_so() -> None:
    with pytest.raises(ModelFailed, match="load it"):
        Model().plan(request(ENSEMBLE))


@pytest.mark.parametrize("score", [None, Score(), Score(duration_seconds=3.0)])
def test_a_score_without_notes_is_refused(score: Score | None) -> None:
    with pytest.raises(BadScore, match="at least one note"):
        loaded().plan(request(score))


@pytest.mark.parametrize("seconds", [MAX_SECONDS + 1.0, float("nan"), 1e12])
def test_an_absurd_length_is_refused_before_anything_is_made(seconds: float) -> None:
    with pytest.raises(TooLarge):
        loaded().plan(request(Score((one(),), duration_seconds=seconds)))


@pytest.mark.parametrize("hops", [1, 31, 32, 33, 96, 97, 223, 224, 225, 255, 256, 1000])
def test_windows_are_short_at_first_and_never_very_short_at_last(hops: int) -> None:
    edges = window_edges(hops)
    sizes = [b - a for a, b in pairwise(edges)]
    assert (edges[0], edges[-1]) == (0, hops)
    assert min(sizes) >= min(32, hops)
    assert max(sizes) < 160
    assert sizes[0] < 64


def test_windows_tile_the_score_and_its_ringing() -> None:
    windows = loaded().plan(request(ENSEMBLE))
    assert [window.index for window in windows] == list(range(len(windows)))
    assert {window.count for window in windows} == {len(windows)}
    assert {id(window.prepared) for window in windows} == {id(windows[0].prepared)}
    for before, after in pairwise(windows):
        assert before.first_frame + before.frames == after.first_frame
    sound = render(ENSEMBLE)
    assert len(sound) == windows[-1].first_frame + windows[-1].frames > 3.8 * RATE_HZ
    assert level(sound[-HOP:]) < 1e-3 * level(sound)


def test_chained_through_bytes_equals_straight_on() -> None:
    straight, contexts = chain(request(ENSEMBLE))
    travelled, _ = chain(request(ENSEMBLE), travel=True)
    np.testing.assert_array_equal(np.concatenate(straight), np.concatenate(travelled))
    assert max(len(pack(context)) for context in contexts) <= 100_000


def test_two_instances_render_the_same_bits() -> None:
    other = Model()
    other.load("cpu", "float32")
    expected, _ = chain(request(ENSEMBLE))
    np.testing.assert_array_equal(
        np.concatenate(chain(request(ENSEMBLE), other)[0]), np.concatenate(expected)
    )


def test_a_window_again_is_the_same_and_another_seed_is_not() -> None:
    asked = request(ENSEMBLE)
    sounds, contexts = chain(asked)
    window = loaded().plan(asked)[2]
    again, context = loaded().step(window, contexts[1], quiet)
    np.testing.assert_array_equal(again, sounds[2])
    assert pack(context) == pack(contexts[2])
    other, _ = chain(request(ENSEMBLE, seed=1))
    assert (other[2] != sounds[2]).any()
    assert abs(decibels(np.concatenate(other), np.concatenate(sounds))) < 1.0


def test_a_stroke_is_the_same_sample_in_any_window() -> None:
    """As a sampler has it: what differs between strokes is what the flow makes of them."""
    period = 128 * HOP / RATE_HZ
    cymbals = [Note(i * period, i * period + 0.1, 49, 100, 0, 9, True) for i in range(4)]
    alike = []
    for steps in (0, 4):
        sound = render(score_of(cymbals), steps=steps)
        edges = [round(i * period * RATE_HZ) for i in (1, 2, 3)]
        first, second = sound[edges[0] : edges[1], 0], sound[edges[1] : edges[2], 0]
        alike.append(float(np.corrcoef(first, second)[0, 1]))
    assert alike[0] > 0.98
    assert 0.8 < alike[1] <= alike[0]


@pytest.mark.parametrize("steps", [0, 4])
def test_joins_are_inaudible(steps: int) -> None:
    """The energy of sample differences at joins is that around them: strings beat elsewhere."""
    held = [Note(0.0, 11.0, 48 + 4 * i, 80, (48, 19, 73, 61)[i], i) for i in range(4)]
    asked = request(score_of(held), steps=steps)
    sound = np.concatenate(chain(asked)[0]).mean(axis=1)
    change = np.square(np.diff(sound.astype(np.float64), 2))
    joins = [window.first_frame for window in loaded().plan(asked)[1:]]
    joins = [frame for frame in joins if frame < 10.3 * RATE_HZ]
    near, around = (
        np.array([change[frame - reach : frame + reach].mean() for frame in joins])
        for reach in (64, 2 * HOP)
    )
    assert (near / around).mean() <= 1.1


def test_a_rest_is_silent() -> None:
    score = score_of([one(seconds=0.3, program=0), Note(12.0, 12.5, 60, 90, 0)])
    sound = render(score)
    assert not sound[round(10.0 * RATE_HZ) : round(11.8 * RATE_HZ)].any()
    assert level(sound, 12.0, 12.4) > 1e-3


def test_onsets_are_where_the_score_has_them() -> None:
    for onset in (0.0, 0.5, 1.0 + 100 / RATE_HZ):
        sound = render(score_of([Note(onset, onset + 0.5, 72, 110, 0)]))
        loud = np.flatnonzero(np.abs(sound[:, 0]) > 0.2 * np.abs(sound).max())
        assert onset - 0.004 < loud[0] / RATE_HZ < onset + 0.02


def test_a_pitch_sounds_where_it_is_written() -> None:
    for pitch in (57, 69, 81):
        hz = 440.0 * 2.0 ** ((pitch - 69) / 12.0)
        sound = render(score_of([one(pitch, program=73)]))[: 3 * RATE_HZ // 2]
        assert sum(energy_near(sound, k * hz) for k in range(1, 6)) > 0.7


@pytest.mark.parametrize("program", [0, 48, 61])
def test_a_harder_stroke_is_louder(program: int) -> None:
    sounds = [render(score_of([one(60, velocity, program)]), steps=0) for velocity in (30, 70, 120)]
    assert level(sounds[0]) < 0.7 * level(sounds[1]) < 0.5 * level(sounds[2])


@pytest.mark.parametrize(("number", "value"), [(7, 50), (11, 64)])
def test_volume_and_expression_turn_down(number: int, value: int) -> None:
    full, default = render(score_of([one()]), steps=0), 100 if number == 7 else 127
    soft = render(score_of([one()], [Control(0.0, 0, number, value)]), steps=0)
    assert decibels(soft, full) == pytest.approx(40 * np.log10(value / default), abs=1.5)


def test_expression_fades_within_a_note() -> None:
    steps = [Control(0.5 + 0.01 * i, 0, 11, 127 - i) for i in range(100)]
    sound = render(score_of([one(seconds=2.0)], steps), steps=0)
    assert level(sound, 1.5, 1.9) < 0.2 * level(sound, 0.2, 0.5)


def test_pan_moves_a_part_and_leaves_the_rest() -> None:
    notes = [one(48, channel=0), one(81, program=73, channel=1)]
    sound = render(score_of(notes, [Control(0.0, 1, 10, 0)]))[: 3 * RATE_HZ // 2]
    sides = sound[:, :1], sound[:, 1:]
    high, low = ([power_near(side, hz)[0] for side in sides] for hz in (880, 130.8))
    assert high[0] > 100 * high[1]
    assert low[0] == pytest.approx(low[1], rel=0.1)


def test_what_stays_in_the_centre_is_the_same_on_both_sides() -> None:
    sound = render(score_of([one()]))
    np.testing.assert_array_equal(sound[:, 0], sound[:, 1])


def test_a_bend_bends() -> None:
    bent = render(score_of([one(program=73)], bends=[Bend(0.0, 0, 2.0)]))[: 3 * RATE_HZ // 2]
    assert energy_near(bent, 440.0 * 2.0 ** (2 / 12)) > 10 * energy_near(bent, 440.0)


def test_the_modulation_wheel_wavers() -> None:
    plain = render(score_of([one(program=73)]), steps=0)[: 3 * RATE_HZ // 2]
    wheel = render(score_of([one(program=73)], [Control(0.0, 0, 1, 127)]), steps=0)
    sidebands = [
        energy_near(sound[: 3 * RATE_HZ // 2], 440.0 * 2 ** (0.5 / 12)) for sound in (plain, wheel)
    ]
    assert sidebands[1] > 3 * sidebands[0]


def test_the_sustain_pedal_sustains() -> None:
    notes = [one(program=0, seconds=0.4), Note(1.9, 2.0, 30, 1, 0, 5)]
    pedal = [Control(0.1, 0, 64, 127), Control(1.9, 0, 64, 0)]
    held, dry = (render(score_of(notes, controls), steps=0) for controls in (pedal, []))
    assert level(held, 1.0, 1.8) > 3.0 * level(dry, 1.0, 1.8)


# By how much FluidSynth's render falls from the second second to the seventh, in decibels.
@pytest.mark.parametrize(("program", "fall"), [(0, 26.5), (4, 33.6), (19, -0.4), (73, -0.1)])
def test_a_note_that_is_held_goes_on_as_its_instrument_does(program: int, fall: float) -> None:
    sound = render(score_of([one(60 if program < 73 else 72, 90, program, 8.0)]), steps=0)
    early, late = (level(sound, second, second + 1.0) for second in (1.0, 6.0))
    assert 20.0 * np.log10(early / late) == pytest.approx(fall, abs=3.0)


def test_every_program_and_drum_kit_sounds() -> None:
    programs = [Note(0.3 * i, 0.3 * i + 0.3, 60, 100, i, i % 9) for i in range(128)]
    kits = [
        Note(38.4 + 0.3 * i, 38.5 + 0.3 * i, 38, 100, k, 9, True)
        for i, k in enumerate((0, 8, 16, 24, 25, 32, 40, 48))
    ]
    sound = render(score_of(programs + kits), steps=0)
    levels = [level(sound, 0.3 * i, 0.3 * i + 0.3) for i in range(len(programs) + len(kits))]
    assert min(levels) > 1e-4


def test_sixty_four_notes_at_once() -> None:
    chord = [Note(0.0, 1.0, 24 + i, 100, 8 * (i % 16), i % 8) for i in range(64)]
    bends = [Bend(0.1 * i, channel, 0.1 * i) for i in range(8) for channel in range(8)]
    sound = render(score_of(chord, bends=bends))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.0
    assert level(sound, 0.1, 0.9) > level(render(score_of(chord[:1])), 0.1, 0.9)


def test_no_sample_passes_full_scale() -> None:
    sound = render(score_of([one(48 + i, 127, 61) for i in range(12)]), steps=0, gain_decibels=24.0)
    assert 0.9 < np.abs(sound).max() <= 1.0


@pytest.mark.parametrize("peak", [0.5, 0.79, 1.0, 30.0])
def test_the_limiter_bends_peaks_only(peak: float) -> None:
    audio = np.linspace(-peak, peak, 1001, dtype=np.float32)[:, None].repeat(2, 1)
    out = limit(audio)
    assert np.abs(out).max() <= 1.0
    assert (np.diff(out[:, 0]) > 0).all() or peak > 20
    small = np.abs(audio) <= 0.8
    np.testing.assert_array_equal(out[small], audio[small])


def test_gain_is_in_decibels() -> None:
    plain, louder = (render(score_of([one()]), steps=0, gain_decibels=g) for g in (0.0, 6.0))
    assert decibels(louder, plain) == pytest.approx(6.0, abs=0.05)


def test_steps_change_the_sound_and_not_its_level() -> None:
    """Of the instrument of which most of the refinement is heard."""
    gain = load_file(deviation.FILE)["gain"][:FIRST_KIT].sum(axis=1, dtype=np.int64)
    score = score_of([one(program=int(gain.argmax()))])
    draft, *refined = (render(score, steps=steps) for steps in (0, 1, 2, 4, 8))
    for sound in refined:
        assert (sound != draft).any()
        assert abs(decibels(sound, draft)) < 3.0


def test_a_cancelled_window_stops_at_the_next_step() -> None:
    ticks: list[float] = []

    def tick(fraction: float) -> None:
        ticks.append(fraction)
        if len(ticks) == 4:
            raise JobCancelled("enough")

    window = loaded().plan(request(ENSEMBLE, steps=8))[0]
    with pytest.raises(JobCancelled):
        loaded().step(window, None, tick)
    assert len(ticks) == 4
    sound, _ = loaded().step(window, None, lambda fraction: ticks.append(fraction))
    assert ticks[4:] == sorted(ticks[4:])
    assert ticks[-1] == 1.0
    assert len(ticks) >= 4 + 8
    np.testing.assert_array_equal(sound, chain(request(ENSEMBLE, steps=8))[0][0])


@pytest.mark.parametrize(
    "context",
    [None, {}, {"mel": np.zeros((32, 128))}, {n: np.zeros(3) for n in ("prior", "mel", "tail")}],
)
def test_a_context_that_is_not_its_own_is_refused(context: Context | None) -> None:
    window = loaded().plan(request(ENSEMBLE))[1]
    with pytest.raises(ModelFailed, match="window 1"):
        loaded().step(window, context, quiet)


def test_a_window_that_it_did_not_plan_is_refused() -> None:
    (window, *_) = loaded().plan(request(ENSEMBLE))
    with pytest.raises(ModelFailed, match="plan"):
        loaded().step(type(window)(0, 1, 0, 512, window.request), None, quiet)


def test_what_is_composed_has_stems_too() -> None:
    values: dict[str, Value] = {"prompt": "jazz trio slow", "seconds": 4.0, "stems": True}
    asked = loaded().spec.filled(Request("generate", "house", 3, {**values, "steps": 0}))
    sounds, contexts = chain(asked)
    assert "10-drums" in loaded().plan(asked)[0].stems
    stems = np.concatenate([np.asarray(one[STEMS]) for one in contexts], axis=1)
    np.testing.assert_allclose(stems.sum(axis=0), np.concatenate(sounds), atol=2e-6)
