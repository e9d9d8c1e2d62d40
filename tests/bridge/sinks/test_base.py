from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bridge.sinks.base import check_options, find_sink, sink_kinds
from engine.wire import OutOfRange, UnknownParameter, UnknownSink, Value, WrongTypes


def test_the_kinds_are_the_files() -> None:
    assert set(sink_kinds()) >= {"device", "null", "osc", "wav"}
    assert "base" not in sink_kinds()


@pytest.mark.parametrize("kind", sink_kinds())
def test_every_kind_keeps_the_protocol(kind: str) -> None:
    sink = find_sink(kind)()
    assert find_sink(kind).__module__ == f"bridge.sinks.{kind}"
    assert sink.text
    assert sink.stats.frames == 0
    defaults = {option.name: option.default for option in sink.options}
    assert check_options(kind, {}) == defaults
    assert all(option.text for option in sink.options)
    sink.close()  # Before `open` there is nothing to close, and that is no error.
    sink.close()


@pytest.mark.parametrize("kind", ["", "base", "../wav", "bridge.sinks.wav", "os", "WAV", "x" * 999])
def test_other_kinds_are_refused(kind: str) -> None:
    with pytest.raises(UnknownSink, match=r"there are .*wav") as caught:
        find_sink(kind)
    assert len(str(caught.value)) < 200


def test_whole_numbers_may_come_as_floats() -> None:
    port = check_options("osc", {"port": 9000.0})["port"]
    assert (port, type(port)) == (9000, int)


def test_floats_and_booleans_may_come_as_whole_numbers() -> None:
    checked = check_options("device", {"buffer_seconds": 1})["buffer_seconds"]
    assert (checked, type(checked)) == (1.0, float)
    assert check_options("wav", {"overwrite": 1})["overwrite"] is True
    assert check_options("wav", {"overwrite": 0.0})["overwrite"] is False


@pytest.mark.parametrize(
    ("kind", "given", "error", "text"),
    [
        ("null", {"speed": 1}, UnknownParameter, "it has none"),
        ("osc", {"x" * 999: 1}, UnknownParameter, "it has host, port"),
        ("osc", {"port": "abc"}, WrongTypes, "it takes int"),
        ("osc", {"port": 9000.5}, OutOfRange, "it takes int"),
        ("osc", {"port": float("nan")}, OutOfRange, "it takes int"),
        ("osc", {"port": float("inf")}, OutOfRange, "it takes int"),
        ("osc", {"host": 5}, WrongTypes, "it takes str"),
        ("osc", {"port": 70_000}, OutOfRange, "at most 65535"),
        ("osc", {"port": -1}, OutOfRange, "at least 0"),
        ("osc", {"format": "mp3"}, OutOfRange, "one of floats, blob"),
        ("device", {"buffer_seconds": float("nan")}, OutOfRange, "at most 30"),
        ("wav", {"overwrite": 2}, OutOfRange, "it takes bool"),
        ("rtp", {"rate": 1}, OutOfRange, "at least 4000"),
        ("wav", {"rate": 3_999}, OutOfRange, "at least 4000"),
    ],
)
def test_bad_options_are_refused_with_what_is_allowed(
    kind: str, given: dict[str, Value], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        check_options(kind, given)


@pytest.mark.parametrize("kind", sink_kinds())
def test_every_option_is_documented(kind: str) -> None:
    page = (Path(__file__).parents[3] / "docs/clients.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
    text = page if kind == "osc" else row
    assert [
        option.name for option in find_sink(kind).options if f"`{option.name}`" not in text
    ] == []


def test_null_counts() -> None:
    sink = find_sink("null")()
    sink.open("n", {}, 48_000, 2)
    sink.write(0, np.zeros((480, 2), np.float32))
    assert (sink.rate_hz, sink.channels, sink.stats.frames) == (48_000, 2, 480)
    assert sink.surplus_frames() is None
