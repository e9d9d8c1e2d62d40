"""The transport: where the music is, in bars and beats, on the frames of the stream.

A beat is a quarter note, counted from 0; bars are counted from 1. Pure: it knows no clock,
only the frame that the stream mixes next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from engine.wire import OutOfRange, Unsupported, WrongTypes

Source: TypeAlias = Literal["internal", "clock", "mtc", "link"]
Unit: TypeAlias = Literal["bar", "beat"]

SOURCES: tuple[Source, ...] = get_args(Source)
SLOWEST_BPM, FASTEST_BPM = 20.0, 999.0
DENOMINATORS = (1, 2, 4, 8, 16, 32)
MOST_NUMERATOR = 64
MOST_BEATS = 1e6
MOST_METRES = 1_024  # changes of the signature that are remembered
_LEADERS = {"clock": "the device that sends MIDI clock", "mtc": "the device that sends timecode"}


@dataclass(frozen=True)
class Place:
    """Where something is to sound: bar 17, beat 64.5, or the next bar or beat there is."""

    unit: Unit
    number: float | None

    def __str__(self) -> str:
        """Return the place as a client writes it."""
        return f"next {self.unit}" if self.number is None else f"{self.unit} {self.number:g}"


@dataclass(frozen=True)
class Metre:
    """A time signature from a bar line on."""

    beat: float
    bar: int
    numerator: int
    denominator: int

    @property
    def beats_per_bar(self) -> float:
        """The quarter notes in a bar."""
        return 4 * self.numerator / self.denominator


def read_place(text: str) -> Place:
    """Read `bar 17`, `beat 64.5`, `next bar` or `next beat`. Raises: WrongTypes, OutOfRange."""
    first, _, second = text.strip().partition(" ")
    if first == "next" and second in ("bar", "beat"):
        return Place("bar" if second == "bar" else "beat", None)
    try:
        number = float(second) if first in ("bar", "beat") else math.nan
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise WrongTypes(
            f"{text[:40]!r} came as a place; bar 17, beat 64.5, next bar or next beat is expected"
        )
    least = 1 if first == "bar" else 0
    if not least <= number <= MOST_BEATS:
        raise OutOfRange(f"{first} {number:g} came; {first}s are counted from {least}")
    return Place("bar" if first == "bar" else "beat", number)


class Transport:
    """Bars, beats and tempo; either its own master, or following another.

    `on_change` is called whenever a beat may have come to lie on another frame.
    """

    def __init__(self, rate_hz: int, next_frame: Callable[[], int]) -> None:
        """Stand still at bar 1; `next_frame` is the first frame that can still be changed."""
        self.rate_hz = rate_hz
        self.source: Source = "internal"
        self.running = False
        self.tempo_bpm = 120.0
        self.on_change: Callable[[], None] = lambda: None
        self._next_frame = next_frame
        self._frame = 0.0
        self._beat = 0.0  # At `_frame`, which is any while it stands still.
        self._metres = [Metre(0.0, 1, 4, 4)]

    @property
    def numerator(self) -> int:
        """How many notes a bar has, where the music is."""
        return self._metre_at(self.beat).numerator

    @property
    def denominator(self) -> int:
        """Which notes a bar counts, where the music is."""
        return self._metre_at(self.beat).denominator

    @property
    def beats_per_bar(self) -> float:
        """The quarter notes in a bar, where the music is."""
        return self._metre_at(self.beat).beats_per_bar

    @property
    def beat(self) -> float:
        """The beat at the frame that is mixed next."""
        return self.beat_at(self._next_frame())

    def beat_at(self, frame: float) -> float:
        """Return the beat at a frame."""
        if not self.running:
            return self._beat
        return self._beat + (frame - self._frame) * self.tempo_bpm / 60 / self.rate_hz

    def frame_of(self, beat: float) -> int | None:
        """Return the frame that a beat falls on, past or to come, or None while it stands."""
        if not self.running:
            return None
        return round(self._frame + (beat - self._beat) * 60 * self.rate_hz / self.tempo_bpm)

    def bar_at(self, beat: float) -> int:
        """Return the number of the bar that a beat lies in."""
        metre = self._metre_at(beat)
        bars = (beat - metre.beat) / metre.beats_per_bar
        # A line that was reached by adding up must count as reached.
        return metre.bar + math.floor(bars + 1e-9)

    def beat_of_bar(self, bar: float) -> float:
        """Return the beat that a bar begins at; bar 2.5 is half way through bar 2."""
        metre = next((m for m in reversed(self._metres) if m.bar <= bar), self._metres[0])
        return metre.beat + (bar - metre.bar) * metre.beats_per_bar

    def beat_of(self, place: Place) -> float:
        """Return a place as a beat; "next" means not before the next frame that is mixed."""
        if place.number is not None:
            return self.beat_of_bar(place.number) if place.unit == "bar" else place.number
        beat = self.beat
        if place.unit == "beat":
            return float(math.ceil(beat - 1e-9))
        bar = self.bar_at(beat)
        line = self.beat_of_bar(bar)
        return line if beat - line < 1e-9 else self.beat_of_bar(bar + 1)

    def play(self) -> None:
        """Go on from where it stands, at the next frame. Raises: Unsupported."""
        self._lead("play")
        if not self.running:
            self._move(self._next_frame(), self._beat, self.tempo_bpm, running=True)

    def stop(self) -> None:
        """Stand still at the next frame. Raises: Unsupported."""
        self._lead("stop")
        self._move(self._next_frame(), self.beat, self.tempo_bpm, running=False)

    def locate(self, place: Place) -> None:
        """Go to a place, at the next frame. Raises: Unsupported."""
        self._lead("locate")
        self._move(self._next_frame(), self.beat_of(place), self.tempo_bpm, self.running)

    def set_tempo(self, bpm: float) -> None:
        """Change the tempo in beats a minute from the next frame on.

        Raises: OutOfRange, Unsupported.
        """
        self.check_tempo(bpm)
        if self.source != "mtc":  # Timecode has no tempo of its own.
            self._lead("tempo")
        self._move(self._next_frame(), self.beat, bpm, self.running)

    def check_tempo(self, bpm: float) -> None:
        """Refuse a tempo that nobody plays. Raises: OutOfRange."""
        if not SLOWEST_BPM <= bpm <= FASTEST_BPM:
            raise OutOfRange(
                f"a tempo of {bpm:g} came; {SLOWEST_BPM:g} to {FASTEST_BPM:g} beats a minute "
                "are expected"
            )

    def set_signature(self, numerator: float, denominator: float) -> None:
        """Change the bars from the last bar line on; those before it stay what they were.

        Raises: OutOfRange.
        """
        if numerator not in range(1, MOST_NUMERATOR + 1) or denominator not in DENOMINATORS:
            raise OutOfRange(
                f"the signature {numerator:g} {denominator:g} came; 1 to {MOST_NUMERATOR} over "
                f"one of {', '.join(map(str, DENOMINATORS))} is expected"
            )
        number = self.bar_at(self.beat)
        line = Metre(self.beat_of_bar(number), number, int(numerator), int(denominator))
        before = [metre for metre in self._metres if metre.bar < number]
        self._metres = [*before, line][-MOST_METRES:]
        self.on_change()

    def choose(self, source: Source) -> None:
        """Follow another source from now on; what it does not say stays as it is."""
        if source != self.source:
            self._move(self._next_frame(), self.beat, self.tempo_bpm, self.running)
            self.source = source
            self.on_change()

    def follow(self, frame: float, beat: float, bpm: float, running: bool) -> None:
        """Take on what the source says: the beat at a frame, the tempo, and whether it runs."""
        bpm = min(max(bpm, SLOWEST_BPM / 2), 2 * FASTEST_BPM) if bpm else self.tempo_bpm
        self._move(frame, beat, bpm, running)

    def _metre_at(self, beat: float) -> Metre:
        """Return the metre that a beat lies in; the first one holds before it, too."""
        reached = (metre for metre in reversed(self._metres) if metre.beat <= beat + 1e-9)
        return next(reached, self._metres[0])

    def _lead(self, action: str) -> None:
        if self.source != "internal":
            leader = _LEADERS.get(self.source, "the Link session")
            raise Unsupported(
                f"{action} came while the transport follows {leader}; do it there, or send "
                "/legato/transport source internal first"
            )

    def _move(self, frame: float, beat: float, bpm: float, running: bool) -> None:
        beat = min(max(beat, -MOST_BEATS), MOST_BEATS)
        now = (frame, beat, bpm, running)
        if now != (self._frame, self._beat, self.tempo_bpm, self.running):
            self._frame, self._beat, self.tempo_bpm, self.running = now
            self.on_change()
