"""Every model under engine/models, found by its file, is held to the contract of `base.Model`."""

from __future__ import annotations

import functools
import math
import threading
import typing
from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import pytest

from engine.context import pack, unpack
from engine.discovery import Models, find_models
from engine.jobs import Window, check_plan
from engine.loop import SOURCES, Loop
from engine.models.base import Audio, Context, Model, Playable
from engine.wire import (
    Accepted,
    Bend,
    Chunk,
    Control,
    Done,
    Failed,
    JobCancelled,
    MidiEvent,
    Note,
    Operation,
    Request,
    RequestError,
    Score,
    Shutdown,
    Submit,
    Tempo,
    Value,
)

MODELS = find_models()
CASES = [
    (name, operation)
    for name in MODELS
    for operation in MODELS[name].spec.operations
    if operation != "live"
]
PLAYABLE = [name for name in MODELS if "live" in MODELS[name].spec.operations]
every_model = pytest.mark.parametrize("name", MODELS)
every_operation = pytest.mark.parametrize(("name", "operation"), CASES)
WAIT_SECONDS = 300.0
SPAN = ("start_seconds", "end_seconds")

SCORE = Score(
    notes=(
        *(Note(t / 2, t / 2 + 0.45, 60 + 2 * t, 70 + 5 * t) for t in range(7)),
        Note(0.25, 3.0, 43, 90, program=48, channel=1),
        Note(1.0, 1.1, 38, 110, channel=9, is_drum=True),
        Note(2.0, 2.1, 36, 110, channel=9, is_drum=True),
    ),
    controls=(Control(0.5, 0, 64, 127), Control(1.5, 0, 64, 0), Control(0.0, 1, 7, 80)),
    bends=(Bend(1.0, 1, 0.5), Bend(2.0, 1, 0.0)),
    tempos=(Tempo(0.0, 120.0),),
    duration_seconds=3.5,
)
EDGES = Score(
    notes=(
        Note(0.0, 0.0, 60, 100),
        Note(0.0, 0.3, 0, 1),
        Note(0.0, 0.3, 127, 127, program=127, channel=15),
        Note(0.1, 0.2, 0, 127, channel=9, is_drum=True),
        Note(0.1, 0.2, 127, 127, program=127, channel=9, is_drum=True),
        *(Note(0.2, 0.4, 60, 127) for _ in range(40)),
    ),
    duration_seconds=0.5,
)


def quiet(fraction: float) -> None:
    """A tick that does nothing."""


@functools.cache
def loaded(name: str) -> Model:
    model = MODELS[name]()
    model.load("cpu", "float32")
    return model


def request(
    name: str, operation: Operation, score: Score = SCORE, seed: int = 3, **parameters: Value
) -> Request:
    frames = tuple(map(len, sources(name, operation)))
    # Models that vary notes are given those of their source; the others let them be.
    known = (score,) * len(frames) if operation in ("vary", "interpolate") else ()
    bare = Request(operation, name, seed, parameters, score if operation == "render" else None)
    bare = msgspec.structs.replace(bare, source_frames=frames, source_scores=known)
    return MODELS[name].spec.filled(bare)


@functools.cache
def sources(name: str, operation: Operation) -> tuple[Audio, ...]:
    """What an operation works on: three seconds of a chord struck on every beat, each."""
    spec = MODELS[name].spec
    seconds = np.arange(3 * spec.rate_hz) / spec.rate_hz
    chord = sum(np.sin(2 * np.pi * hz * seconds) for hz in (220.0, 277.2, 329.6))
    sound = np.asarray(0.1 * chord * np.exp(-4.0 * (seconds % 0.5)), np.float32)
    return (np.repeat(sound[:, None], spec.channels, axis=1),) * SOURCES.get(operation, 0)


def planned(asked: Request) -> Sequence[Window]:
    return loaded(asked.model).plan(asked, sources(asked.model, asked.operation))


def play(
    model: Model, windows: Sequence[Window], context: Context | None = None
) -> tuple[list[Audio], list[Context]]:
    audio, contexts = [], []
    for window in windows:
        sound, context = model.step(window, context, quiet)
        audio.append(sound)
        contexts.append(context)
    return audio, contexts


@functools.cache
def played(name: str, operation: Operation) -> tuple[Sequence[Window], list[Audio], list[Context]]:
    windows = planned(request(name, operation))[:4]
    return windows, *play(loaded(name), windows)


def test_there_are_models_to_test() -> None:
    assert "tone" in MODELS


