"""Voices that wait for their place."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.placing import NEVER, Placing
from bridge.stream import Stream, Voice, WindowAudible
from bridge.transport import Place, Transport

RATE_HZ = 48_000
BLOCK_FRAMES = 480


class Scene:
    """A stream, its transport, and what was said to be late."""

    def __init__(self) -> None:
        self.stream = Stream(RATE_HZ, 1)
        self.transport = Transport(RATE_HZ, lambda: self.stream.frame)
        self.placing = Placing(self.stream, self.transport)
        self.transport.on_change = self.placing.settle
        self.late: list[tuple[float, float]] = []
        self.starts: dict[str, int] = {}

    def voice(self, key: str, frames: int = 10_000) -> Voice:
        voice = self.stream.open_voice(key, RATE_HZ, 1)
        if frames:
            self.fill(voice, frames)
        return voice

    def fill(self, voice: Voice, frames: int = 10_000) -> None:
        voice.write(np.ones((frames, 1), np.float32), 0)
        voice.end()

    def on_beat(self, voice: Voice, beat: float) -> None:
        self.placing.at_beat(voice, beat, self.stream.frame, self._tell)

    def _tell(self, planned: float, actual: float) -> None:
        self.late.append((planned, actual))

    def mix(self, blocks: int = 1, frames: int = BLOCK_FRAMES) -> np.ndarray:
        audio = np.concatenate([self.stream.read(frames) for _ in range(blocks)])[:, 0]
        for event in self.stream.events:
            if isinstance(event, WindowAudible):
                self.starts[event.key] = event.frame
                self.placing.heard(event.key, event.frame)
        self.stream.events.clear()
        return audio


def test_a_voice_sounds_on_its_beat_to_the_sample() -> None:
    scene = Scene()
    scene.transport.set_tempo(97)
    scene.transport.play()
    scene.on_beat(scene.voice("job"), 1.75)
    audio = scene.mix(200)
    assert np.flatnonzero(audio)[0] == round(1.75 * 60 / 97 * RATE_HZ)
    assert scene.late == []


def test_while_the_transport_stands_a_voice_waits() -> None:
    scene = Scene()
    voice = scene.voice("job")
    scene.on_beat(voice, 1)
    assert not scene.mix(100).any()
    assert voice.at_frame == NEVER
    scene.transport.play()
    assert np.flatnonzero(scene.mix(100))[0] == 24_000
    assert scene.late == []


def test_a_voice_moves_along_with_tempo_and_place() -> None:
    scene = Scene()
    voice = scene.voice("job")
    scene.transport.play()
    scene.on_beat(voice, 4)
    scene.transport.set_tempo(60)
    assert voice.at_frame == 4 * RATE_HZ
    scene.transport.locate(Place("beat", 3.0))
    assert voice.at_frame == RATE_HZ
    scene.transport.stop()
    assert voice.at_frame == NEVER


def test_what_is_about_to_be_mixed_stays() -> None:
    scene = Scene()
    voice = scene.voice("job")
    scene.on_beat(voice, 0.01)
    scene.transport.play()
    assert voice.at_frame == 240
    scene.transport.set_tempo(60)
    assert voice.at_frame == 240


def test_what_comes_too_late_sounds_at_once_and_says_so() -> None:
    scene = Scene()
    scene.transport.play()
    voice = scene.voice("job", frames=0)
    scene.on_beat(voice, 0.5)
    scene.mix(50)
    scene.fill(voice)
    audio = scene.mix()
    assert audio.all()
    assert scene.late == [(pytest.approx(0.25), pytest.approx(0.5))]


def test_a_place_that_has_passed_is_late() -> None:
    scene = Scene()
    scene.transport.play()
    scene.mix(100)
    scene.on_beat(scene.voice("job"), 0)
    assert scene.mix().all()
    assert scene.late == [(pytest.approx(-1.0), 0.0)]


def test_going_past_a_place_makes_it_late() -> None:
    scene = Scene()
    scene.transport.play()
    scene.on_beat(scene.voice("job"), 100)
    scene.mix(100)
    scene.transport.locate(Place("beat", 200.0))
    assert scene.mix().all()
    assert len(scene.late) == 1


def test_one_that_was_cancelled_is_forgotten() -> None:
    scene = Scene()
    voice = scene.voice("job")
    scene.on_beat(voice, 1)
    voice.cancel()
    scene.mix()
    scene.placing.forget("job")
    scene.transport.play()
    assert voice.at_frame == NEVER


@given(st.data())
@settings(deadline=None)
def test_whatever_the_transport_does_a_voice_starts_where_it_was_last_put(
    data: st.DataObject,
) -> None:
    scene = Scene()
    beats = {f"job {i}": data.draw(st.floats(0, 8)) for i in range(3)}
    voices = {key: scene.voice(key, 500) for key in beats}
    for key, beat in beats.items():
        scene.on_beat(voices[key], beat)
    for _ in range(data.draw(st.integers(1, 20))):
        match data.draw(st.sampled_from(["play", "stop", "tempo", "locate", "mix"])):
            case "play":
                scene.transport.play()
            case "stop":
                scene.transport.stop()
            case "tempo":
                scene.transport.set_tempo(data.draw(st.floats(20, 999)))
            case "locate":
                scene.transport.locate(Place("beat", data.draw(st.floats(0, 8))))
            case "mix":
                scene.mix(data.draw(st.integers(1, 60)), data.draw(st.integers(1, 700)))
    scene.transport.play()
    while len(scene.starts) < 3:
        scene.mix(100)
    late = sum(scene.starts[key] > voices[key].at_frame for key in beats)
    assert all(scene.starts[key] >= voices[key].at_frame for key in beats)
    assert len(scene.late) == late
