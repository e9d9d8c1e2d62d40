"""Pairs of 14 bits and numbered parameters out of single control changes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.midi.controllers import MAX_KEPT, Controllers, Turned

BYTE = st.integers(0, 127)


def last(*changes: tuple[int, int], controllers: Controllers | None = None) -> Turned | None:
    """Return what the last of some control changes moves."""
    controllers = controllers or Controllers()
    return [controllers.hear(0, *change) for change in changes][-1]


@given(st.integers(0, 31).filter(lambda number: number != 6), st.integers(0, 0x3FFF))
def test_both_halves_are_one_value(number: int, value: int) -> None:
    turned = last((number, value >> 7), (number + 32, value & 0x7F))
    assert turned is not None
    assert (turned.kind, turned.number, turned.awaits_fine) == ("cc14", number, False)
    assert turned.fraction == value / 0x3FFF
    assert turned.is_pressed == (value >= 0x2000)


@given(st.sampled_from(["nrpn", "rpn"]), st.integers(0, 0x3FFE), st.integers(0, 0x3FFF))
def test_a_parameter_is_chosen_and_entered(kind: str, number: int, value: int) -> None:
    coarse, fine = (99, 98) if kind == "nrpn" else (101, 100)
    chosen = ((coarse, number >> 7), (fine, number & 0x7F))
    turned = last(*chosen, (6, value >> 7), (38, value & 0x7F))
    assert turned == Turned(kind, number, value / 0x3FFF, value >= 0x2000)  # type: ignore[arg-type]
    assert last(*reversed(chosen), (6, value >> 7)) is not None


def test_a_coarse_half_alone_has_seven_bits_until_a_fine_one_came() -> None:
    controllers = Controllers()
    alone = last((7, 127), controllers=controllers)
    assert alone == Turned("cc14", 7, 1.0, True, awaits_fine=True)
    last((39, 127), controllers=controllers)
    after = last((7, 127), controllers=controllers)
    assert after is not None
    assert after.fraction == (127 << 7) / 0x3FFF


def test_increments_move_the_finest_half_there_is_and_stay_within() -> None:
    controllers = Controllers()
    last((99, 1), (98, 2), controllers=controllers)
    coarse = last((96, 0), (96, 0), (97, 0), controllers=controllers)
    assert coarse is not None
    assert coarse.fraction == 1 / 127
    fine = last((6, 1), (38, 127), (96, 0), controllers=controllers)
    assert fine is not None
    assert fine.fraction == (2 << 7) / 0x3FFF
    lowest = last((6, 0), (38, 0), (97, 0), controllers=controllers)
    assert lowest is not None
    assert lowest.fraction == 0.0
    highest = last((6, 127), (38, 127), (96, 0), controllers=controllers)
    assert highest is not None
    assert highest.fraction == 1.0


def test_the_null_parameter_is_none_and_others_are_none_either() -> None:
    assert last((6, 5)) is None
    assert last((101, 0), (100, 0), (101, 127), (100, 127), (6, 12)) is None
    assert last((99, 1), (98, 2), (101, 127), (100, 127), (38, 12)) is None
    assert last((64, 127)) is None


def test_channels_do_not_mix() -> None:
    controllers = Controllers()
    controllers.hear(0, 99, 1)
    controllers.hear(0, 98, 1)
    assert controllers.hear(1, 6, 9) is None
    found = controllers.hear(0, 6, 9)
    assert found is not None
    assert found.number == 129


def test_what_is_kept_is_bounded() -> None:
    controllers = Controllers()
    for number in range(3 * MAX_KEPT):
        last((99, number >> 7), (98, number & 0x7F), (6, 1), controllers=controllers)
    assert len(controllers._values) == MAX_KEPT


@given(st.lists(st.tuples(st.integers(0, 15), BYTE, BYTE), max_size=200))
def test_any_control_changes_give_a_fraction_or_nothing(sent: list[tuple[int, int, int]]) -> None:
    controllers = Controllers()
    for change in sent:
        turned = controllers.hear(*change)
        assert turned is None or 0.0 <= turned.fraction <= 1.0