@every_model
def test_the_spec_is_sound(name: str) -> None:
    spec = MODELS[name].spec
    assert spec.name == name
    assert 8_000 <= spec.rate_hz <= 192_000
    assert spec.channels in (1, 2)
    assert spec.window_frames > 0
    assert spec.context_frames >= 0
    assert spec.operations
    assert set(spec.operations) <= set(typing.get_args(Operation))
    assert len(set(spec.operations)) == len(spec.operations)
    assert spec.licence
    assert spec.text


@every_model
def test_every_parameter_takes_its_default_and_its_bounds(name: str) -> None:
    parameters = MODELS[name].spec.parameters
    assert len({parameter.name for parameter in parameters}) == len(parameters)
    for parameter in parameters:
        checked = parameter.checked(parameter.default)
        assert checked == parameter.default
        assert type(checked) is type(parameter.default)
        for bound in (parameter.minimum, parameter.maximum):
            assert bound is None or parameter.checked(bound) == bound
        assert all(parameter.checked(choice) == choice for choice in parameter.choices)
        if parameter.drafted is not None:
            assert parameter.checked(parameter.drafted) == parameter.drafted


@every_operation
def test_a_plan_tiles_the_job(name: str, operation: Operation) -> None:
    asked = request(name, operation)
    windows, again = (planned(asked) for _ in range(2))
    check_plan(windows)
    assert [(w.first_frame, w.frames) for w in windows] == [
        (w.first_frame, w.frames) for w in again
    ]
    assert all(window.request == asked for window in windows)
    if operation == "render":
        end = windows[-1].first_frame + windows[-1].frames
        assert end >= SCORE.duration_seconds * MODELS[name].spec.rate_hz


@every_operation
def test_a_step_gives_what_was_planned(name: str, operation: Operation) -> None:
    windows, audio, _ = played(name, operation)
    for window, sound in zip(windows, audio, strict=True):
        assert sound.dtype == np.float32
        assert sound.shape == (window.frames, MODELS[name].spec.channels)
        assert np.isfinite(sound).all()
    assert max(np.abs(sound).max() for sound in audio) > 1e-4, "it is silent"


@every_operation
def test_same_seed_same_samples_from_weights_loaded_anew(name: str, operation: Operation) -> None:
    model = MODELS[name]()
    model.load("cpu", "float32")
    windows = model.plan(request(name, operation), sources(name, operation))[:4]
    for sound, first in zip(play(model, windows)[0], played(name, operation)[1], strict=True):
        np.testing.assert_array_equal(sound, first)


@every_operation
def test_a_window_again_out_of_its_stored_context_is_the_same(
    name: str, operation: Operation
) -> None:
    windows, audio, contexts = played(name, operation)
    for k in range(1, len(windows)):
        stored = unpack(pack(contexts[k - 1]))
        sounds, following = play(loaded(name), windows[k:], stored)
        np.testing.assert_array_equal(np.concatenate(sounds), np.concatenate(audio[k:]))
        assert pack(following[0]) == pack(contexts[k])


@every_operation
def test_a_context_is_never_changed(name: str, operation: Operation) -> None:
    windows, _, contexts = played(name, operation)
    before = [pack(context) for context in contexts]
    play(loaded(name), windows)
    loaded(name).step(windows[1], contexts[0], quiet)
    assert [pack(context) for context in contexts] == before


@every_operation
def test_two_jobs_in_turn_do_not_touch_each_other(name: str, operation: Operation) -> None:
    model, (windows, audio, _) = loaded(name), played(name, operation)
    others = planned(request(name, operation, EDGES, seed=99))
    context: Context | None = None
    other_context: Context | None = None
    for k, window in enumerate(windows):
        sound, context = model.step(window, context, quiet)
        np.testing.assert_array_equal(sound, audio[k])
        if k < len(others):
            _, other_context = model.step(others[k], other_context, quiet)


@every_operation
def test_ticks_rise_and_cancel(name: str, operation: Operation) -> None:
    model, (windows, audio, contexts) = loaded(name), played(name, operation)
    fractions: list[float] = []
    model.step(windows[1], contexts[0], fractions.append)
    assert fractions
    assert fractions == sorted(fractions)
    assert 0.0 <= fractions[0] <= fractions[-1] <= 1.0
    for last in range(len(fractions)):
        with pytest.raises(JobCancelled):
            model.step(windows[1], contexts[0], cancelling_after(last))
    sound, _ = model.step(windows[1], contexts[0], quiet)
    np.testing.assert_array_equal(sound, audio[1])


