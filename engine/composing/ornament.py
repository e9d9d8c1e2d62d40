"""Small changes to what is there: passing notes, dots, restruck chords, ghost notes, fills.

Every way takes some tones in order, of one voice and of a bar or two, and gives others for them.
The same way is taken at most places where it can be, so that it sounds meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from numpy.random import Generator

from engine.composing.analysis import TOGETHER
from engine.composing.casting import Player
from engine.composing.drums import CLOSED, HIGH_TOM, KICK, LOW_TOM, MIDDLE_TOM, OPEN, SNARE, STICK
from engine.composing.harmony import Harmony
from engine.composing.theory import Bar, Key
from engine.composing.tone import Tone

OFTEN = 0.65
NEAR = 0.08  # quarters by which a note may miss what is exact
SOFT, GHOST = 0.8, 0.42  # of the weight of the note beside it
KICKS, SNARES, HATS = (35, KICK), (SNARE, 40, STICK), (CLOSED, 44, OPEN, 51)


@dataclass(frozen=True)
class Place:
    """Where tones are: quarter `first` of a stretch on, in bars and over chords.

    `leads` says whether they are a melody.
    """

    player: Player
    leads: bool
    key: Key
    bar: Bar
    harmony: Harmony
    first: float
    quarters: float
    random: Generator

    def takes(self) -> bool:
        """Say by chance whether one of several places is taken."""
        return bool(self.random.random() < OFTEN)

    def beside(self, pitch: int, step: int, at: float) -> int:
        """Return the next pitch of the key above (1) or below (-1) one."""
        allowed = self.key.melodic(self.harmony.at(at))
        found = next((p for p in (pitch + step, pitch + 2 * step, pitch + 3 * step)
                      if p % 12 in allowed), pitch + 2 * step)  # fmt: skip
        low, high = self.player.span
        return found if low <= found <= high else pitch


Way: TypeAlias = Callable[[list[Tone], Place], list[Tone]]


def ornament(tones: Sequence[Tone], place: Place) -> list[Tone]:
    """Return tones with one or two ways to change them, of those that change anything.

    A melody and drums have two, so that they are heard; the others go along with one.
    """
    ways = list(_ways(place))
    place.random.shuffle(ways)
    found, taken = sorted(tones), 0
    for way in ways:
        changed = sorted(way(found, place))
        if changed != found and changed:
            found, taken = changed, taken + 1
        if taken == (2 if place.leads or place.player.is_drum else 1):
            break
    return found


def _ways(place: Place) -> tuple[Way, ...]:
    roles = place.player.roles
    if place.player.is_drum:
        return _ghosts, _double, _pickup, _open, _fill
    if place.leads:
        return _passing, _neighbour, _early, _dotted, _leaning, _fewer
    if roles == ("voice",):
        return _passing, _neighbour, _dotted, _fewer, _again
    if roles == ("bass",):
        return _octave, _approach, _again, _dotted
    return _restruck, _rolled, _pushed, _thinned


def _each(tones: Sequence[Tone], change: Callable[[Tone], list[Tone] | None]) -> list[Tone]:
    """Put what a change gives in the place of each tone that it is for."""
    found: list[Tone] = []
    for tone in tones:
        changed = change(tone)
        found += [tone] if changed is None else changed
    return found


def _couples(tones: Sequence[Tone]) -> Iterator[tuple[int, Tone, Tone]]:
    """Yield neighbours of one line with the number of the first."""
    for index, (one, other) in enumerate(pairwise(tones)):
        if other.at - one.at > TOGETHER:
            yield index, one, other


def _passing(tones: list[Tone], place: Place) -> list[Tone]:
    """Fill thirds with the note between them."""
    found = list(tones)
    for index, one, other in _couples(tones):
        apart, since = other.pitch - one.pitch, other.at - one.at
        if abs(apart) not in (3, 4) or not 0.45 < since < 2.1 or not place.takes():
            continue
        half = since / 2 if since < 1.4 else since - 0.5
        step = 1 if apart > 0 else -1
        between = place.beside(one.pitch, step, one.at + half)
        found[index] = one._replace(length=min(one.length, half))
        found.append(Tone(one.at + half, since - half, between, SOFT * one.weight))
    return found


def _neighbour(tones: list[Tone], place: Place) -> list[Tone]:
    """Let long notes go to the one beside them and back."""

    def turn(tone: Tone) -> list[Tone] | None:
        if tone.length < 0.9 or not place.takes():
            return None
        short = 0.25 if tone.length < 1.6 else 0.5
        first = tone.length - 2 * short
        beside = place.beside(tone.pitch, 1 if place.random.random() < 0.6 else -1, tone.at + first)
        return [
            tone._replace(length=first),
            Tone(tone.at + first, short, beside, SOFT * tone.weight),
            Tone(tone.at + first + short, short, tone.pitch, SOFT * tone.weight),
        ]

    return _each(tones, turn)


def _early(tones: list[Tone], place: Place) -> list[Tone]:
    """Begin notes on a beat half a beat early, where that is free: syncopation."""
    found = list(tones)
    for index, one, other in _couples(tones):
        is_on_beat = abs((other.at - place.first) - round(other.at - place.first)) < NEAR
        if other.at - one.at < 0.9 or not is_on_beat or not place.takes():
            continue
        found[index] = found[index]._replace(length=min(one.length, other.at - 0.5 - one.at))
        found[index + 1] = other._replace(at=other.at - 0.5, length=other.length + 0.5)
    return found


def _dotted(tones: list[Tone], place: Place) -> list[Tone]:
    """Make two equal notes long and short."""
    found, last = list(tones), -1
    for index, one, other in _couples(tones):
        since = other.at - one.at
        is_even = abs(since - other.length) < 0.25 * since and 0.4 < since < 1.2
        inside = (one.at - place.first + NEAR) % max(round(2 * since), 1)
        if index == last or not is_even or inside > 2 * NEAR or not place.takes():
            continue
        last = index + 1
        found[index] = one._replace(length=1.5 * since * min(1.0, one.length / since))
        found[index + 1] = other._replace(at=one.at + 1.5 * since, length=0.5 * since)
    return found


def _leaning(tones: list[Tone], place: Place) -> list[Tone]:
    """Come to long notes from the note above: an appoggiatura."""

    def lean(tone: Tone) -> list[Tone] | None:
        if tone.length < 0.9 or not place.takes():
            return None
        short = 0.25 if tone.length < 1.4 else 0.5
        above = place.beside(tone.pitch, 1, tone.at)
        if above == tone.pitch:
            return None
        rest = tone._replace(at=tone.at + short, length=tone.length - short)
        return [Tone(tone.at, short, above, tone.weight), rest]

    return _each(tones, lean)


def _fewer(tones: list[Tone], place: Place) -> list[Tone]:
    """Leave out short notes off the beat; what is before them lasts on."""
    found: list[Tone] = []
    for tone in tones:
        is_off = place.bar.weight((tone.at - place.first) % place.bar.quarters) < 0.2
        follows = bool(found) and 0.1 < tone.at - found[-1].at < 1.1
        if follows and is_off and tone.length < 0.6 and place.takes():
            found[-1] = found[-1]._replace(length=tone.at + tone.length - found[-1].at)
        else:
            found.append(tone)
    return found


def _strokes(tones: Sequence[Tone]) -> list[list[Tone]]:
    """Return chords: what begins together."""
    found: list[list[Tone]] = []
    for tone in sorted(tones):
        if found and tone.at - found[-1][0].at < TOGETHER:
            found[-1].append(tone)
        else:
            found.append([tone])
    return found


def _restruck(tones: list[Tone], place: Place) -> list[Tone]:
    """Strike the upper notes of long chords again, softer."""
    found: list[Tone] = []
    for stroke in _strokes(tones):
        low = min(tone.pitch for tone in stroke)
        length = min(tone.length for tone in stroke)
        if length < 0.9 or not place.takes():
            found += stroke
            continue
        half = length / 2 if length < 3.1 else length - 1.0
        for tone in stroke:
            if tone.pitch == low and len(stroke) > 1:
                found.append(tone)
                continue
            found.append(tone._replace(length=half))
            rest = tone.length - half
            found.append(Tone(tone.at + half, rest, tone.pitch, SOFT * tone.weight))
    return found


def _rolled(tones: list[Tone], place: Place) -> list[Tone]:
    """Break chords: the lowest note, then the others an eighth or two later, or upwards."""
    found: list[Tone] = []
    for stroke in _strokes(tones):
        length = min(tone.length for tone in stroke)
        if len(stroke) < 2 or length < 0.9 or not place.takes():
            found += stroke
            continue
        rising = sorted(stroke, key=lambda tone: tone.pitch)
        step = 0.5 if length > 0.45 + 0.5 * (len(stroke) - 1) else 0.25
        for index, tone in enumerate(rising):
            late = step * min(index, 3)
            late = late if late < tone.length - 0.2 else 0.0
            found.append(tone._replace(at=tone.at + late, length=tone.length - late))
    return found


def _pushed(tones: list[Tone], place: Place) -> list[Tone]:
    """Strike chords half a beat early, but not those on a bar's first beat."""
    found: list[Tone] = []
    free_from = place.first
    for stroke in _strokes(tones):
        at = stroke[0].at
        inside = (at - place.first + NEAR) % place.bar.quarters
        is_on_beat = abs(inside - NEAR - round(inside - NEAR)) < NEAR and inside > 0.5
        early = 0.5 if is_on_beat and at - 0.5 > free_from + 0.2 and place.takes() else 0.0
        found += [t._replace(at=t.at - early, length=t.length + early) for t in stroke]
        free_from = at
    return found


