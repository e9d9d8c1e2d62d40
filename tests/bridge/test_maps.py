"""Maps by themselves: values of two halves, learnt and carried out without a jump."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import maps
from bridge.maps import Maps

WAIT_SECONDS = 30
TEMPO = 'to = "/transport"\narguments = ["tempo", "{0..16383}"]\n'
CHOOSE = ((99, 9), (98, 82))  # NRPN 1234.


class Desk:
    """Maps of one file, and what they gave."""

    def __init__(self, folder: Path, text: str = "") -> None:
        (folder / "maps.toml").write_text(text)
        self.given: list[float] = []
        self._more = asyncio.Event()
        self.maps = Maps(folder, self._give, lambda *_: None)

    def _give(self, address: str, arguments: Any) -> None:
        self.given.append(round(arguments[-1]))
        self._more.set()

    def turn(self, *changes: tuple[int, int], port: str = "keys") -> list[bool]:
        return [self.maps.take(port, bytes((0xB0, *change))) for change in changes]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            while not condition():
                self._more.clear()
                await self._more.wait()


def run(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


@pytest.mark.parametrize(
    ("source", "begin", "coarse"), [("cc14 = 7", (), 7), ("nrpn = 1234", CHOOSE, 6)]
)
@given(values=st.lists(st.integers(0, 16_383), min_size=1, max_size=12), yields=st.booleans())
def test_a_value_of_two_halves_never_jumps(
    tmp_path_factory: pytest.TempPathFactory,
    source: str,
    begin: tuple[tuple[int, int], ...],
    coarse: int,
    values: list[int],
    yields: bool,
) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path_factory.mktemp("maps"), f"[maps.one]\n{source}\n{TEMPO}")
        await desk.maps.load()
        desk.turn(*begin)
        for value in values:
            desk.turn((coarse, value >> 7))
            if yields:  # The halves come apart, and the loop goes round in between.
                await asyncio.sleep(0)
            desk.turn((coarse + 32, value & 0x7F))
            await asyncio.sleep(0)
        await desk.until(lambda: desk.given[-1:] == values[-1:])
        assert set(desk.given) <= set(values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maps, "FINE_SECONDS", WAIT_SECONDS)  # However busy the machine is.
        run(scene)


def test_a_coarse_half_alone_is_carried_out_a_little_later(tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path, f"[maps.one]\ncc14 = 7\n{TEMPO}")
        await desk.maps.load()
        assert desk.turn((7, 0), (7, 127)) == [True, True]
        await desk.until(lambda: desk.given[-1:] == [16_383])
        assert desk.turn((39, 5), (8, 1)) == [True, False]
        await desk.until(lambda: desk.given[-1:] == [127 << 7 | 5])

    run(scene)


def test_increments_turn_a_parameter(tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path, f"[maps.one]\nrpn = 5\n{TEMPO}")
        await desk.maps.load()
        desk.turn((101, 0), (100, 5), (6, 1), (38, 0), (96, 0))
        await desk.until(lambda: desk.given == [129])
        desk.turn((97, 0), (97, 0))
        await desk.until(lambda: desk.given == [129, 127])
        assert desk.turn((101, 127), (100, 127), (6, 9), (96, 0)) == [False] * 4

    run(scene)


@pytest.mark.parametrize(
    ("sent", "source"),
    [
        ([(7, 3), (39, 1)], "cc14 7 channel 1 port keys"),
        ([(7, 3)], "cc 7 channel 1 port keys"),
        ([(74, 3)], "cc 74 channel 1 port keys"),
        ([(0, 1), (32, 1), *CHOOSE, (6, 4)], "nrpn 1234 channel 1 port keys"),
        ([(101, 0), (100, 5), (38, 4)], "rpn 5 channel 1 port keys"),
        ([*CHOOSE, (101, 127), (100, 127), (6, 1), (20, 4)], "cc 20 channel 1 port keys"),
    ],
)
def test_what_is_turned_is_what_is_learnt(
    tmp_path: Path, sent: list[tuple[int, int]], source: str
) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path)
        lesson = asyncio.create_task(desk.maps.learn("one", "/transport", ("tempo", "{60..180}")))
        await asyncio.sleep(0)
        desk.turn(*sent)
        async with asyncio.timeout(WAIT_SECONDS):
            learnt = await lesson
        assert learnt.source_text == source
        assert desk.maps.all == {"one": learnt}

    run(scene)


def test_a_button_that_was_down_when_its_port_went_can_be_pressed_again(tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path, '[maps.one]\ncc = 20\nto = "/transport"\narguments = ["tempo", 90]')
        await desk.maps.load()
        desk.turn((20, 127), (20, 127))
        assert desk.given == [90]
        desk.maps.lost("keys")
        desk.turn((20, 127))
        assert desk.given == [90, 90]

    run(scene)


def test_a_note_is_learnt_though_its_fine_velocity_comes_before_it(tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path)
        lesson = asyncio.create_task(desk.maps.learn("go", "/transport", ("play",)))
        await asyncio.sleep(0)
        assert desk.turn((88, 37)) == [False]
        assert desk.maps.take("keys", bytes((0x90, 60, 100)))
        learnt = await lesson
        assert (learnt.source, learnt.channel) == (("note", 60), 1)

    run(scene)


def test_fine_velocity_is_mapped_where_it_is_named(tmp_path: Path) -> None:
    async def scene() -> None:
        desk = Desk(tmp_path, "[maps.fine]\ncc = 88\n" + TEMPO)
        await desk.maps.load()
        assert desk.turn((88, 127)) == [True]
        await desk.until(lambda: desk.given == [16_383])

    run(scene)
