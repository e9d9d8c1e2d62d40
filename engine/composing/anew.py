"""Writing bars of a score anew: by its own players, in its key, metre and tempo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator

from engine.composing.analysis import top_line
from engine.composing.beats import Beats, Stretch
from engine.composing.brief import Brief, decide
from engine.composing.compose import Writer
from engine.composing.drums import likest
from engine.composing.extend import density_of, loudness_of, motif_of
from engine.composing.form import Phrase, phrases
from engine.composing.harmony import Harmony
from engine.composing.melody import Themes
from engine.composing.performing import Line, perform
from engine.composing.sheet import Name, Sheet, Voice
from engine.composing.styles import PLAIN
from engine.composing.words import Wishes, read
from engine.wire import Note, OutOfRange

# Letters of phrases in which whoever leads goes on leading.
LETTERS = "ACEGHIJKLMNOPQRSTUVWXYZ"
FIXED = {
    "tonic": "key",
    "mode": "mode",
    "tempo": "tempo",
    "metre": "metre",
    "bars": "length",
    "seconds": "length",
}


def wishes_of(prompt: str, what: str) -> Wishes:
    """Read words about what is made within a score. Raises: OutOfRange for those it settles."""
    wishes = read(prompt)
    for name, meaning in FIXED.items():
        if getattr(wishes, name) is not None:
            raise OutOfRange(
                f"words about the {meaning} came; {what} keeps its source's: leave them out, "
                "or make a new piece by generate"
            )
    return wishes


@dataclass(frozen=True)
class Anew:
    """Some bars as they are to be written: a stretch of a sheet, a brief, and its chords."""

    sheet: Sheet
    stretch: Stretch
    brief: Brief
    form: tuple[Phrase, ...]
    harmony: Harmony
    themes: Themes = field(default_factory=Themes)

    def written(
        self, random: Generator, bars: tuple[int, int] | None = None
    ) -> dict[Name, list[Line]]:
        """Write all phrases, or those that have some of the bars from the first to the last.

        Returns each voice's lines, in quarters from the stretch's first.
        """
        first, last = bars or (0, self.stretch.count)
        # Phrases that return are told apart by what was sung of them: each time anew.
        themes = Themes(dict(self.themes.motifs))
        writer = Writer(self.brief, self.harmony, random, themes)
        for phrase in self.form:
            if phrase.first_bar < last and phrase.last_bar > first:
                writer.write(phrase)
        lines = writer.lines()
        names = {voice.name for voice in self.sheet.voices}
        found: dict[Name, list[Line]] = {}
        for line in lines:
            player = line.player
            name = (player.channel, player.program, line.role == "lead")
            if name not in names:  # One hand plays all there is.
                name = (player.channel, player.program, line.role != "lead")
            found.setdefault(name, []).append(line)
        return found

    def performed(self, voice: Voice, lines: Sequence[Line], random: Generator) -> list[Note]:
        """Play lines as loudly as their voice is played elsewhere."""
        notes = perform(self.brief, lines, random)
        before = [one.note.velocity for one in voice.played]
        louder = 0.0
        if notes and before:
            louder = float(np.mean(before) - np.mean([note.velocity for note in notes]))
        speed, beats = self.brief.tempo / 60.0, self.sheet.beats
        return [_placed(note, self.stretch.first, speed, beats, louder) for note in notes]


def _placed(note: Note, first: float, speed: float, beats: Beats, louder: float) -> Note:
    """Put a note that was played at one tempo where it belongs in a score's time."""
    start = beats.exactly(first + note.start_seconds * speed)
    end = beats.exactly(first + note.end_seconds * speed)
    velocity = min(max(round(note.velocity + louder), 8), 125)
    last = max(end, start + 0.01)
    return Note(start, last, note.pitch, velocity, note.program, note.channel, note.is_drum)


def brief_of(sheet: Sheet, stretch: Stretch, wishes: Wishes, seed: int) -> Brief:
    """Settle how to write bars anew: as the sheet is, but for what the words say."""
    parts = sheet.parts(stretch)
    asked = wishes if wishes.styles or wishes.moods else _titled(sheet.score.title)
    decided = decide(replace(asked, tonic=sheet.key.tonic, mode=sheet.key.mode), seed)
    style = decided.style if asked.styles else replace(PLAIN, harmony="functional")
    if not asked.styles and (groove := groove_of(sheet, stretch)):
        style = replace(style, drums=groove)
    return replace(
        decided,
        key=sheet.key,
        bar=stretch.bar,
        tempo=sheet.beats.tempo(stretch.first, stretch.last),
        bars=stretch.count,
        style=style,
        players=sheet.players,
        density=density_of(parts) if wishes.density is None else wishes.density,
        loudness=loudness_of(parts) if wishes.loudness is None else wishes.loudness,
    )


def _titled(title: str) -> Wishes:
    """Return what a title says of the style; one of a generated piece is its prompt."""
    try:
        found = read(title)
    except OutOfRange:
        return Wishes()
    return Wishes(styles=found.styles, moods=found.moods)


def groove_of(sheet: Sheet, stretch: Stretch) -> str:
    """Return the name of the drum pattern that is most like what is drummed; empty for none."""
    bars = [bar for part in sheet.parts(stretch) if part.player.is_drum for bar in part.bars if bar]
    return likest(bars) if bars and stretch.bar.quarters == 4.0 else ""


def form_of(stretch: Stretch, harmony: Harmony) -> tuple[Phrase, ...]:
    """Cut a stretch into phrases; those over the same chords are alike."""
    letters: dict[tuple[object, ...], str] = {}
    turns: dict[str, int] = {}
    found = []
    for phrase in phrases(stretch.count):
        size = stretch.bar.quarters
        at = [size * (phrase.first_bar + k / 2) for k in range(2 * phrase.bars)]
        chords = (phrase.bars, *(harmony.at(quarter) for quarter in at))
        letter = letters.setdefault(chords, LETTERS[len(letters) % len(LETTERS)])
        turn = turns.get(letter, 0)
        turns[letter] = turn + 1
        found.append(replace(phrase, letter=letter, turn=turn))
    return tuple(found)


def themes_of(sheet: Sheet, stretch: Stretch, form: Sequence[Phrase]) -> Themes:
    """Return the motifs that the melody has in each phrase, to be sung to other pitches."""
    themes = Themes()
    leads = [part for part in sheet.parts(stretch) if "lead" in part.player.roles][:1]
    for part in leads:
        for phrase in form:
            bars = part.bars[phrase.first_bar : phrase.last_bar]
            lines = [line for bar in bars if len(line := top_line(bar)) > 1]
            if lines and phrase.letter not in themes.motifs:
                themes.motifs[phrase.letter] = tuple(motif_of(line) for line in lines[:2])
    return themes