def _thinned(tones: list[Tone], place: Place) -> list[Tone]:
    """Leave out chords off the beat, and the lowest note of those that stay there."""
    strokes = _strokes(tones)
    found: list[Tone] = []
    for stroke in strokes:
        weight = place.bar.weight(round(4 * (stroke[0].at - place.first)) / 4)
        if weight < 0.2 and len(strokes) > 2 and place.takes():
            continue
        low = min(tone.pitch for tone in stroke)
        thin = weight < 0.5 and len(stroke) > 2
        found += [tone for tone in stroke if not thin or tone.pitch > low]
    return found


def _octave(tones: list[Tone], place: Place) -> list[Tone]:
    """Take notes off the first beat an octave higher, where that is in reach."""
    high = min(place.player.span.high, 55)

    def leap(tone: Tone) -> list[Tone] | None:
        is_first = place.bar.weight(round(4 * (tone.at - place.first)) / 4) > 0.9
        if is_first or tone.pitch + 12 > high or place.random.random() > 0.5:
            return None
        return [tone._replace(pitch=tone.pitch + 12)]

    return _each(tones, leap)


def _approach(tones: list[Tone], place: Place) -> list[Tone]:
    """Lead to another note by the one below or above it."""
    found = list(tones)
    for index, one, other in _couples(tones):
        if one.pitch == other.pitch or other.at - one.at < 0.9 or not place.takes():
            continue
        step = -1 if one.pitch < other.pitch else 1
        lead = place.beside(other.pitch, step, other.at - 0.5)
        found[index] = one._replace(length=min(one.length, other.at - 0.5 - one.at))
        found.append(Tone(other.at - 0.5, 0.45, lead, SOFT * one.weight))
    return found