def cancelling_after(calls: int) -> Callable[[float], None]:
    left = [calls]

    def tick(fraction: float) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise JobCancelled("enough")

    return tick


@every_operation
def test_every_parameter_renders_at_its_bounds(name: str, operation: Operation) -> None:
    spec = MODELS[name].spec
    for parameter in spec.parameters:
        if not parameter.belongs_to(operation):
            continue
        if parameter.name in SPAN:  # Its bounds are the source's.
            continue
        bounds = [b for b in (parameter.minimum, parameter.maximum) if b is not None]
        for value in (*bounds, *parameter.choices):
            windows = planned(request(name, operation, **{parameter.name: value}))
            sound, _ = loaded(name).step(windows[0], None, quiet)
            assert np.isfinite(sound).all(), (parameter.name, value)


@every_operation
def test_the_loop_gives_the_same_samples(name: str, operation: Operation) -> None:
    _, audio, _ = played(name, operation)
    loop = Loop(Models(MODELS, device="cpu"))
    session = loop.open()
    samples = b"".join(source.tobytes() for source in sources(name, operation))
    asked = request(name, operation)
    session.post(Submit("job", asked, source_bytes=len(samples)), memoryview(samples))
    thread = threading.Thread(target=loop.run)
    thread.start()
    messages, sounds = [], []
    while not messages or not isinstance(messages[-1], Done | Failed):
        event = session.take(WAIT_SECONDS)
        assert event is not None
        messages.append(event[0])
        if isinstance(event[0], Chunk):
            end = len(event[1]) - event[0].context_bytes
            sounds.append(np.frombuffer(event[1][:end], "<f4"))
    session.post(Shutdown())
    thread.join(WAIT_SECONDS)
    accepted = next(message for message in messages if isinstance(message, Accepted))
    assert messages[-1] == Done("job", accepted.frames)
    assert sum(map(len, sounds)) == accepted.frames * accepted.channels
    expected = np.concatenate(audio).reshape(-1)
    np.testing.assert_array_equal(np.concatenate(sounds)[: len(expected)], expected)


rendering = pytest.mark.parametrize(
    "name", [name for name in MODELS if "render" in MODELS[name].spec.operations]
)


@rendering
def test_a_score_at_every_limit_of_midi_renders(name: str) -> None:
    windows = loaded(name).plan(request(name, "render", EDGES))
    assert np.isfinite(np.concatenate(play(loaded(name), windows)[0])).all()


@rendering
@pytest.mark.parametrize(
    "score",
    [
        Score(),
        Score(duration_seconds=5.0),
        Score(notes=(Note(0.0, 1e9, 60, 100),), duration_seconds=1e9),
        Score(notes=(Note(1e9, 1e9 + 1, 60, 100),), duration_seconds=1.0),
        Score(notes=(Note(0.0, 1.0, 60, 100),), duration_seconds=math.inf),
    ],
)
def test_a_score_that_cannot_be_rendered_is_refused(name: str, score: Score) -> None:
    with pytest.raises(RequestError):
        loaded(name).plan(request(name, "render", score))


@rendering
def test_render_without_a_score_is_refused(name: str) -> None:
    with pytest.raises(RequestError):
        loaded(name).plan(MODELS[name].spec.filled(Request("render", name)))


@pytest.mark.parametrize("name", PLAYABLE)
def test_playing_gives_chunks_at_every_effort_and_the_same_ones_again(name: str) -> None:
    def chunks() -> list[Audio]:
        live = typing.cast(Playable, loaded(name)).live(request(name, "live"))
        struck = [MidiEvent(live.chunk_frames // 2, 0x90, 60, 100)]
        sounds = [live.play(struck, 0, quiet)]
        for effort in range(len(live.efforts)):
            live.follow(quiet)
            sounds.append(live.play([], effort, quiet))
        assert {sound.shape for sound in sounds} == {
            (live.chunk_frames, MODELS[name].spec.channels)
        }
        return sounds

    first, again = chunks(), chunks()
    assert np.array_equal(np.concatenate(first), np.concatenate(again))
    assert np.isfinite(np.concatenate(first)).all()
    assert 1e-4 < np.abs(np.concatenate(first)).max() <= 1.0


@pytest.mark.parametrize("name", PLAYABLE)
def test_playing_ticks_and_can_be_cancelled(name: str) -> None:
    live = typing.cast(Playable, loaded(name)).live(request(name, "live"))
    with pytest.raises(JobCancelled):
        live.play([], 0, cancelling_after(0))
