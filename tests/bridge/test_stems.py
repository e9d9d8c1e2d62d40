from __future__ import annotations

import numpy as np
import pytest

from bridge.player import Player, StemPlaced
from bridge.sinks.base import Stats
from bridge.stems import Stems
from bridge.stream import Stream
from engine.wire import LegatoError

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
    assert [tuple(one) for one in stems.placed] == [
        (0, "a", False),
        (1, "b", False),
        (1, "c", True),
    ]
    stems.spread(4, {"a": part(1), "b": part(2), "c": part(3)})
    assert not stems.placed


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


def take_of(names: tuple[str, ...], frames: int) -> tuple[np.ndarray, np.ndarray]:
    """A job's mix and its stems, which add up to it exactly."""
    rng = np.random.default_rng(1)
    stems = rng.integers(-(1 << 20), 1 << 20, (len(names), frames, 2)) / np.float32(1 << 23)
    return stems.sum(axis=0).astype(np.float32), stems.astype(np.float32)


def pumped(player: Player, clock: Clock, blocks: int = 30) -> None:
    for _ in range(blocks):
        clock.seconds += 0.01
        player.pump()


NAMES = ("00-source", "01-piano", "10-drums")


@pytest.mark.parametrize(("rate_hz", "atol"), [(RATE, 0.0), (44_100, 2e-6)])
def test_a_jobs_own_stems_have_channels_of_their_own(rate_hz: int, atol: float) -> None:
    clock, stream = Clock(), Stream(RATE, 2)
    player = Player(stream, clock)
    whole, apart = Recorder(2), Recorder(8)
    player.attach("mix", whole)  # type: ignore[arg-type]
    player.attach("daw", apart, stems=4)  # type: ignore[arg-type]
    mix, stems = take_of(NAMES, 9_600)
    voice = stream.open_voice("take", rate_hz, 2, stems=NAMES)
    for window, start in enumerate(range(0, 9_600, 4_800)):
        span = slice(start, start + 4_800)
        voice.write(mix[span], window, stems[:, span])
    voice.end()
    other = stream.open_voice("other", RATE, 2)
    other.write(mix, 0)
    other.end()
    pumped(player, clock)
    heard, parts = np.concatenate(whole.blocks), np.concatenate(apart.blocks)
    sums = sum(parts[:, 2 * k : 2 * k + 2] for k in range(4))
    np.testing.assert_allclose(sums, heard, atol=max(atol, 1e-6))
    np.testing.assert_array_equal(parts[:9_600, 6:], mix)
    if rate_hz == RATE:
        np.testing.assert_array_equal(parts[:9_600, :6], np.hstack(list(stems)))
    else:
        assert np.abs(parts[:8_000, :6]).max(axis=0).min() > 0.01
    told = [event for event in drained(player) if isinstance(event, StemPlaced)]
    assert [(e.sink, e.place, e.key, e.shared) for e in told] == [
        ("daw", 0, "take/00-source", False),
        ("daw", 1, "take/01-piano", False),
        ("daw", 2, "take/10-drums", False),
        ("daw", 3, "other", False),
    ]


def test_too_few_channels_hold_the_rest_on_the_last_and_say_so() -> None:
    clock, stream = Clock(), Stream(RATE, 2)
    player = Player(stream, clock)
    apart = Recorder(4)
    player.attach("daw", apart, stems=2)  # type: ignore[arg-type]
    mix, stems = take_of(NAMES, 4_800)
    voice = stream.open_voice("take", RATE, 2, stems=NAMES)
    voice.write(mix, 0, stems)
    voice.end()
    pumped(player, clock)
    heard = np.concatenate(apart.blocks)[:4_800]
    np.testing.assert_array_equal(heard[:, :2], stems[0])
    np.testing.assert_array_equal(heard[:, 2:], stems[1] + stems[2])
    shared = [e.key for e in drained(player) if isinstance(e, StemPlaced) and e.shared]
    assert shared == ["take/10-drums"]


def test_channels_may_come_while_it_sounds() -> None:
    clock, stream = Clock(), Stream(RATE, 2)
    player = Player(stream, clock)
    mix, stems = take_of(NAMES, 9_600)
    voice = stream.open_voice("take", RATE, 2, stems=NAMES)
    voice.write(mix, 0, stems)
    voice.end()
    pumped(player, clock, 4)
    since, late = stream.frame, Recorder(6)
    assert 0 < since < 9_600
    player.attach("late", late, stems=3)  # type: ignore[arg-type]
    pumped(player, clock)
    heard = np.concatenate(late.blocks)[: 9_600 - since]
    np.testing.assert_array_equal(heard, np.hstack(list(stems))[since:])


def test_a_voice_takes_the_stems_it_announced() -> None:
    voice = Stream(RATE, 2).open_voice("take", RATE, 2, stems=NAMES)
    mix, stems = take_of(NAMES, 10)
    for wrong in (None, stems[:2], stems[:, :5]):
        with pytest.raises(LegatoError, match="stems"):
            voice.write(mix, 0, wrong)


def drained(player: Player) -> list[object]:
    found: list[object] = []
    while not player.events.empty():
        found.append(player.events.get_nowait())
    return found
