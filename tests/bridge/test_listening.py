from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

import bridge.inputs
from bridge.conversion import Sound
from bridge.inputs.base import Audio, Hear, check_options, find_input, input_kinds
from bridge.listening import Inputs, Recent, Span, span_of_bars
from bridge.transport import Transport
from engine.wire import LegatoError, NotFound, OutOfRange, Parameter, UnknownParameter, Value

RATE = 8_000


def counted(first: int, frames: int, channels: int = 2) -> Audio:
    numbers = np.arange(first, first + frames, dtype=np.float32)
    return np.repeat(numbers[:, None], channels, axis=1)


def test_a_ring_gives_back_the_last_frames_and_no_more_than_it_keeps() -> None:
    recent = Recent(100, 1, 2.0)
    at = 0
    for frames in (1, 64, 99, 3, 250, 17, 400, 64):
        recent.hear(counted(at, frames, 1), 0.0)
        at += frames
        for wanted in (0, 1, 150, 200, 10_000):
            read = recent.read(recent.heard, wanted)[:, 0]
            expected = np.arange(max(0, at - min(wanted, 200)), at, dtype=np.float32)
            assert np.array_equal(read, expected)
    assert recent.read(at - 50, 100)[-1, 0] == at - 51
    assert len(recent.read(at - 150, 100)) == 50
    assert len(recent.read(at - 300, 100)) == 0


def test_what_is_read_while_more_comes_is_whole() -> None:
    recent, stop, whole = Recent(10 * RATE, 2, 1.0), threading.Event(), 0

    def write() -> None:
        at = 0
        while not stop.is_set():
            recent.hear(counted(at % (1 << 22), 64), 0.0)
            at += 64

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while whole < 200:  # However the machine shares its time between the two.
            read = recent.read(recent.heard, 1_000)
            whole += len(read) == 1_000
            steps = np.diff(read[:, 0])
            assert ((steps == 1) | (steps == -(1 << 22) + 1)).all()
    finally:
        stop.set()
        writer.join()


class FakeInput:
    """An input that hears what the test plays to it."""

    text: ClassVar[str] = "hears the test"
    options: ClassVar[tuple[Parameter, ...]] = (
        Parameter("broken", "bool", False, text="whether it refuses"),
        Parameter("channels", "int", 2, 1, 64, text="how many"),
    )
    opened: ClassVar[list[FakeInput]] = []

    def __init__(self) -> None:
        self.rate_hz, self.channels, self.lost_blocks = RATE, 2, 0
        self.closed = 0
        self.hear: Hear = lambda block, end_seconds: None

    def open(self, name: str, options: dict[str, Value]) -> None:
        self.opened.append(self)
        self.channels = int(options["channels"])
        if options["broken"]:
            raise LegatoError("it is broken: mend it")

    def start(self, hear: Hear) -> None:
        self.hear = hear

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[FakeInput]]:
    module = ModuleType("bridge.inputs.fake")
    module.Input = FakeInput  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bridge.inputs.fake", module)
    (tmp_path / "fake.py").write_text("")
    monkeypatch.setattr(bridge.inputs, "__path__", [*bridge.inputs.__path__, str(tmp_path)])
    FakeInput.opened.clear()
    yield FakeInput.opened
    FakeInput.opened.clear()


def scene(inputs: Inputs, *names: str, **options: Value) -> None:
    async def open_all() -> None:
        for name in names:
            await inputs.open("fake", name, options)

    asyncio.run(open_all())


def heard(sound: Sound) -> tuple[int, int]:
    """Return the first frame of a sound and the one after its last, checked to be in order."""
    numbers = sound.samples[:, 0]
    assert np.array_equal(numbers, np.arange(numbers[0], numbers[0] + len(numbers)))
    assert sound.rate_hz == RATE
    return int(numbers[0]), int(numbers[-1]) + 1


def test_live_is_the_last_seconds(fake: list[FakeInput]) -> None:
    inputs = Inputs(clock=lambda: 100.0)
    scene(inputs, "desk")
    fake[0].hear(counted(0, 20 * RATE), 100.0)
    assert heard(inputs.recent("")) == (10 * RATE, 20 * RATE)
    assert heard(inputs.recent("4s")) == (16 * RATE, 20 * RATE)
    assert heard(inputs.recent("0.5s")) == (round(19.5 * RATE), 20 * RATE)
    assert inputs.rows() == [("desk", "fake", RATE, 2, 20.0, 20 * RATE - 1.0, 0)]


def test_bars_end_at_the_last_bar_line(fake: list[FakeInput]) -> None:
    inputs = Inputs(lambda bars: Span(2.0 * bars, 0.75), clock=lambda: 100.0)
    scene(inputs, "desk")
    fake[0].hear(counted(0, 20 * RATE), 99.9)  # The rest of it is still on its way.
    end = round((20 + 0.1 - 0.75) * RATE)
    assert heard(inputs.recent("3bars")) == (end - 6 * RATE, end)
    assert heard(inputs.recent("1bar")) == (end - 2 * RATE, end)
    assert heard(inputs.recent("desk:1bars")) == (end - 2 * RATE, end)


