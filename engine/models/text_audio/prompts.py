"""Prompts as they are written: parts with weights.

`warm analogue pad | vinyl crackle:0.4` blends two descriptions, the second at 0.4 of the
first's weight; a part without a weight has 1. A prompt without a bar is one description,
whatever colons it holds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from engine.wire import OutOfRange

WEIGHT = re.compile(r"\s*:\s*(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})\s*$")
MAX_PARTS = 8
MAX_CHARACTERS = 100_000  # What is beyond the encoders' limits is cut; this bounds the work.


class Part(NamedTuple):
    """One description and its share of the whole."""

    text: str
    share: float


def parse_prompt(text: str) -> tuple[Part, ...]:
    """Return a prompt's parts, their shares adding up to 1. Raises: OutOfRange.

    What is no Unicode (half a surrogate pair) becomes a question mark.
    """
    if len(text) > MAX_CHARACTERS:
        raise OutOfRange(
            f"a prompt of {len(text)} characters came; write at most {MAX_CHARACTERS}, of which "
            "the first few hundred words are heard"
        )
    text = text.encode("utf-8", "replace").decode("utf-8")
    if "|" not in text:
        return (Part(text, 1.0),)
    parts = [_part(part) for part in text.split("|")]
    parts = [part for part in parts if part.share > 0]
    if not 0 < len(parts) <= MAX_PARTS:
        raise OutOfRange(
            f"a prompt of {len(parts)} parts with weight came; write 1 to {MAX_PARTS} between "
            "bars, such as: warm pad | vinyl crackle:0.4"
        )
    total = sum(part.share for part in parts)
    return tuple(Part(part.text, part.share / total) for part in parts)


def _part(text: str) -> Part:
    found = WEIGHT.search(text)
    if found is None:
        return Part(text.strip(), 1.0)
    return Part(text[: found.start()].strip(), float(found.group(1)))
