"""A score another time: from played a little differently to a piece of its own.

`strength` rises from 0, the score itself, to 1. First the touch changes: velocities, timing, how
long notes last. Then bars of single voices are ornamented, then written anew over the same
chords, and at last over others, phrase by phrase, until at 1 the key, tempo, metre and players
are all that is left. What is changed at a strength stays changed at a higher one, and bars that
are alike are changed alike.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.random import Generator

from engine.composing.anew import Anew, brief_of, form_of, themes_of, wishes_of
from engine.composing.beats import Stretch
from engine.composing.brief import Brief
from engine.composing.form import Phrase, phrases
from engine.composing.harmony import Harmony, harmonise
from engine.composing.melody import Themes
from engine.composing.ornament import Place, ornament
from engine.composing.performing import Line
from engine.composing.sheet import Name, Played, Sheet, Voice, read_sheet
from engine.composing.tidy import Span, hushed, recast, untangled
from engine.composing.tone import Tone
from engine.composing.touch import touched
from engine.wire import Note, Score

CELL_BARS = 2
# From which strength on, and until which one for all bars: ornaments, new notes, new chords.
ORNAMENTED, RENEWED, REHARMONISED = (0.2, 0.6), (0.5, 0.9), (0.85, 1.0)
TOUCHED_BY = 0.25  # At this strength the touch is as different as it gets.
TRIES, SHORT_BARS = 4, 64
OWN_MOTIFS_UNTIL = 0.8
ALIKE = 0.7  # New bars that are as like the old ones are no news; ornaments are.


def vary(score: Score, strength: float, prompt: str, seed: int) -> Score:
    """Return a variation of a score as long as itself; the same seed gives the same one.

    Words may change players, density, dynamics and, where much is new, the style.
    Raises: OutOfRange for unknown words, and for words about what stays.
    """
    wishes = wishes_of(prompt, "a variation")
    if strength <= 0.0 or not score.notes:
        return score
    score = recast(score, wishes)
    sheet = read_sheet(score)
    end = sheet.beats.seconds(sheet.stretches[-1].last)
    notes = [note for note in score.notes if note.start_seconds >= end - 1e-3]
    fresh: list[Span] = []
    renewed: list[Span] = []
    for number, stretch in enumerate(sheet.stretches):
        brief = brief_of(sheet, stretch, wishes, seed)
        found = _Stretch(sheet, stretch, strength, (seed, 31, number), brief)
        notes += found.notes()
        fresh += found.fresh
        renewed += found.renewed
    heard = [note for note in notes if note.start_seconds >= 0.0]
    return msgspec.structs.replace(hushed(score, fresh, renewed), notes=untangled(heard))


@dataclass(frozen=True)
class _Cell:
    """Two bars of one voice: the stretch's quarters `first` to `last`, and what becomes of them."""

    number: int
    first: float
    last: float
    is_ornamented: bool
    is_renewed: bool


