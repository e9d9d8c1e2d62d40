"""Atoms against the table: what clients really send, coerced, and what cannot be, refused."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.osc.arguments import bind, leading_id
from bridge.osc.command import Command
from bridge.osc.spec import COMMANDS
from engine.wire import LegatoError, OutOfRange, TooLarge, UnknownParameter, WrongTypes


def command(address: str) -> Command:
    return next(command for command in COMMANDS if command.address == address)


def bound(address: str, *atoms: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    result = bind(command(address), atoms)
    return result.arguments, result.parameters


def test_the_contracts_prompt() -> None:
    atoms = (7, "seconds", 8, "seed", 3, "prompt", "warm", "slow", "pad")
    assert bound("/generate", *atoms) == (
        {},
        {"seconds": 8.0, "seed": 3, "prompt": "warm slow pad"},
    )


def test_a_prompt_takes_numbers_and_keys_as_words() -> None:
    assert bound("/generate", 7, "prompt", "take", 5.0, "seed", 0.5, 3)[1] == {
        "prompt": "take 5 seed 0.5 3"
    }
    assert bound("/generate", 7, "prompt")[1] == {"prompt": ""}


def test_pd_sends_every_number_as_a_float() -> None:
    arguments, parameters = bound("/render", 7.0, "a.mid", "from_window", 2.0, "steps", 4.0)
    assert arguments == {"score": "a.mid"}
    assert parameters == {"from_window": 2, "steps": 4}
    assert all(type(value) is int for value in parameters.values())


def test_parameters_may_be_of_any_scalar_type() -> None:
    pairs = ("a", True, "b", False, "c", 1 << 40, "d", 0.25, "e", "text")
    assert bound("/render", 7, "a.mid", *pairs)[1] == {
        "a": True,
        "b": False,
        "c": 1 << 40,
        "d": 0.25,
        "e": "text",
    }


def test_a_score_may_be_a_path_or_its_bytes() -> None:
    assert bound("/render", 7, b"MThd")[0] == {"score": b"MThd"}


def test_a_take_may_be_named_by_a_number() -> None:
    assert bound("/take/info", 7, 12.0)[0] == {"take": "12"}


def test_a_call_is_named_by_its_number_and_a_take_by_text() -> None:
    assert bound("/cancel", 12.0)[0] == {"target": 12}
    assert bound("/cancel", "12")[0] == {"target": "12"}


def test_optional_arguments_and_ids_may_be_left_out() -> None:
    assert bound("/ping") == ({}, {})
    assert bound("/take/pin", 1, "x") == ({"take": "x"}, {})
    assert bound("/take/pin", 1, "x", 0) == ({"take": "x", "pinned": False}, {})
    assert bound("/notify", 1.0, "jobs", "sinks")[0] == {"on": True, "topics": ("jobs", "sinks")}


@pytest.mark.parametrize(
    ("address", "atoms", "kind", "says"),
    [
        ("/render", (), WrongTypes, "id"),
        ("/render", ("7", "a.mid"), WrongTypes, "id"),
        ("/render", (7.5, "a.mid"), WrongTypes, "7.5"),
        ("/render", (1 << 31, "a.mid"), OutOfRange, "int32"),
        ("/render", (7,), WrongTypes, "score"),
        ("/render", (7, 5), WrongTypes, "5"),
        ("/render", (7, None), WrongTypes, "nothing"),
        ("/render", (7, (1, 2)), WrongTypes, "array"),
        ("/render", (7, "a.mid", "seed"), WrongTypes, "value"),
        ("/render", (7, "a.mid", 5, 5), WrongTypes, "name"),
        ("/render", (7, "a.mid", "", 5), WrongTypes, "name"),
        ("/render", (7, "a.mid", "x", b"blob"), WrongTypes, "blob of 4 bytes"),
        ("/render", (7, "a.mid", "x", None), WrongTypes, "nothing"),
        ("/render", (7, "a.mid", "x", 1, "x", 2), WrongTypes, "twice"),
        ("/render", (7, "a.mid", "x" * 5_000, 2), TooLarge, "5000"),
        ("/render", (7, "a" * 5_000), TooLarge, "5000"),
        ("/render", (7, "a.mid", "from_window", -1), OutOfRange, "at least 0"),
        ("/render", (7, "a.mid", "from_window", 1.5), WrongTypes, "whole"),
        ("/vary", (7, "x", 1.5), OutOfRange, "0 to 1"),
        ("/vary", (7, "x", "loud"), WrongTypes, "loud"),
        ("/generate", (7, "prompt", b"blob"), WrongTypes, "blob"),
        ("/generate", (7, "prompt", True), WrongTypes, "true"),
        ("/generate", (7, "prompt", *["word"] * 1_000), TooLarge, "prompt"),
        ("/hello", ("", 70_000), OutOfRange, "65535"),
        ("/notify", (2,), WrongTypes, "0 or 1"),
        ("/notify", (1, "gossip"), OutOfRange, "jobs"),
        ("/ping", (1, 2), WrongTypes, "beyond"),
        ("/take/list", (1, "limits", 2), UnknownParameter, "limit"),
        ("/take/list", (1, "limit", 0), OutOfRange, "at least 1"),
    ],
)
def test_what_cannot_be_taken_says_why(
    address: str, atoms: tuple[Any, ...], kind: type[LegatoError], says: str
) -> None:
    with pytest.raises(kind) as caught:
        bind(command(address), atoms)
    assert type(caught.value) is kind
    assert says in str(caught.value)


def test_the_id_is_found_before_the_rest_is_checked() -> None:
    render = command("/render")
    assert leading_id(render, (7.0, None)) == 7
    assert leading_id(render, ("x",)) == 0
    assert leading_id(render, (1 << 40,)) == 0
    assert leading_id(render, ()) == 0
    assert leading_id(command("/hello"), (7,)) == 0


@pytest.mark.parametrize(
    ("atoms", "place"),
    [
        (("at", "bar", 17), "bar 17"),
        (("at", "bar", 17.0), "bar 17"),
        (("at", "beat", 64.5), "beat 64.5"),
        (("at", "beat 64.5"), "beat 64.5"),
        (("at", "next", "bar"), "next bar"),
    ],
)
def test_a_place_is_two_words_or_one_text(atoms: tuple[Any, ...], place: str) -> None:
    assert bound("/generate", 7, *atoms, "seed", 3)[1] == {"at": place, "seed": 3}


@pytest.mark.parametrize("atoms", [("at",), ("at", "bar"), ("at", 17), ("at", "bar", "seed", 3)])
def test_what_is_no_place_is_refused(atoms: tuple[Any, ...]) -> None:
    with pytest.raises(WrongTypes):
        bound("/generate", 7, *atoms)
