"""The chords of a score are heard as they were meant."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composing.brief import decide
from engine.composing.compose import compose
from engine.composing.form import phrases
from engine.composing.harmony import harmonise
from engine.composing.sheet import read_sheet
from engine.composing.words import read


@pytest.mark.parametrize(
    "prompt",
    [
        "slow sad waltz in d minor for piano and strings, 8 bars",
        "rock in e minor, 8 bars",
        "jazz trio, 8 bars",
        "string quartet in 7/8, 8 bars",
        "bossa nova for flute and guitar, 16 bars",
        "solo piano in g major, 8 bars",
    ],
)
def test_most_chords_are_those_the_composer_chose(prompt: str) -> None:
    brief = decide(read(prompt), 4)
    meant = harmonise(brief, phrases(brief.bars), np.random.default_rng([4, 12]))
    sheet = read_sheet(compose(prompt, 4))
    stretch = sheet.stretches[0]
    heard = sheet.harmony(stretch)
    beats = [bar * brief.bar.quarters + at for bar in range(brief.bars) for at in brief.bar.starts]
    same = [set(meant.at(at).tones[:3]) <= set(heard.at(at).tones) for at in beats]
    assert sum(same) >= 0.9 * len(same)
    assert sheet.key.tonic == brief.key.tonic
