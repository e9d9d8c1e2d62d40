"""The door's messages and frames, and a request held against a model's spec."""

from __future__ import annotations

import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import wire
from engine.wire import (
    DRAFT,
    AnyToBridge,
    AnyToEngine,
    BadFrame,
    Chunk,
    LegatoError,
    ModelSpec,
    Note,
    OutOfRange,
    Parameter,
    Request,
    Score,
    Submit,
    UnknownParameter,
    Value,
    WrongTypes,
    frame,
)

SPEC = ModelSpec(
    "m",
    48_000,
    2,
    1,
    0,
    ("render",),
    (
        Parameter("steps", "int", 4, 1, 16),
        Parameter("gain", "float", 0.0, -60.0, 12.0),
        Parameter("loop", "bool", False),
        Parameter("voice", "str", "warm", choices=("warm", "cold")),
        Parameter("prompt", "str", ""),
        Parameter("free", "float", 0.0),
    ),
)


def test_a_request_survives_the_door() -> None:
    score = Score(notes=(Note(0.0, 1.5, 60, 100, 5, 3, True),), duration_seconds=1.5, title="é")
    parameters: dict[str, Value] = {"steps": 4, "gain": 0.5, "loop": True, "voice": "x"}
    message = Submit("job", Request("render", "house", 2**63 - 1, parameters, score, 3), 5)
    head, payload = frame(message, b"12345")
    lengths = wire.LENGTHS.unpack(head[:8])
    assert lengths == (len(head) - 8, 5)
    assert wire.decode_to_engine(head[8:]) == message
    assert payload == b"12345"


def test_the_payload_is_not_copied() -> None:
    payload = memoryview(bytearray(1000))
    assert frame(Chunk("j", 0, 1, 0, 125, 2, 48_000, 0, 0.1), payload)[1] is payload


@pytest.mark.parametrize("union", [AnyToEngine, AnyToBridge])
def test_every_message_has_a_tag_of_its_own(union: object) -> None:
    tags = [kind.__struct_config__.tag for kind in typing.get_args(union)]
    assert len(set(tags)) == len(tags) > 5


def test_a_message_of_the_other_direction_is_refused() -> None:
    head, _ = frame(wire.Done("job", 1))
    with pytest.raises(BadFrame):
        wire.decode_to_engine(head[8:])


@given(st.binary(max_size=200))
def test_noise_is_refused(header: bytes) -> None:
    for decode in (wire.decode_to_engine, wire.decode_to_bridge):
        with pytest.raises(BadFrame):
            decode(header)


@given(st.data())
def test_a_mutated_message_is_refused_or_is_a_message(data: st.DataObject) -> None:
    header = bytearray(frame(Submit("job", Request("render", "house", score=Score())))[0][8:])
    place = data.draw(st.integers(0, len(header) - 1))
    header[place] = data.draw(st.integers(0, 255))
    try:
        message = wire.decode_to_engine(header)
    except BadFrame:
        return
    assert isinstance(message, typing.get_args(AnyToEngine))


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadFrame):
        wire.decode_to_engine(b"\x91" * 100_000)


@pytest.mark.parametrize("lengths", [(2**32 - 1, 0), (0, 2**32 - 1), (65 << 20, 0)])
def test_declared_lengths_have_caps(lengths: tuple[int, int]) -> None:
    with pytest.raises(BadFrame, match="at most"):
        wire.check_lengths(*lengths)


def test_a_message_too_long_to_be_read_is_not_sent() -> None:
    score = Score(title="x" * (wire.MAX_HEADER_BYTES + 1))
    with pytest.raises(BadFrame):
        frame(Submit("job", Request("render", "house", score=score)))


def test_codes_are_names_in_snake_case_and_differ() -> None:
    def below(kind: type[LegatoError]) -> list[type[LegatoError]]:
        return [kind, *(one for sub in kind.__subclasses__() for one in below(sub))]

    codes = [kind.code for kind in below(LegatoError)]
    assert len(set(codes)) == len(codes) > 20
    assert {"internal", "unknown_model", "out_of_memory", "job_cancelled"} <= set(codes)


def test_parameters_are_filled_in() -> None:
    filled = SPEC.filled(Request("render", "m", 7, {"steps": 8}, from_window=2))
    assert filled.parameters == {
        **{"steps": 8, "gain": 0.0, "loop": False},
        **{"voice": "warm", "prompt": "", "free": 0.0},
    }
    assert (filled.seed, filled.from_window) == (7, 2)


@pytest.mark.parametrize(
    ("asked", "steps", "voice"),
    [
        ({}, 100, "warm"),
        ({"draft": 0}, 100, "warm"),
        ({"draft": 1}, 12, "cold"),
        ({"draft": 1.0, "steps": 40}, 40, "cold"),
    ],
)
def test_a_draft_takes_what_each_parameter_has_for_it(
    asked: dict[str, Value], steps: int, voice: str
) -> None:
    parameters = (
        Parameter("steps", "int", 100, 1, 1000, drafted=12),
        Parameter("voice", "str", "warm", choices=("warm", "cold"), drafted="cold"),
        Parameter("gain", "float", 0.5),
        DRAFT,
    )
    spec = msgspec.structs.replace(SPEC, parameters=parameters)
    filled = spec.filled(Request("render", "m", parameters=asked)).parameters
    assert (filled["steps"], filled["voice"], filled["gain"]) == (steps, voice, 0.5)
    assert filled["draft"] is bool(asked.get("draft"))


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("steps", 8.0, 8),
        ("gain", -3, -3.0),
        ("loop", 1, True),
        ("loop", 0.0, False),
        ("loop", True, True),
        ("voice", "cold", "cold"),
        ("prompt", "anything at all", "anything at all"),
        ("free", -1e18, -1e18),
    ],
)
def test_a_value_becomes_its_parameters_kind(name: str, given: Value, expected: Value) -> None:
    value = SPEC.filled(Request("render", "m", parameters={name: given})).parameters[name]
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("name", "value", "error", "said"),
    [
        ("steps", 0, OutOfRange, "at least 1 and at most 16"),
        ("steps", 17.0, OutOfRange, "'17.0'"),
        ("steps", 2.5, OutOfRange, "int"),
        ("steps", float("nan"), OutOfRange, "nan"),
        ("steps", True, WrongTypes, "int"),
        ("steps", "4", WrongTypes, "int"),
        ("gain", float("inf"), OutOfRange, "inf"),
        ("free", float("-inf"), OutOfRange, "inf"),
        ("free", float("nan"), OutOfRange, "nan"),
        ("free", 10**400, OutOfRange, "free"),
        ("loop", 2, OutOfRange, "bool"),
        ("loop", "yes", WrongTypes, "bool"),
        ("voice", "loud", OutOfRange, "warm, cold"),
        ("voice", 1, WrongTypes, "one of"),
        ("prompt", 1.5, WrongTypes, "str"),
        ("colour", 1, UnknownParameter, "steps, gain"),
        ("x" * 10_000, 1, UnknownParameter, "steps, gain"),
        ("voice", "y" * 10_000, OutOfRange, "warm"),
    ],
)
def test_what_a_parameter_cannot_be_is_refused(
    name: str, value: Value, error: type[LegatoError], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        SPEC.filled(Request("render", "m", parameters={name: value}))
    assert len(str(caught.value)) < 300


def test_specs_are_what_the_bridge_reads() -> None:
    welcome = wire.Welcome("cpu", 1, (SPEC,))
    assert wire.decode_to_bridge(msgspec.msgpack.encode(welcome)) == welcome
