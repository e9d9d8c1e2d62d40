from __future__ import annotations

import numpy as np

from bridge.player import Player
from bridge.sinks.base import Stats
from bridge.stems import Stems
from bridge.stream import Stream

RATE = 48_000


def part(value: float) -> np.ndarray:
    return np.full((4, 2), value, np.float32)


def test_every_voice_has_a_place_for_as_long_as_it_lasts() -> None:
    stems = Stems(3, 2)
    assert stems.spread(4, {"a": part(1), "b": part(2)})[0].tolist() == [1, 1, 2, 2, 0, 0]
    assert stems.spread(4, {"b": part(2)})[0].tolist() == [0, 0, 2, 2, 0, 0]
    assert stems.spread(4, {"b": part(2), "c": part(3)})[0].tolist() == [3, 3, 2, 2, 0, 0]
    assert stems.spread(4, {}).shape == (4, 6)


def test_voices_beyond_the_places_share_the_last_one() -> None:
    stems = Stems(2, 2)
    block = stems.spread(4, {"a": part(1), "b": part(2), "c": part(3)})
    assert block[0].tolist() == [1, 1, 5, 5]
    assert stems.shared == 1


class Clock:
    seconds = 0.0

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


class Recorder:
    """A sink that keeps what it got."""

    def __init__(self, channels: int) -> None:
        self.rate_hz, self.channels = RATE, channels
        self.stats = Stats()
        self.blocks: list[np.ndarray] = []

    def write(self, first_frame: int, block: np.ndarray) -> None:
        self.blocks.append(block.copy())

    def surplus_frames(self) -> None:
        return None


def test_one_stream_goes_out_as_mix_and_as_stems_at_once() -> None:
    clock, stream = Clock(), Stream(RATE, 2)
    player = Player(stream, clock)
    mix, stems = Recorder(2), Recorder(4)
    player.attach("mix", mix)  # type: ignore[arg-type]
    player.attach("stems", stems, stems=2)  # type: ignore[arg-type]
    rng = np.random.default_rng(0)
    audio = {key: rng.uniform(-0.5, 0.5, (4_800, 2)).astype(np.float32) for key in "ab"}
    for key, samples in audio.items():
        voice = stream.open_voice(key, RATE, 2)
        voice.write(samples, 0)
        voice.end()
    for _ in range(30):
        clock.seconds += 0.01
        player.pump()
    apart = np.concatenate(stems.blocks)[:4_800]
    assert np.array_equal(apart[:, :2], audio["a"])
    assert np.array_equal(apart[:, 2:], audio["b"])
    assert np.array_equal(np.concatenate(mix.blocks)[:4_800], audio["a"] + audio["b"])