def _again(tones: list[Tone], place: Place) -> list[Tone]:
    """Strike long notes again; the second half may take the chord's fifth."""

    def split(tone: Tone) -> list[Tone] | None:
        if tone.length < 0.9 or not place.takes():
            return None
        half, fifth = tone.length / 2, place.harmony.at(tone.at + tone.length / 2).fifth
        above = tone.pitch + (fifth - tone.pitch) % 12
        pitch = above if above <= place.player.span.high and tone.length > 1.6 else tone.pitch
        return [
            tone._replace(length=0.9 * half),
            Tone(tone.at + half, 0.9 * half, pitch, SOFT * tone.weight),
        ]

    return _each(tones, split)


def _is_free(tones: Sequence[Tone], at: float, pitches: Sequence[int]) -> bool:
    return all(abs(tone.at - at) > 0.1 for tone in tones if tone.pitch in pitches)


def _ghosts(tones: list[Tone], place: Place) -> list[Tone]:
    """Put soft strokes of the snare around its loud ones."""
    loud = [tone for tone in tones if tone.pitch in SNARES and tone.weight > 0.4]
    found = list(tones)
    for tone in loud:
        for away in (-0.25, 0.75):
            at = tone.at + away
            inside = place.first <= at < place.first + place.quarters
            if inside and _is_free(found, at, SNARES) and place.takes():
                found.append(Tone(at, 0.2, tone.pitch, GHOST * tone.weight))
    return found


def _double(tones: list[Tone], place: Place) -> list[Tone]:
    """Divide the ticking of one beat in each bar."""
    beat = float(place.random.choice(place.bar.beats))
    found = list(tones)
    for one in tones:
        at = one.at + 0.25
        inside = beat - NEAR <= (one.at - place.first) % place.bar.quarters < beat + 1.0 - NEAR
        if one.pitch in HATS and inside and _is_free(found, at, HATS):
            found.append(Tone(at, 0.2, one.pitch, GHOST * 1.4 * one.weight))
    return found


def _pickup(tones: list[Tone], place: Place) -> list[Tone]:
    """Let the bass drum come to some of its strokes by one more before."""
    found = list(tones)
    for tone in tones:
        away = 0.5 if place.random.random() < 0.6 else 0.25
        at = tone.at - away
        is_kick = tone.pitch in KICKS and at >= place.first and place.random.random() < 0.5
        if is_kick and _is_free(found, at, (*KICKS, *SNARES)):
            found.append(Tone(at, 0.2, tone.pitch, SOFT * tone.weight))
    return found


def _open(tones: list[Tone], place: Place) -> list[Tone]:
    """Open the last closed high-hat of a bar."""
    found = list(tones)
    for bar in range(round(place.quarters / place.bar.quarters)):
        end = place.first + (bar + 1) * place.bar.quarters - NEAR
        inside = [i for i, t in enumerate(found) if t.pitch == CLOSED and end - 1.0 < t.at < end]
        if inside:
            last = max(inside, key=lambda i: found[i].at)
            found[last] = found[last]._replace(pitch=OPEN)
    return found


def _fill(tones: list[Tone], place: Place) -> list[Tone]:
    """Give the last beat to a roll, where there is a drum for it."""
    if not any(tone.pitch in SNARES for tone in tones):
        return list(tones)
    begin = place.first + place.quarters - 1.0
    kept = [tone for tone in tones if tone.at < begin - NEAR or tone.pitch in KICKS]
    weight = max(tone.weight for tone in tones)
    drums = (SNARE, SNARE, HIGH_TOM, MIDDLE_TOM if place.takes() else LOW_TOM)
    roll = [Tone(begin + 0.25 * k, 0.2, drum, weight * (0.6 + 0.1 * k))
            for k, drum in enumerate(drums)]  # fmt: skip
    return [*kept, *roll]
