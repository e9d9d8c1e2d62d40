"""Spectrogram Diffusion played live: every chunk is a window of what was just played."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.models.base import window_seed
from engine.models.spectrogram_diffusion import live as live_module
from engine.models.spectrogram_diffusion.live import Live
from engine.models.spectrogram_diffusion.model import RATE_HZ, WINDOW_FRAMES, Model
from engine.models.spectrogram_diffusion.tokens import (
    END,
    PITCH,
    PROGRAM,
    SHIFT,
    TIE,
    VELOCITY,
    Tokens,
)
from engine.wire import JobCancelled, MidiEvent, ModelFailed, Request, TooLate, Value

pytestmark = pytest.mark.filterwarnings("ignore:.*__array:DeprecationWarning")

ON, OFF, CONTROL, PROGRAM_CHANGE = 0x90, 0x80, 0xB0, 0xC0
SEED = 5
QUICK: dict[str, Value] = {"steps": 5, "scheduler": "ddim", "guidance": 1.0}


def quiet(fraction: float) -> None:
    """A tick that does nothing."""


def played(model: Model, **parameters: Value) -> Live:
    request = Request("live", model.spec.name, SEED, {**QUICK, **parameters})
    return model.live(model.spec.filled(request))


def at(seconds: float) -> int:
    return round(seconds * RATE_HZ)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Tokens]:
    """Every row of tokens that a live job has rendered."""
    rows: list[Tokens] = []
    tell = live_module.Teller.row

    def listen(teller: Any, events: Any, start_step: int = 0) -> Tokens:
        rows.append(tell(teller, events, start_step))
        return rows[-1]

    monkeypatch.setattr(live_module.Teller, "row", listen)
    return rows


def test_what_is_played_is_told_where_it_was_played(model: Model, told: list[Tokens]) -> None:
    live = played(model)
    live.play(
        [
            MidiEvent(0, PROGRAM_CHANGE, 41),
            MidiEvent(at(0.5), ON, 60, 90),
            MidiEvent(at(1.0), OFF, 60, 0),
            MidiEvent(at(1.0), ON | 9, 38, 90),
            MidiEvent(at(1.1), OFF | 9, 38, 0),
            MidiEvent(at(5.0), ON, 72, 1),
        ],
        0,
        quiet,
    )
    live.play([], 0, quiet)
    live.play([MidiEvent(at(0.25), OFF, 72, 0)], 0, quiet)
    live.play([], 0, quiet)
    viola, on, off = PROGRAM + 41, VELOCITY + 1, VELOCITY
    first = [TIE, SHIFT + 50, viola, on, PITCH + 60, SHIFT + 100, off, PITCH + 60, on]
    assert told[0].tolist()[:9] == first
    assert told[0].tolist()[-3:] == [SHIFT + 500, PITCH + 72, END]
    assert told[1].tolist() == [viola, PITCH + 72, TIE, END]
    assert told[2].tolist() == [viola, PITCH + 72, TIE, SHIFT + 25, off, PITCH + 72, END]
    assert told[3].tolist() == [TIE, END]


def test_the_pedal_holds(model: Model, told: list[Tokens]) -> None:
    live = played(model)
    live.play(
        [
            MidiEvent(0, CONTROL, 64, 127),
            MidiEvent(1, ON, 60, 90),
            MidiEvent(at(1.0), OFF, 60, 0),
        ],
        2,
        quiet,
    )
    live.play([MidiEvent(at(2.0), CONTROL, 64, 0)], 2, quiet)
    assert VELOCITY not in told[0]
    row = [PROGRAM, PITCH + 60, TIE, SHIFT + 200, VELOCITY, PITCH + 60, END]
    assert told[1].tolist() == row


def test_chunks_chain_as_windows_do(model: Model) -> None:
    """A chunk's mel comes out of the chunk before, and its noise out of the seed."""
    live = played(model)
    first, second = (live.play([MidiEvent(9, ON, 60, 90)], 0, quiet) for _ in range(2))
    assert first.shape == second.shape == (WINDOW_FRAMES, 1)
    renderer = live._renderer
    row = np.array([TIE, PROGRAM, VELOCITY + 1, PITCH + 60, END])
    chosen = live._settings
    mel = renderer.mel(row, None, chosen, quiet)
    again = np.array(
        [PROGRAM, PITCH + 60, TIE, VELOCITY, PITCH + 60, VELOCITY + 1, PITCH + 60, END]
    )
    assert chosen.seed == window_seed(SEED, 0)
    chosen = type(chosen)(**{**vars(chosen), "seed": window_seed(SEED, 1)})
    after = renderer.mel(again, mel, chosen, quiet)
    assert live._mel is not None
    np.testing.assert_array_equal(live._mel, after)


