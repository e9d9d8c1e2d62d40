"""Prompts with weights."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.models.text_audio.prompts import Part, parse_prompt
from engine.wire import OutOfRange


@pytest.mark.parametrize(
    "text", ["", "pad", "at 12:30", "a: b", "rock 1:2.5", "漢字 🎹", " spaced ", "x" * 10_000]
)
def test_without_a_bar_a_prompt_is_one_description(text: str) -> None:
    assert parse_prompt(text) == (Part(text, 1.0),)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a | b", [("a", 0.5), ("b", 0.5)]),
        ("a|b:3", [("a", 0.25), ("b", 0.75)]),
        ("a:0.5 | b : .5 |c:1", [("a", 0.25), ("b", 0.25), ("c", 0.5)]),
        ("at 12:30 | b:30", [("at 12", 0.5), ("b", 0.5)]),
        ("a:0 | b", [("b", 1.0)]),
        ("a:-1 | b", [("a:-1", 0.5), ("b", 0.5)]),
        ("|a", [("", 0.5), ("a", 0.5)]),
    ],
)
def test_bars_part_and_colons_weigh(text: str, parts: list[tuple[str, float]]) -> None:
    assert parse_prompt(text) == tuple(Part(*part) for part in parts)


@pytest.mark.parametrize("text", ["a:0 | b:0", "|".join("abcdefghi"), "x" * 100_001])
def test_prompts_of_no_part_or_of_too_much_are_refused(text: str) -> None:
    with pytest.raises(OutOfRange, match=r"such as|at most"):
        parse_prompt(text)


def test_what_is_no_unicode_is_replaced() -> None:
    assert parse_prompt("a\ud83d")[0].text == "a?"


@given(st.text(st.characters(exclude_characters="|")))
def test_any_text_without_a_bar_has_one_part(text: str) -> None:
    assert len(parse_prompt(text)) == 1


@given(st.lists(st.tuples(st.text(max_size=9), st.floats(0.01, 99.0)), min_size=2, max_size=8))
def test_shares_add_up_to_one(parts: list[tuple[str, float]]) -> None:
    text = "|".join(f"{part.replace('|', '')}:{weight:.2f}" for part, weight in parts)
    assert sum(part.share for part in parse_prompt(text)) == pytest.approx(1.0)
