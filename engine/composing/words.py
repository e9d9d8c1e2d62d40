"""From a prompt to what it asks for: key, tempo, metre, instruments, mood and so on.

The longest phrase at each place counts. What no list knows is refused, with what they know.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.composing.instruments import KITS, NAMES, SYNONYMS, WITH_DRUMS, plain, words_of
from engine.composing.styles import ALIASES, STYLES
from engine.composing.vocabulary import (
    ACCIDENTALS,
    COUNTS,
    DENOMINATORS,
    DENSITIES,
    DYNAMICS,
    HARMLESS,
    LETTERS,
    METRES,
    MODES,
    MOODS,
    NUMBERS,
    NUMERATORS,
    TEMPOS,
    Mood,
)
from engine.wire import OutOfRange

SLOWEST, FASTEST = 30.0, 300.0
MOST_BARS, MOST_SECONDS = 1024, 600.0
MOST_PLAYERS = 15
LONGEST_PHRASE = 5
_TOKEN = re.compile(r"\d+/\d+|\d+(?:\.\d+)?|[^\W\d_]+[#♯♭]?(?:'[a-z]+)?|[#♯♭]", re.UNICODE)
TEMPO_UNITS = ("bpm", "beats per minute", "beats a minute")
BAR_WORDS = ("bars", "bar", "measures", "measure")
SECOND_WORDS = {"seconds": 1.0, "second": 1.0, "sec": 1.0, "secs": 1.0, "s": 1.0,
                 "minutes": 60.0, "minute": 60.0, "min": 60.0, "mins": 60.0}  # fmt: skip
_UNTOLD = ("General MIDI", "length", "keys", "metres", "refusing")  # What a refusal need not list.
_NOT = ("no", "without", "not", "minus")


# What words settle of a whole piece, as it is told, and how far apart two are opposites.
TOLD = {
    "tonic": "key", "mode": "mode", "metre": "metre", "tempo": "tempo", "bars": "length in bars",
    "seconds": "length", "density": "density", "loudness": "dynamics",
}  # fmt: skip
OPPOSITES, OPPOSITE_TEMPOS = {"density": 2, "loudness": 0.3}, 1.5


@dataclass
class Wishes:
    """What a prompt asks for; None or empty where it says nothing."""

    tonic: int | None = None
    mode: str | None = None
    tempo: tuple[float, float] | None = None
    metre: tuple[int, int] | None = None
    programs: list[int] = field(default_factory=list)
    kit: int | None = None
    refused: set[int] = field(default_factory=set)
    wants_drums: bool | None = None
    density: int | None = None
    loudness: float | None = None
    bars: int | None = None
    seconds: float | None = None
    styles: list[str] = field(default_factory=list)
    moods: list[Mood] = field(default_factory=list)


def read(prompt: str) -> Wishes:
    """Read a prompt. Raises: OutOfRange for words that mean nothing here, and for bad numbers."""
    reader = _Reader(_tokens(prompt))
    reader.run()
    if reader.unknown:
        raise OutOfRange(_refusal(reader.unknown))
    wishes = reader.wishes
    if wishes.programs and wishes.refused.issuperset(wishes.programs) and not wishes.wants_drums:
        raise OutOfRange("every instrument that was named was refused as well: name one that plays")
    return wishes


def known() -> dict[str, tuple[str, ...]]:
    """Return every word that means something, by what it is about."""
    return {
        "keys": ("c", "d", "e", "f", "g", "b flat", "c sharp"),
        "modes": tuple(MODES),
        "tempo": (*TEMPOS, *TEMPO_UNITS),
        "metres": ("3/4", "6/8", *METRES),
        "styles": (*STYLES, *ALIASES),
        "moods": tuple(MOODS),
        "density": tuple(DENSITIES),
        "dynamics": tuple(DYNAMICS),
        "length": (*BAR_WORDS, *SECOND_WORDS),
        "drums": tuple(KITS),
        "instruments": tuple(SYNONYMS),
        "General MIDI": NAMES,
        "refusing": _NOT,
    }


def _tokens(prompt: str) -> list[str]:
    text = plain(prompt).replace("lo-fi", "lo fi")
    # "70bpm" and "16bars" are two words; "c#" is one.
    text = re.sub(r"(\d)([a-z])", r"\1 \2", text)
    return [token for token in _TOKEN.findall(text) if token]


class _Reader:
    """Walks along the words and takes the longest phrase that one of its ways can read."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.place = 0
        self.wishes = Wishes()
        self.unknown: list[str] = []
        self._refusing = False
        self._count = 1

    def run(self) -> None:
        while self.place < len(self.tokens):
            ways = (self._number, self._key, self._refusal, self._phrase, self._harmless)
            used = next(filter(None, (way() for way in ways)), 0)
            if not used:
                self.unknown.append(self.tokens[self.place])
            self.place += used or 1

    def _ahead(self, count: int) -> list[str]:
        return self.tokens[self.place : self.place + count]

    def _follows(self, at: int, phrases: tuple[str, ...]) -> tuple[str, int] | None:
        """Return the longest of some phrases that stands `at` words on, and its words."""
        for phrase in sorted(phrases, key=len, reverse=True):
            words = phrase.split()
            start = self.place + at
            if self.tokens[start : start + len(words)] == words:
                return phrase, len(words)
        return None

    def _number(self) -> int:
        """Read `3/4`, `70 bpm`, `tempo 70`, `16 bars`, `30 seconds`, `two violins`."""
        first = self.tokens[self.place]
        if "/" in first:
            _say(self.wishes, "metre", _metre(first), first)
            return 1
        if first in ("bpm", "tempo") and (value := _value(self._ahead(2)[1:])) is not None:
            self._tempo(value)
            return 2
        amount, used = self._amount()
        if amount is None:
            return 0
        if found := self._follows(used, TEMPO_UNITS):
            self._tempo(amount)
        elif found := self._follows(used, BAR_WORDS):
            self._bars(amount)
        elif found := self._follows(used, tuple(SECOND_WORDS)):
            self._seconds(amount * SECOND_WORDS[found[0]])
        elif first in NUMBERS and self._names(used):
            self._count = NUMBERS[first]
            return used
        else:
            return 0
        return used + found[1]

    def _amount(self) -> tuple[float | None, int]:
        value = _value(self._ahead(1))
        if value is not None:
            return value, 1
        found = self._follows(0, tuple(COUNTS))
        return (COUNTS[found[0]], found[1]) if found else (None, 0)

    def _names(self, at: int) -> bool:
        return self._follows(at, tuple(_meanings())) is not None

    def _tempo(self, beats: float) -> None:
        if not SLOWEST <= beats <= FASTEST:
            raise OutOfRange(
                f"a tempo of {beats:g} came; {SLOWEST:g} to {FASTEST:g} beats a minute are played"
            )
        _say(self.wishes, "tempo", (beats, beats), f"{beats:g} bpm")

    def _bars(self, amount: float) -> None:
        if not 1 <= amount <= MOST_BARS:
            raise OutOfRange(f"{amount:g} bars came; 1 to {MOST_BARS} are composed")
        _say(self.wishes, "bars", round(amount), f"{amount:g} bars")

    def _seconds(self, amount: float) -> None:
        if not 0.5 <= amount <= MOST_SECONDS:
            raise OutOfRange(
                f"{amount:g} seconds came; half a second to {MOST_SECONDS:g} are composed"
            )
        _say(self.wishes, "seconds", amount, f"{amount:g} seconds")

    def _key(self) -> int:
        """Read `d minor`, `b flat major`, `c#`, `in g`; a letter alone may be a word."""
        first, used = self.tokens[self.place], 1
        letter, sign = first[:1], first[1:]
        if letter not in LETTERS or (sign and sign not in ACCIDENTALS):
            return 0
        shift = ACCIDENTALS.get(sign, 0)
        if not sign and self._ahead(2)[1:] and self._ahead(2)[1] in ("sharp", "flat", "#", "♯"):
            shift, used = ACCIDENTALS[self._ahead(2)[1]], 2
        mode = self._follows(used, tuple(MODES))
        is_key_word = mode and self._follows(used + mode[1], ("key",))
        is_told = self.place and self.tokens[self.place - 1] in ("in", "of")
        if (first == "a" and used == 1 and (mode is None or is_key_word)) or (
            mode is None and not (shift or is_told or self._follows(used, ("key",)))
        ):
            return 0
        used += mode[1] if mode else 0
        said = " ".join(self._ahead(used))
        _say(self.wishes, "tonic", (LETTERS[letter] + shift) % 12, said)
        if mode:
            _say(self.wishes, "mode", MODES[mode[0]], said)
        return used

    def _refusal(self) -> int:
        if self.tokens[self.place] not in _NOT:
            return 0
        self._refusing = True
        return 1

    def _phrase(self) -> int:
        """Take the longest phrase that stands here and means something."""
        for length in range(LONGEST_PHRASE, 0, -1):
            words = self._ahead(length)
            means = _meanings().get(" ".join(words)) if len(words) == length else None
            if means is not None:
                means(self.wishes, self._count, self._refusing)
                # "no drums or bass" refuses both; "no drums, slow piano" only the first.
                joined = self._follows(length, ("or", "and", "nor"))
                self._refusing = self._refusing and joined is not None
                self._count = 1
                return length
        return 0

    def _harmless(self) -> int:
        return int(self.tokens[self.place] in HARMLESS)