class _Stretch:
    """The variation of a stretch of one metre."""

    def __init__(
        self,
        sheet: Sheet,
        stretch: Stretch,
        strength: float,
        seed: tuple[int, ...],
        brief: Brief,
    ) -> None:
        self._sheet, self._stretch, self._strength = sheet, stretch, strength
        self._seed = seed
        heard = sheet.harmony(stretch)
        usual = phrases(stretch.count)
        others = [harmonise(brief, usual, self._random(1, k)) for k in range(TRIES)]
        beats = np.arange(0.0, stretch.count * stretch.bar.quarters)
        other = min(others, key=lambda one: sum(one.at(q) == heard.at(q) for q in beats.tolist()))
        changes = self._random(2).random(len(usual))
        self._is_fresh = [_has_passed(strength, REHARMONISED, u) for u in changes]
        self._harmony = _mixed(heard, other, usual, self._is_fresh, stretch.bar.quarters)
        is_free = all(self._is_fresh)
        form = usual if is_free else form_of(stretch, self._harmony)
        own = strength < OWN_MOTIFS_UNTIL
        themes = themes_of(sheet, stretch, form) if own else Themes()
        self._anew = Anew(sheet, stretch, brief, form, self._harmony, themes)
        tries = TRIES if stretch.count <= SHORT_BARS else 1
        tries = tries if strength >= RENEWED[0] else 0
        written = [self._anew.written(self._random(3, k)) for k in range(tries)]
        self._lines = min(written, key=self._sameness, default={})
        self._fresh_bars = {
            bar
            for phrase, fresh in zip(usual, self._is_fresh, strict=True)
            for bar in range(phrase.first_bar, phrase.last_bar)
            if fresh
        }
        self._cells = {voice.name: self._cells_of(voice) for voice in sheet.voices}
        self.fresh = [
            Span(channel, *self._seconds(usual[k].first_bar, usual[k].last_bar))
            for k, is_fresh in enumerate(self._is_fresh)
            if is_fresh
            for channel in sorted({voice.player.channel for voice in sheet.voices})
        ]
        self.renewed = [
            Span(voice.player.channel, *self._within(cell))
            for voice in sheet.voices
            for cell in self._cells[voice.name]
            if cell.is_renewed
        ]

    def _sameness(self, lines: Mapping[Name, Sequence[Line]]) -> float:
        """Return how much of what was written is there already, one for each voice."""
        found = 0.0
        for voice in self._sheet.voices:
            first, last = self._stretch.first, self._stretch.last
            old = [
                (round(2 * (o.tone.at - first)), o.tone.pitch) for o in voice.within(first, last)
            ]
            tones = [tone for line in lines.get(voice.name, ()) for tone in line.tones]
            found += _likeness(old, [(round(2 * tone.at), tone.pitch) for tone in tones])
        return found

    def _random(self, *what: int) -> Generator:
        return np.random.default_rng([abs(part) for part in (*self._seed, *what)])

    def _seconds(self, first_bar: int, last_bar: int) -> tuple[float, float]:
        size = self._stretch.bar.quarters
        edges = (self._stretch.first + size * bar for bar in (first_bar, last_bar))
        first, last = map(self._sheet.beats.seconds, edges)
        return first, last

    def _within(self, cell: _Cell) -> tuple[float, float]:
        beats, first = self._sheet.beats, self._stretch.first
        return beats.seconds(first + cell.first), beats.seconds(first + cell.last)

    def _cells_of(self, voice: Voice) -> list[_Cell]:
        """Decide what becomes of each two bars of a voice: of those that are alike the same."""
        size, bars, cells = self._stretch.bar.quarters, self._stretch.count, []
        others = self._others(voice)
        for number, bar in enumerate(range(0, bars, CELL_BARS)):
            first, last = size * bar, size * min(bar + CELL_BARS, bars)
            played = voice.within(self._stretch.first + first, self._stretch.first + last)
            is_new = bar in self._fresh_bars and not voice.player.is_drum
            if not played:
                cells.append(_Cell(number, first, last, False, is_new))
                continue
            content = [
                (round(2 * (one.tone.at - self._stretch.first - first)), one.tone.pitch)
                for one in played
            ]
            mark = zlib.crc32(repr((voice.name, sorted(content))).encode())
            chances = self._random(4, mark).random(2)
            other = others.get(number, [])
            is_other = bool(other) and _likeness(content, other) < ALIKE
            renewed = is_other and _has_passed(self._strength, RENEWED, chances[1])
            ornamented = _has_passed(self._strength, ORNAMENTED, chances[0])
            cells.append(_Cell(number, first, last, ornamented, is_new or renewed))
        return cells

    def _others(self, voice: Voice) -> dict[int, list[tuple[int, int]]]:
        """Return what was written for each two bars of a voice: when and how high."""
        size = self._stretch.bar.quarters * CELL_BARS
        found: dict[int, list[tuple[int, int]]] = {}
        for tone in (tone for line in self._lines.get(voice.name, []) for tone in line.tones):
            number = int(tone.at // size)
            mark = (round(2 * (tone.at - number * size)), tone.pitch)
            found.setdefault(number, []).append(mark)
        return found

    def notes(self) -> list[Note]:
        """Return all notes of the variation."""
        return [note for voice in self._sheet.voices for note in self._of_voice(voice)]

    def _of_voice(self, voice: Voice) -> list[Note]:
        cells, mark = self._cells[voice.name], zlib.crc32(repr(voice.name).encode())
        kept: list[Played] = []
        for cell in cells:
            if not cell.is_renewed:
                kept += self._kept(voice, cell, cells)
        amount = min(1.0, self._strength / TOUCHED_BY)
        stretch, beats = self._stretch, self._sheet.beats
        played = touched(kept, beats, stretch, amount, self._random(5, mark))
        lines = [
            Line(line.player, line.role, self._chosen(line.tones, cells))
            for line in self._lines.get(voice.name, [])
        ]
        return [*played, *self._anew.performed(voice, lines, self._random(6, mark))]

    def _kept(self, voice: Voice, cell: _Cell, cells: Sequence[_Cell]) -> list[Played]:
        """Return what stays of a cell, ornamented where it is to be."""
        first = self._stretch.first
        played = voice.within(first + cell.first, first + cell.last)
        if not played:
            return []
        end = self._end(cell, cells)
        played = [
            one._replace(tone=one.tone._replace(length=min(one.tone.length, end - one.tone.at)))
            for one in played
        ]
        if not cell.is_ornamented:
            return played
        tones = [one.tone._replace(at=one.tone.at - first) for one in played]
        content = sorted((round(2 * (tone.at - cell.first)), tone.pitch) for tone in tones)
        mark = zlib.crc32(repr((voice.name, content)).encode())
        place = Place(
            *(voice.player, voice.leads, self._sheet.key, self._stretch.bar, self._harmony),
            *(cell.first, cell.last - cell.first, self._random(7, mark)),
        )
        model = played[0].note
        known = {one.tone: one for one in played}
        changed = (tone._replace(at=tone.at + first) for tone in ornament(tones, place))
        return [known.get(tone) or self._new(model, tone) for tone in changed]

    def _end(self, cell: _Cell, cells: Sequence[_Cell]) -> float:
        """Return the quarter by which what is kept of a cell ends: where something new begins."""
        following = (each.first for each in cells[cell.number + 1 :] if each.is_renewed)
        return self._stretch.first + next(following, float("inf"))

    def _new(self, model: Note, tone: Tone) -> Played:
        beats = self._sheet.beats
        start, end = beats.exactly(tone.at), beats.exactly(tone.at + tone.length)
        velocity = min(max(round(127 * tone.weight), 1), 127)
        last = max(end, start + 0.01)
        note = msgspec.structs.replace(
            model, start_seconds=start, end_seconds=last, pitch=tone.pitch, velocity=velocity
        )
        return Played(note, tone)

    def _chosen(self, tones: Sequence[Tone], cells: Sequence[_Cell]) -> list[Tone]:
        """Return the tones of new cells; they end where something kept begins."""
        found = []
        for cell in cells:
            if not cell.is_renewed:
                continue
            after = (each.first for each in cells[cell.number + 1 :] if not each.is_renewed)
            end = next(after, float("inf"))
            for tone in tones:
                if cell.first - 1e-6 <= tone.at < cell.last - 1e-6:
                    found.append(tone._replace(length=min(tone.length, end - tone.at)))
        return found


def _has_passed(strength: float, band: tuple[float, float], chance: float) -> bool:
    """Say whether a strength is past the place in a band that chance, 0 to 1, chose."""
    return strength >= band[0] + (band[1] - band[0]) * chance


def _likeness(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> float:
    """Return the share of what either has that both have."""
    return len(set(one) & set(other)) / max(len(set(one) | set(other)), 1)


def _mixed(
    heard: Harmony, other: Harmony, form: Sequence[Phrase], is_fresh: Sequence[bool], size: float
) -> Harmony:
    """Return one harmony's chords for some phrases and another's for the rest."""
    starts: list[float] = []
    chords = []
    for phrase, fresh in zip(form, is_fresh, strict=True):
        harmony = other if fresh else heard
        for begin, _, chord in harmony.spans(form[-1].last_bar * size):
            first, last = phrase.first_bar * size, phrase.last_bar * size
            inside = first - 1e-6 <= begin < last - 1e-6
            if inside or (begin < first and harmony.at(first) is chord):
                starts.append(max(begin, first))
                chords.append(chord)
    return Harmony(tuple(starts), tuple(chords))
