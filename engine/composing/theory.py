"""Keys, chords and bars. Pitch classes count semitones from C; time counts quarter notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
}
# The seven notes that chords are built of, where a scale has fewer.
PARENTS = {"pentatonic": "major", "minor pentatonic": "minor", "blues": "mixolydian"}
MINORS = ("minor", "harmonic minor", "minor pentatonic")
TONIC_NAMES = ("C", "D flat", "D", "E flat", "E", "F", "F sharp", "G", "A flat", "A", "B flat", "B")
DOMINANT = (0, 4, 7, 10)


@dataclass(frozen=True)
class Key:
    """A tonic, 0 to 11, and a mode of SCALES."""

    tonic: int
    mode: str

    def __str__(self) -> str:
        """Return the key's name, as `D minor`."""
        return f"{TONIC_NAMES[self.tonic]} {self.mode}"

    @cached_property
    def scale(self) -> tuple[int, ...]:
        """The pitch classes of its melodies, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.mode])

    @cached_property
    def seven(self) -> tuple[int, ...]:
        """The pitch classes that its chords are built of, from the tonic up."""
        steps = SCALES[PARENTS.get(self.mode, self.mode)]
        return tuple((self.tonic + step) % 12 for step in steps)

    @property
    def is_minor(self) -> bool:
        """Whether its dominant borrows the leading tone."""
        return self.mode in MINORS

    @cached_property
    def notes(self) -> frozenset[int]:
        """Every pitch class that music in this key has."""
        chords = (self.chord(degree, sevenths=True) for degree in range(7))
        return frozenset(self.scale).union(*(chord.tones for chord in chords))

    def chord(self, degree: int, sevenths: bool = False) -> Chord:
        """Return the chord on a degree, 0 to 6; a minor key's fifth is major."""
        root = self.seven[degree % 7]
        if self.mode == "blues" and degree in (0, 3, 4):
            return Chord(root, DOMINANT, degree)
        count = 4 if sevenths else 3
        tones = [self.seven[(degree + 2 * k) % 7] for k in range(count)]
        if self.is_minor and degree == 4:
            tones[1] = (self.tonic + 11) % 12
        return Chord(root, tuple((tone - root) % 12 for tone in tones), degree)

    def melodic(self, chord: Chord) -> frozenset[int]:
        """Return the pitch classes that a melody may use over a chord."""
        leading = (self.tonic + 11) % 12
        if not (self.is_minor and leading in chord.tones):
            return frozenset(self.scale)
        kept = (tone for tone in self.scale if tone != (self.tonic + 10) % 12)
        return frozenset((*kept, leading))


@dataclass(frozen=True)
class Chord:
    """A root's pitch class, the intervals above it in semitones, and its degree in the key."""

    root: int
    intervals: tuple[int, ...]
    degree: int = 0

    @cached_property
    def tones(self) -> tuple[int, ...]:
        """Its pitch classes, the root first."""
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def fifth(self) -> int:
        """The pitch class of its fifth."""
        return self.tones[2]


_GROUPS: dict[tuple[int, int], tuple[float, ...]] = {
    (4, 4): (2, 2), (3, 4): (3,), (2, 4): (2,), (2, 2): (2, 2), (3, 2): (2, 2, 2),
    (5, 4): (3, 2), (6, 4): (3, 3), (7, 4): (2, 2, 3), (5, 8): (1.5, 1), (7, 8): (1, 1, 1.5),
    (8, 8): (1.5, 1.5, 1), (10, 8): (1.5, 1.5, 1, 1), (11, 8): (1.5, 1.5, 1.5, 1), (3, 8): (1.5,),
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A time signature: how long its bars are, and how their beats go together."""

    numerator: int
    denominator: int

    @property
    def quarters(self) -> float:
        """How long a bar is."""
        return 4.0 * self.numerator / self.denominator

    @property
    def is_compound(self) -> bool:
        """Whether three eighths make a beat."""
        return self.denominator == 8 and self.numerator % 3 == 0

    @property
    def beat(self) -> float:
        """How long the beat is that a tempo counts: a dotted quarter in 6/8, a half in 2/2."""
        if self.is_compound:
            return 1.5
        return 2.0 if self.denominator == 2 else 1.0

    @cached_property
    def groups(self) -> tuple[float, ...]:
        """How long the groups of beats are that a bar consists of."""
        known = _GROUPS.get((self.numerator, self.denominator))
        if known:
            return tuple(map(float, known))
        unit = 4.0 / self.denominator
        if self.denominator == 2:
            return (2.0,) * self.numerator
        threes = self.numerator // 3 if self.numerator % 3 == 0 else self.numerator % 2
        if self.denominator == 8 and not self.is_compound:
            threes = next(n for n in range(self.numerator // 3, -1, -1)
                          if (self.numerator - 3 * n) % 2 == 0)  # fmt: skip
        twos = (self.numerator - 3 * threes) // 2
        return (3 * unit,) * threes + (2 * unit,) * twos

    @cached_property
    def starts(self) -> tuple[float, ...]:
        """Where its groups begin."""
        return tuple(sum(self.groups[:index]) for index in range(len(self.groups)))

    @cached_property
    def beats(self) -> tuple[float, ...]:
        """Where its beats begin, group by group; a compound group is one beat of three."""
        found = []
        for start, length in zip(self.starts, self.groups, strict=True):
            unit = 1.0 if length >= 2 else 0.5
            found += [start + unit * k for k in range(round(length / unit))]
        return tuple(found)

    def weight(self, offset: float) -> float:
        """Return how heavy a place in the bar is: 1 the first, 0.7 a group, 0.4 a beat."""
        if offset % self.quarters < 1e-6:
            return 1.0
        if any(abs(offset - start) < 1e-6 for start in self.starts):
            return 0.7
        return 0.4 if any(abs(offset - beat) < 1e-6 for beat in self.beats) else 0.15