Meaning = Callable[[Wishes, int, bool], None]


@lru_cache(maxsize=1)
def _meanings() -> dict[str, Meaning]:
    """Return what each phrase does to the wishes; later lists give way to earlier ones."""
    table: dict[str, Meaning] = {}
    for phrase, meaning in _all_meanings():
        table.setdefault(phrase.replace("-", " "), meaning)
    return table


def _all_meanings() -> Iterator[tuple[str, Meaning]]:
    yield from (
        (word, _setting("mode", mode, word)) for word, mode in MODES.items() if word != "min"
    )
    yield from ((word, _setting("metre", metre, word)) for word, metre in METRES.items())
    yield from ((word, _setting("density", value, word)) for word, value in DENSITIES.items())
    yield from ((word, _setting("loudness", level, word)) for word, level in DYNAMICS.items())
    yield from ((word, _setting("tempo", span, word)) for word, span in TEMPOS.items())
    yield from ((word, _drums(kit)) for word, kit in KITS.items())
    yield from ((word, _style(word)) for word in STYLES)
    yield from ((word, _style(style)) for word, style in ALIASES.items())
    yield from ((word, _mood(mood)) for word, mood in MOODS.items())
    for word, programs in words_of().items():
        yield word, _instruments(programs, word in WITH_DRUMS)


