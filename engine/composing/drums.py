"""Drum patterns by style, for any metre, with fills where phrases end."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from engine.composing.brief import Brief
from engine.composing.form import Phrase
from engine.composing.theory import Bar
from engine.composing.tone import Tone

KICK, STICK, SNARE, CLAP, CLOSED, PEDAL, OPEN = 36, 37, 38, 39, 42, 44, 46
LOW_TOM, MIDDLE_TOM, HIGH_TOM, CRASH, RIDE, BELL, TAMBOURINE = 41, 45, 48, 49, 51, 53, 54
COWBELL, HIGH_BONGO, LOW_BONGO, CONGA, LOW_CONGA, CABASA, MARACAS, CLAVES = (
    *(56, 60, 61, 63, 64, 69, 70, 75),
)
BRUSH_SWIRL = 40

# A bar of four quarters in sixteenths: X loud, x as usual, o soft.
_FOUR: dict[str, dict[int, str]] = {
    "pop": {KICK: "X.....x.X.......", SNARE: "....X.......X...", CLOSED: "x.o.x.o.x.o.x.o."},
    "rock": {KICK: "X.....x.X.x.....", SNARE: "....X.......X...", CLOSED: "X.x.X.x.X.x.X.x."},
    "ballad": {KICK: "X.........x.....", STICK: "........X.......", CLOSED: "x...o...x...o..."},
    "swing": {RIDE: "X...x.x.X...x.x.", PEDAL: "....x.......x...", KICK: "o.......o......."},
    "bossa": {KICK: "X.....xxX.....xx", STICK: "X..x..x...x..x..", CLOSED: "x.x.x.x.x.x.x.x."},
    "samba": {KICK: "X.....xxX.....xx", SNARE: "o.ox.o.ox.o.ox.o", CLOSED: "x.ooX.oox.ooX.oo",
              TAMBOURINE: "x.x.x.x.x.x.x.x."},
    "latin": {KICK: "X.....x.X.....x.", COWBELL: "X.x.X.x.X.x.X.x.", CONGA: "..xx..x...xx..x.",
              CLAVES: "x..x..x...x.x..."},
    "funk": {KICK: "X.x....x..x.....", SNARE: "....X..o.o..X..o", CLOSED: "xoxoxoxoxoxoxoxo"},
    "house": {KICK: "X...X...X...X...", CLAP: "....x.......x...", OPEN: "..x...x...x...x.",
              CLOSED: "o.o.o.o.o.o.o.o."},
    "techno": {KICK: "X...X...X...X...", CLOSED: "..x...x...x...x.", STICK: "...o..o....o..o.",
               TAMBOURINE: "oooooooooooooooo"},
    "hiphop": {KICK: "X......x..x.....", SNARE: "....X.......X...", CLOSED: "x.x.x.x.x.x.x.xo"},
    "trap": {KICK: "X.....x...x.....", CLAP: "........X.......", CLOSED: "x.x.x.x.x.xxx.x."},
    "breakbeat": {KICK: "X.x.......x.....", SNARE: "....X..o.o..X...", CLOSED: "x.x.x.x.x.x.x.x."},
    "reggae": {KICK: "........X.......", STICK: "........X.......", CLOSED: "x.o.x.o.x.o.x.o."},
    "train": {KICK: "X.......X.......", SNARE: "o.oxo.oxo.oxo.ox"},
    "march": {KICK: "X.......x.......", SNARE: "x..oX.oox..oX.oo", CRASH: "................"},
    "medieval": {LOW_TOM: "X.......x.......", TAMBOURINE: "x...x.x.x...x.x."},
    "cinematic": {LOW_TOM: "X.....x.X.......", KICK: "X.......x.......",
                  MIDDLE_TOM: "..........x.x.x."},
}  # fmt: skip
# What marks the groups of beats, the others, and the subdivision, where a bar is not of four.
_OTHERS: dict[str, tuple[int, int, int]] = {
    "swing": (KICK, PEDAL, RIDE), "bossa": (KICK, STICK, CLOSED), "ballad": (KICK, STICK, CLOSED),
    "medieval": (LOW_TOM, TAMBOURINE, TAMBOURINE), "cinematic": (LOW_TOM, MIDDLE_TOM, KICK),
    "march": (KICK, SNARE, SNARE), "house": (KICK, CLAP, OPEN), "latin": (KICK, CONGA, COWBELL),
    "reggae": (KICK, STICK, CLOSED),
}  # fmt: skip
# What stands in for what, where grooves are compared.
_KINDS = {35: KICK, 40: SNARE, CLAP: SNARE, STICK: SNARE, PEDAL: CLOSED, OPEN: CLOSED, 59: RIDE}
_LOUDNESS = {"X": 0.85, "x": 0.6, "o": 0.35}
_GENTLE = ("swing", "bossa", "ballad", "medieval", "reggae")


def beat(brief: Brief, phrase: Phrase, random: Generator) -> list[Tone]:
    """Play a phrase's drums: its pattern, a crash where a part begins, a fill at its end."""
    name = brief.style.drums or ("swing" if brief.style.swing else "pop")
    pattern = _bar(brief.bar, name, brief.density)
    tones: list[Tone] = []
    for bar in range(phrase.first_bar, phrase.last_bar):
        start = bar * brief.bar.quarters
        is_end = phrase.cadence == "final" and bar == phrase.last_bar - 1
        hits = _last_hit(name) if is_end else list(pattern)
        if bar == phrase.last_bar - 1 and not is_end and phrase.number % 2 == 1:
            hits = _with_fill(hits, brief, name, random)
        if bar == phrase.first_bar and phrase.number and phrase.number % 2 == 0:
            hits = [*hits, Tone(0.0, 1.0, RIDE if name in _GENTLE else CRASH, 0.75)]
        tones += [hit._replace(at=hit.at + start) for hit in hits]
    return tones