def test_the_newest_input_is_live_and_others_are_named(fake: list[FakeInput]) -> None:
    inputs = Inputs(clock=lambda: 1.0)
    scene(inputs, "desk", "voice")
    fake[0].hear(counted(0, RATE), 1.0)
    fake[1].hear(counted(5, RATE), 1.0)
    assert heard(inputs.recent(""))[0] == 5
    assert heard(inputs.recent("desk"))[0] == 0
    assert heard(inputs.recent("desk:0.5s")) == (RATE // 2, RATE)
    with pytest.raises(NotFound, match="desk, voice is open"):
        inputs.recent("piano:4s")


@pytest.mark.parametrize(
    "text", ["4", "4seconds", "0s", "4 s", "-4s", "desk:many", "nans", "9" * 99]
)
def test_a_length_that_is_none_is_refused(fake: list[FakeInput], text: str) -> None:
    inputs = Inputs()
    scene(inputs, "desk")
    with pytest.raises((OutOfRange, NotFound)) as caught:
        inputs.recent(text)
    assert len(str(caught.value)) < 300


def test_too_many_bars_are_refused(fake: list[FakeInput]) -> None:
    inputs = Inputs()
    scene(inputs, "desk")
    with pytest.raises(OutOfRange, match="at most 1024"):
        inputs.recent("2000bars")


def test_what_was_not_heard_is_not_made_up(fake: list[FakeInput]) -> None:
    inputs = Inputs(clock=lambda: 1.0)
    with pytest.raises(NotFound, match="input/open"):
        inputs.recent("")
    scene(inputs, "desk", keep=2.0)
    with pytest.raises(NotFound, match="wait"):
        inputs.recent("")
    fake[0].hear(counted(0, RATE), 1.0)
    assert heard(inputs.recent("")) == (0, RATE)
    with pytest.raises(NotFound, match=r"asks for 4\.00 s, and 1\.00 s are there"):
        inputs.recent("4s")
    fake[0].hear(counted(RATE, 9 * RATE), 1.0)
    with pytest.raises(NotFound, match="longer keep"):
        inputs.recent("4s")


def test_an_input_of_the_same_name_takes_the_place_and_closing_forgets(
    fake: list[FakeInput],
) -> None:
    inputs = Inputs()
    scene(inputs, "desk", "desk")
    assert [one.closed for one in fake] == [1, 0]
    assert len(inputs.rows()) == 1
    asyncio.run(inputs.close("desk"))
    assert [one.closed for one in fake] == [1, 1]
    assert inputs.rows() == []
    with pytest.raises(NotFound, match="no input 'desk'"):
        asyncio.run(inputs.close("desk"))


def test_an_input_that_cannot_open_leaves_nothing_behind(fake: list[FakeInput]) -> None:
    inputs = Inputs()
    with pytest.raises(LegatoError, match="mend it"):
        scene(inputs, "desk", broken=True)
    with pytest.raises(OutOfRange, match="keep fewer"):
        Inputs()._begin("fake", "desk", {"channels": 1 << 16, "broken": False}, 600.0)
    assert [one.closed for one in fake] == [1, 1]
    assert inputs.rows() == []


def test_kinds_are_the_files() -> None:
    assert input_kinds() == ("device", "jack")
    for kind in input_kinds():
        assert find_input(kind).text
        find_input(kind)().close()
        assert all(option.text for option in find_input(kind).options)
    with pytest.raises(NotFound, match="device, jack"):
        find_input("base")
    with pytest.raises(UnknownParameter, match="it has device"):
        check_options("device", {"speed": 1})


def test_the_bar_line_is_the_transports() -> None:
    transport = Transport(48_000, lambda: 0)
    assert span_of_bars(transport, 96_000, 1) == Span(2.0, 0.0)
    transport.set_tempo(90.0)
    transport.set_signature(3, 4)
    transport.play()
    span = span_of_bars(transport, 48_000 * 5, 1.5)
    assert (span.seconds, span.ago_seconds) == pytest.approx((3.0, 1.0))


def test_each_bar_has_the_signature_that_it_was_played_in() -> None:
    frame = [0]
    transport = Transport(48_000, lambda: frame[0])
    transport.play()
    for seconds, *signature in ((4.5, 3, 4), (7.2, 7, 8)):  # From bars 3 and 5 on, of two each.
        frame[0] = round(seconds * 48_000)
        transport.set_signature(*signature)
    now = round((4 + 2 * 1.5 + 2 * 1.75 + 0.25) * 48_000)
    spans = [span_of_bars(transport, now, bars) for bars in (1, 2, 3, 4, 4.5, 6, 8)]
    assert [span.seconds for span in spans] == pytest.approx([1.75, 3.5, 5, 6.5, 7.5, 10.5, 14.5])
    assert [span.ago_seconds for span in spans] == pytest.approx([0.25] * len(spans))
    frame[0] = now
    transport.stop()
    assert span_of_bars(transport, now, 3) == Span(pytest.approx(5.0), 0.0)


def test_a_block_that_was_told_of_late_moves_nothing() -> None:
    recent = Recent(1000, 1, 8.0)
    for number in range(1, 21):
        late = 0.3 if number % 4 else 0.0
        recent.hear(np.zeros((100, 1), np.float32), 50.0 + 0.1 * number + late)
    assert recent.frame_at(51.0) == 1000
    for number in range(31, 51):  # A second was lost, and is forgotten a second later.
        recent.hear(np.zeros((100, 1), np.float32), 50.0 + 0.1 * number)
    assert recent.frame_at(55.0) == 4000