def _setting(name: str, value: object, word: str) -> Meaning:
    def means(wishes: Wishes, count: int, refusing: bool) -> None:
        if not refusing:
            _say(wishes, name, value, word)

    return means


def _say(wishes: Wishes, name: str, value: Any, words: str) -> None:
    """Keep what words say of a piece as a whole. Raises: OutOfRange where others said otherwise.

    A tempo that is a number stays.
    """
    known = getattr(wishes, name)
    if known is not None and _differ(name, known, value):
        raise OutOfRange(
            f"{words!r} came, and words about the {TOLD[name]} before that say otherwise; a piece "
            "has one: leave one out, or ask for two pieces"
        )
    if name != "tempo" or known is None or known[0] < known[1]:
        setattr(wishes, name, value)


def _differ(name: str, known: Any, value: Any) -> bool:
    """Say whether two wishes cannot both come true; some are more and less of one thing."""
    if name == "tempo":
        are_numbers = [low == high for low, high in (known, value)]
        if any(are_numbers):
            return all(are_numbers) and bool(known != value)
        speeds = [low * high for low, high in (known, value)]
        return bool(max(speeds) > OPPOSITE_TEMPOS**2 * min(speeds))
    if name in OPPOSITES:
        return bool(abs(known - value) >= OPPOSITES[name])
    return bool(known != value)


def _drums(kit: int) -> Meaning:
    def means(wishes: Wishes, count: int, refusing: bool) -> None:
        wishes.wants_drums = not refusing
        wishes.kit = None if refusing else kit

    return means


def _style(name: str) -> Meaning:
    def means(wishes: Wishes, count: int, refusing: bool) -> None:
        if not refusing:
            wishes.styles.append(name)

    return means


def _mood(mood: Mood) -> Meaning:
    def means(wishes: Wishes, count: int, refusing: bool) -> None:
        if not refusing:
            wishes.moods.append(mood)

    return means


def _instruments(programs: tuple[int, ...], with_drums: bool) -> Meaning:
    def means(wishes: Wishes, count: int, refusing: bool) -> None:
        if refusing:
            wishes.refused.update(programs)
            return
        room = MOST_PLAYERS - len(wishes.programs)
        wishes.programs += (programs * count)[:room]
        if with_drums and wishes.wants_drums is None:
            wishes.wants_drums = True

    return means


def _value(words: list[str]) -> float | None:
    try:
        return float(words[0]) if words else None
    except ValueError:
        return None


def _metre(text: str) -> tuple[int, int]:
    numerator, denominator = (int(part[:4]) for part in text.split("/"))
    if numerator not in NUMERATORS or denominator not in DENOMINATORS:
        raise OutOfRange(
            f"a metre of {text[:12]} came; {NUMERATORS[0]} to {NUMERATORS[-1]} halves, quarters or "
            "eighths are composed in, as 3/4 or 7/8"
        )
    return numerator, denominator


def _refusal(unknown: list[str]) -> str:
    """Say which words mean nothing, what is like them, and which words there are."""
    shown = ", ".join(repr(word[:24]) for word in dict.fromkeys(unknown[:8]))
    phrases = list(_meanings())
    alike = {near for word in unknown[:8] for near in difflib.get_close_matches(word, phrases, 2)}
    hint = f" (did you mean {', '.join(sorted(alike))}?)" if alike else ""
    # Longer phrases are in the manual: this has to fit into a message.
    told = {name: [word for word in words if " " not in word]
            for name, words in known().items() if name not in _UNTOLD}  # fmt: skip
    lists = "; ".join(f"{name}: {', '.join(words)}" for name, words in told.items())
    return (
        f"{shown} came, which the composer does not know{hint}; it knows {lists}; "
        "keys as d minor, 3/4, 70 bpm, 16 bars, no drums, and all names of General MIDI"
    )