def _bar(bar: Bar, name: str, density: int) -> list[Tone]:
    if bar.quarters == 4.0 and not bar.is_compound and len(bar.groups) == 2:
        rows = _FOUR[name]
        if density == 0:
            rows = {pitch: row.replace("o", ".") for pitch, row in rows.items()}
        return [
            Tone(step / 4, 0.2, pitch, _LOUDNESS[mark])
            for pitch, row in rows.items()
            for step, mark in enumerate(row)
            if mark != "."
        ]
    return _other_bar(bar, *_OTHERS.get(name, (KICK, SNARE, CLOSED)), density)


def _other_bar(bar: Bar, low: int, high: int, ticking: int, density: int) -> list[Tone]:
    """Low on the first beat, high on the groups or beats after it, ticks on what lies between."""
    one_group = len(bar.groups) == 1
    others = bar.beats[1:] if one_group else bar.starts[1:]
    if not one_group and len(others) > 1:
        others = others[len(others) // 2 :: 2] if bar.is_compound else others[::2]
    unit = 1.0 if density == 0 and not bar.is_compound else 0.5
    tones = [Tone(0.0, 0.2, low, 0.85)]
    tones += [Tone(at, 0.2, high, 0.5 if one_group else 0.7) for at in others]
    ticks = (unit * k for k in range(round(bar.quarters / unit)))
    tones += [Tone(at, 0.2, ticking, 0.3 + 0.3 * bar.weight(at)) for at in ticks]
    return [tone for i, tone in enumerate(tones)
            if (tone.at, tone.pitch) not in {(t.at, t.pitch) for t in tones[:i]}]  # fmt: skip


def _with_fill(hits: list[Tone], brief: Brief, name: str, random: Generator) -> list[Tone]:
    """Give the bar's last beat or two to a roll down the drums."""
    length = min(brief.bar.quarters / 2, 1.0 if brief.density == 0 or name in _GENTLE else 2.0)
    begin = brief.bar.quarters - length
    drums = (SNARE, HIGH_TOM, MIDDLE_TOM, LOW_TOM)
    if name == "swing":
        drums = (SNARE, SNARE, MIDDLE_TOM, SNARE)
    unit = 0.5 if brief.density == 0 or name in _GENTLE else 0.25
    count = round(length / unit)
    fill = []
    for k in range(count):
        if k and random.random() < 0.15:
            continue
        drum = drums[min(k * len(drums) // count, len(drums) - 1)]
        fill.append(Tone(begin + k * unit, 0.2, drum, 0.5 + 0.4 * k / count))
    kept = [hit for hit in hits if hit.at < begin - 1e-6 or hit.pitch == KICK]
    return [*kept, *fill]


def _last_hit(name: str) -> list[Tone]:
    cymbal = RIDE if name in _GENTLE else CRASH
    return [Tone(0.0, 1.0, KICK, 0.8), Tone(0.0, 2.0, cymbal, 0.75)]


def likest(bars: Sequence[Sequence[Tone]]) -> str:
    """Return the name of the pattern of four quarters that bars of drums are most like."""
    found = [{_hit(tone) for tone in bar} for bar in bars]
    often = {hit: sum(hit in bar for bar in found) / len(bars) for hit in set().union(*found)}

    def likeness(name: str) -> float:
        marks = {
            (step, _KINDS.get(pitch, pitch))
            for pitch, row in _FOUR[name].items()
            for step, mark in enumerate(row)
            if mark != "."
        }
        both = sum(often.get(hit, 0.0) for hit in marks)
        return both / (len(marks) + sum(often.values()) - both)

    return max(_FOUR, key=likeness)


def _hit(tone: Tone) -> tuple[int, int]:
    return round(4 * tone.at) % 16, _KINDS.get(tone.pitch, tone.pitch)
