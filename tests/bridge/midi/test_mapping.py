"""What a map may be, and what is said of one that it may not."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.midi.mapping import SOURCES, Map, is_whole, range_of, read_map, scaled, value_of
from engine.wire import LegatoError, ModelSpec, Parameter, StartFailed

MODEL = ModelSpec(
    name="probe",
    rate_hz=48_000,
    channels=2,
    window_frames=48_000,
    context_frames=0,
    operations=("render",),
    parameters=(
        Parameter("brightness", "float", 0.5, 0.0, 2.0),
        Parameter("steps", "int", 8, 1, 40),
        Parameter("dry", "bool", False),
        Parameter("room", "str", "hall", choices=("hall", "plate", "none")),
        Parameter("prompt", "str", ""),
    ),
)


def read(**table: Any) -> Map:
    return read_map("one", table, (MODEL,))


def test_commands_and_parameters_can_be_mapped() -> None:
    gain = read(cc=7, to="/sink/set", arguments=["main", "gain", "{0..2}"])
    assert gain.filled(0.5) == ["main", "gain", 1.0]
    assert gain.has_value
    go = read(note=36, channel=10, port="Pads", to="/legato/generate", arguments=["seconds", 8])
    assert (go.address, go.source_text) == ("/generate", "note 36 channel 10 port Pads")
    assert not go.has_value
    assert read(cc=74, to="brightness", arguments=["{1..0}"]).has_value
    assert read(cc14=7, to="brightness").source_text == "cc14 7"
    assert read(nrpn=1234, channel=2, to="brightness").source_text == "nrpn 1234 channel 2"
    assert read(rpn=5, to="brightness").source == ("rpn", 5)
    assert read(program=3, to="/preset/load", arguments=["warm"]).source == ("program", 3)


def test_ranges_are_whole_where_the_command_wants_whole_numbers() -> None:
    assert is_whole(read(cc=1, to="/take/list", arguments=["limit", "{1..9}"]))
    assert not is_whole(read(cc=1, to="/transport", arguments=["tempo", "{60..180}"]))


def test_a_map_is_the_same_after_the_file() -> None:
    found = read(cc=7, port="x", to="/sink/set", arguments=["m", "gain", "{0..2}"], pass_on=True)
    assert read(**msgspec.to_builtins(found)) == found


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"to": "brightness"}, "one of note, cc, cc14, nrpn, rpn, program"),
        ({"to": "brightness", "cc": 1, "nrpn": 2}, "one of note, cc, cc14"),
        ({"cc14": 32, "to": "brightness"}, "cc14"),
        ({"cc14": 6, "to": "brightness"}, "as nrpn or rpn"),
        ({"nrpn": 16383, "to": "brightness"}, "nrpn"),
        ({"rpn": -1, "to": "brightness"}, "rpn"),
        ({"cc": 1}, "to"),
        ({"cc": 128, "to": "brightness"}, "127"),
        ({"cc": "7", "to": "brightness"}, "int"),
        ({"cc": 7, "channel": 0, "to": "brightness"}, "channel"),
        ({"cc": 7, "chanel": 1, "to": "brightness"}, 'did you mean "channel"'),
        ({"cc": 7, "to": "brigthness"}, "brightness"),
        ({"cc": 7, "to": "/generat"}, 'did you mean "/generate"'),
        ({"cc": 7, "to": "/hello"}, "can be mapped"),
        ({"cc": 7, "to": "/sink/set"}, "name is missing"),
        ({"cc": 7, "to": "/transport", "arguments": ["tempos", "{60..180}"]}, "tempo"),
        ({"cc": 7, "to": "/vary", "arguments": ["take", "{0..2}"]}, "0 to 1"),
        ({"cc": 7, "to": "brightness", "arguments": ["{0..3}"]}, "at most 2"),
        ({"cc": 7, "to": "brightness", "arguments": [1]}, "range"),
        ({"cc": 7, "to": "prompt"}, "no range of its own"),
        ({"cc": 7, "to": "/generate", "arguments": [[1]]}, "arguments"),
    ],
)
def test_what_cannot_be_mapped_is_refused_by_name(table: dict[str, Any], said: str) -> None:
    with pytest.raises(StartFailed, match=r"\[maps\.one\]") as refusal:
        read(**table)
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("brightness", [0.0, 1.0, 2.0]),
        ("steps", [1, 20, 40]),
        ("dry", [False, True, True]),
        ("room", ["hall", "plate", "none"]),
    ],
)
def test_a_controller_turns_a_parameter_through_its_range(name: str, values: list[Any]) -> None:
    parameter = next(one for one in MODEL.parameters if one.name == name)
    assert [value_of(parameter, fraction, None) for fraction in (0.0, 0.5, 1.0)] == values


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1))
def test_a_scaled_value_lies_in_its_range(low: float, high: float, fraction: float) -> None:
    atom = f"{{{low:.6f}..{high:.6f}}}"
    ends = range_of(atom)
    assert ends is not None
    value = scaled(atom, fraction)
    assert min(ends) - 1e-6 <= float(value) <= max(ends) + 1e-6


@settings(suppress_health_check=[HealthCheck.too_slow])  # The first text drawn, when busy.
@given(
    st.dictionaries(
        st.sampled_from([*SOURCES, "channel", "port", "to", "arguments", "pass_on"]),
        st.one_of(
            st.integers(-200, 200),
            st.booleans(),
            st.text(max_size=8),
            st.sampled_from(["/generate", "/cancel", "brightness", "{0..1}", "{..}", "{1..x}"]),
            st.lists(st.one_of(st.integers(), st.text(max_size=6), st.just("{0..1}")), max_size=3),
        ),
    )
)
def test_any_table_is_a_map_or_refused(table: dict[str, Any]) -> None:
    try:
        found = read(**table)
    except LegatoError:
        return
    assert found.source[1] in range(16_383 if "rpn" in found.source[0] else 128)
    assert len(found.filled(0.3)) == len(found.arguments)


def test_the_maps_that_the_docs_show_are_some(fenced: Callable[[Path, str], list[str]]) -> None:
    docs = Path(__file__).parents[3] / "docs" / "control.md"
    shown = [tomllib.loads(block) for block in fenced(docs, "toml")]
    maps = {name: table for block in shown for name, table in block.get("maps", {}).items()}
    assert len(maps) == 4
    for name, table in maps.items():
        read_map(name, table)