def test_the_same_calls_give_the_same_samples(model: Model) -> None:
    calls = [([MidiEvent(at(0.1), ON, 64, 90)], 0), ([], 1), ([], 2), ([], 0)]
    one, other = (
        [live.play(events, effort, quiet) for events, effort in calls]
        for live in (played(model), played(model))
    )
    np.testing.assert_array_equal(np.concatenate(one), np.concatenate(other))


@pytest.mark.parametrize("efforts", [(0, 0, 0), (0, 1, 0), (0, 2, 0), (2, 0, 2, 2), (1, 2, 1)])
def test_no_join_is_heard(model: Model, efforts: tuple[int, ...]) -> None:
    live = played(model)
    sounds = [live.play([MidiEvent(0, ON, 60, 90)], effort, quiet)[:, 0] for effort in efforts]
    sound = np.concatenate(sounds)
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() <= 1.0
    rough = np.abs(np.diff(sound, n=2))
    usual = max(np.abs(np.diff(one, n=2)).mean() for one in sounds)
    for join in range(1, len(efforts)):
        near = rough[join * WINDOW_FRAMES - 40 : join * WINDOW_FRAMES + 40]
        assert near.max() <= rough.max() * 1.01
        assert near.mean() < 1.3 * usual


def test_a_held_chunk_dies_away_and_misses_nothing(model: Model, told: list[Tokens]) -> None:
    live = played(model)
    live.play([MidiEvent(0, ON, 60, 90), MidiEvent(0, ON, 64, 90)], 0, quiet)
    held = live.play([MidiEvent(10, OFF, 60, 0)], 2, quiet)
    assert np.abs(held[: RATE_HZ // 10]).max() > 1e-3
    assert not held[RATE_HZ * 2 :].any()
    live.play([], 0, quiet)
    assert told[-1].tolist() == [PROGRAM, PITCH + 64, TIE, END]


def test_less_effort_takes_fewer_steps(model: Model) -> None:
    live = played(model, steps=40, guidance=2.0)
    assert live.efforts == ("full", "short", "draft", "hold")
    ticks: list[list[float]] = [[] for _ in live.efforts]
    for effort, told in enumerate(ticks):
        live.play([], effort, told.append)
    assert [len(told) for told in ticks] == [42, 22, 6, 1]


@pytest.mark.parametrize(
    ("steps", "efforts"), [(20, ("full", "draft", "hold")), (4, ("full", "hold"))]
)
def test_what_would_not_be_less_is_no_effort(
    model: Model, steps: int, efforts: tuple[str, ...]
) -> None:
    assert played(model, steps=steps).efforts == efforts


def test_a_chunk_that_would_come_too_late_is_rendered_with_less(model: Model) -> None:
    """What was struck in it is heard all the same, and as if nothing else had been tried."""
    asked = [MidiEvent(at(0.1), ON, 64, 90)]
    live, other = played(model, steps=40), played(model, steps=40)
    given_up: list[float] = []

    def hurry(fraction: float) -> None:
        if 0.1 < fraction < 0.2 and not given_up:
            given_up.append(fraction)
            raise TooLate("it would come too late")

    np.testing.assert_array_equal(live.play(asked, 0, hurry), other.play(asked, 1, quiet))
    np.testing.assert_array_equal(live.play([], 0, quiet), other.play([], 0, quiet))
    assert given_up


def test_a_rehearsal_is_not_heard_and_done_once(model: Model) -> None:
    """It takes one step, guided as asked, of windows without a note."""
    asked = [MidiEvent(at(0.1), ON, 64, 90)]
    live, other = played(model, guidance=2.0), played(model, guidance=2.0)
    ticks: list[float] = []
    live.follow(ticks.append)
    assert len(ticks) == 2
    np.testing.assert_array_equal(live.play(asked, 0, quiet), other.play(asked, 0, quiet))
    live.follow(ticks.append)
    assert len(ticks) == 2


def test_it_can_be_cancelled_within_a_step(model: Model) -> None:
    def refuse(fraction: float) -> None:
        if fraction > 0.5:
            raise JobCancelled("enough")

    with pytest.raises(JobCancelled):
        played(model, steps=20).play([], 0, refuse)


def test_a_model_that_is_not_loaded_says_so(model: Model) -> None:
    request = model.spec.filled(Request("live", model.spec.name))
    with pytest.raises(ModelFailed, match="load it"):
        Model(model._checkpoint).live(request)


any_message = st.builds(
    MidiEvent,
    st.integers(0, WINDOW_FRAMES - 1),
    st.integers(0x80, 0xEF),
    st.integers(0, 255),
    st.integers(0, 255),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(any_message, max_size=60), min_size=1, max_size=4))
def test_any_bytes_may_come(model: Model, chunks: list[list[MidiEvent]]) -> None:
    """Held chunks are enough: they hear everything."""
    live = played(model)
    for events in chunks:
        audio = live.play(sorted(events, key=lambda event: event.frame), 2, quiet)
        assert audio.shape == (WINDOW_FRAMES, 1)
    assert len(live._held) <= 64
