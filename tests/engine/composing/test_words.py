"""What a prompt asks for is read, and what nobody knows is refused with what is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.composing.instruments import KITS, NAMES, SPANS, SYNONYMS
from engine.composing.styles import ALIASES, STYLES, USUAL
from engine.composing.vocabulary import DENSITIES, DYNAMICS, HARMLESS, MODES, MOODS, TEMPOS
from engine.composing.words import BAR_WORDS, SECOND_WORDS, TEMPO_UNITS, Wishes, known, read
from engine.wire import OutOfRange


def test_the_prompt_of_the_issue_is_read_whole() -> None:
    wishes = read(
        "slow sad waltz in d minor for piano and strings, 70 bpm, sparse, no drums, 16 bars"
    )
    assert (wishes.tonic, wishes.mode) == (2, "minor")
    assert wishes.tempo == (70.0, 70.0)
    assert wishes.programs == [0, 48]
    assert (wishes.density, wishes.bars, wishes.wants_drums) == (0, 16, False)
    assert wishes.styles == ["waltz"]
    assert len(wishes.moods) == 1


@pytest.mark.parametrize(
    ("prompt", "tonic", "mode"),
    [
        ("in c", 0, None),
        ("C# minor", 1, "minor"),
        ("b flat major", 10, "major"),
        ("Eb dorian", 3, "dorian"),
        ("f sharp harmonic minor", 6, "harmonic minor"),
        ("a minor", 9, "minor"),
        ("in a minor key", None, "minor"),
        ("a waltz", None, None),
        ("key of g", 7, None),
        ("g major pentatonic", 7, "pentatonic"),
        ("B♭ mixolydian", 10, "mixolydian"),
    ],
)
def test_keys_are_told_from_letters_that_are_words(
    prompt: str, tonic: int | None, mode: str | None
) -> None:
    wishes = read(prompt)
    assert (wishes.tonic, wishes.mode) == (tonic, mode)


@pytest.mark.parametrize(
    ("prompt", "name", "value"),
    [
        ("70bpm", "tempo", (70.0, 70.0)),
        ("tempo 92.5", "tempo", (92.5, 92.5)),
        ("120 beats per minute", "tempo", (120.0, 120.0)),
        ("very fast", "tempo", (164, 190)),
        ("7/8", "metre", (7, 8)),
        ("alla breve", "metre", (2, 2)),
        ("32 measures", "bars", 32),
        ("thirty two bars", "bars", 32),
        ("90 seconds", "seconds", 90.0),
        ("2 minutes", "seconds", 120.0),
        ("a minute", "seconds", 60.0),
        ("two violins and a cello", "programs", [40, 40, 42]),
        ("string quartet", "programs", [40, 40, 41, 42]),
        ("synth bass 1, lead", "programs", [38, 81]),
        ("808", "kit", 25),
        ("very loud", "loudness", 0.88),
        ("piano p", "loudness", 0.35),
        ("few notes", "density", 0),
        ("lo-fi hip-hop", "styles", ["lo fi", "hip hop"]),
        ("piano, bass, no bass", "refused", {33}),
    ],
)
def test_words_and_numbers_mean_what_musicians_mean(prompt: str, name: str, value: object) -> None:
    assert getattr(read(prompt), name) == value


@pytest.mark.parametrize(("program", "name"), list(enumerate(NAMES)))
def test_every_general_midi_name_is_known(program: int, name: str) -> None:
    assert read(f"some music for {name.title()}").programs == [program]


UNITS = (*BAR_WORDS, *SECOND_WORDS, *TEMPO_UNITS)
NUMBERED = {"length": "3", "tempo": "70"}


@pytest.mark.parametrize(("about", "words"), list(known().items()), ids=known())
def test_every_word_that_is_said_to_be_known_is_read(about: str, words: tuple[str, ...]) -> None:
    for word in words:
        number = f"{NUMBERED.get(about, 3)} " if word in UNITS else ""
        around = {"keys": f"in {word}", "modes": f"d {word}"}.get(about, f"{number}{word}")
        assert read(around) != Wishes() or about == "refusing"


@pytest.mark.parametrize("prompt", ["", "  ,;! ", "a with music some", "MUSIC, please!", "🎹"])
def test_harmless_words_ask_for_nothing(prompt: str) -> None:
    assert read(prompt) == Wishes()


def test_what_nobody_knows_is_answered_by_what_is_known() -> None:
    with pytest.raises(OutOfRange) as refused:
        read("slow waltx for blorf and a pianno")
    text = str(refused.value)
    assert all(word in text for word in ("'waltx'", "'blorf'", "'pianno'"))
    assert "waltz" in text
    assert "did you mean" in text
    for word in (*STYLES, *KITS, *SYNONYMS, *MOODS, *MODES, *TEMPOS, *DENSITIES, *DYNAMICS):
        assert word in text or " " in word
    assert len(text) < 4_000, "more than an OSC message's text may hold"


@pytest.mark.parametrize(
    "prompt",
    ["5 bpm", "900 bpm", "0 bars", "99999 bars", "2 hours", "1/4", "4/5", "4/0", "9999999999999/4"],
)
def test_numbers_out_of_range_are_refused(prompt: str) -> None:
    with pytest.raises(OutOfRange):
        read(prompt)


def test_the_tables_hold_together() -> None:
    assert len(NAMES) == len(set(NAMES)) == len(SPANS) == 128
    assert all(low < high for low, high in SPANS)
    assert set(ALIASES.values()) | set(USUAL) <= STYLES.keys()
    phrases = {word for name, words in known().items() if name != "keys" for word in words}
    assert not HARMLESS & phrases


def test_the_manual_lists_the_words_that_are_known() -> None:
    """Where it differs, put the row that is missing into the page."""
    page = (Path(__file__).parents[3] / "docs" / "composing.md").read_text("utf-8")
    for about, words in known().items():
        assert f"| {about} | {', '.join(words)} |" in page


def test_the_manuals_own_examples_can_be_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "composing.md").read_text("utf-8")
    prompts = re.findall(r"^legato generate (.*)$", page, re.MULTILINE)
    assert len(prompts) == 3
    for prompt in prompts:
        read(prompt.split("--")[0])


@pytest.mark.parametrize(
    ("prompt", "about"),
    [
        ("d minor, piano, d major", "mode"),
        ("in c, then in g", "key"),
        ("3/4, piano, 4/4", "metre"),
        ("70 bpm, 120 bpm", "tempo"),
        ("fast, slow", "tempo"),
        ("8 bars, 16 bars", "length in bars"),
        ("10 seconds, 2 minutes", "length"),
        ("sparse, busy", "density"),
        ("loud, soft", "dynamics"),
        ("piano, no piano", "named was refused"),
        ("less piano", "'less' came"),
    ],
)
def test_words_that_contradict_each_other_are_refused(prompt: str, about: str) -> None:
    with pytest.raises(OutOfRange, match=about):
        read(prompt)


@pytest.mark.parametrize(
    ("prompt", "name", "value"),
    [
        ("allegro, 70 bpm", "tempo", (70.0, 70.0)),
        ("70 bpm, allegro", "tempo", (70.0, 70.0)),
        ("d minor, sad, in d", "tonic", 2),
        ("soft, p", "loudness", 0.35),
        ("less busy", "density", 0),
        ("less loud", "loudness", 0.35),
        ("jazz trio without piano, drums", "wants_drums", True),
        ("a minor blues scale", "mode", "blues"),
    ],
)
def test_words_that_go_together_are_taken(prompt: str, name: str, value: object) -> None:
    assert getattr(read(prompt), name) == value
