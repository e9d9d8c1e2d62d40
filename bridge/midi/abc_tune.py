"""ABC tunes to Scores, through note-seq's parser.

note-seq knows no rests, tuplets, chords or grace notes; they are rewritten here into what it
knows. Source of the notation: the ABC standard 2.1, abcnotation.com.
"""

from __future__ import annotations

import re
import warnings
from fractions import Fraction
from typing import Any

from bridge.midi.file import MAX_SECONDS, ScoreFile
from bridge.midi.smf_track import MAX_NOTES, Warnings
from engine.wire import BadScore, Metre, Note, Score, Tempo, TooLarge

MAX_BOOK_BYTES = 4 << 20
MAX_TUNE_CHARACTERS = 64 << 10
MAX_REPEATS = 4
TUNE = re.compile(r"^X:\s*\d", re.MULTILINE)
FIELD = re.compile(r"[A-Za-z]:|%%")
# Ornaments that change no note: grace notes, decorations, spacers.
ORNAMENT = re.compile(r"\{[^{}]*\}|![^!]*!|\+[^+]*\+|[`$y]")
NOTE = re.compile(r"((?:\^{1,2}|_{1,2}|=)?[A-Ga-g][',]*)(\d*(?:/+\d*)?)")
CHORD = re.compile(
    r"\[((?:(?:\^{1,2}|_{1,2}|=)?[A-Ga-g][',]*(?:\d*(?:/+\d*)?)\s*)+)\](\d*(?:/+\d*)?)"
)
OPEN_CHORD = re.compile(r"\[(?=\s*[\^_=A-Ga-g])")
TUPLET_OR_NOTE = re.compile(r"\((\d)(?::(\d?))?(?::(\d?))?|" + NOTE.pattern)
REST = re.compile(r"(?<![A-Za-z])[zx]|[zx](?=[\d/\s|\]:<>A-Ga-gzx^_=(-]|$)")
# A rest is written as a note so low that nobody plays it, and dropped afterwards.
REST_NOTE, REST_PITCHES = "D,,,,,", range(4)
# What note-seq raises, besides its own error, over what it does not expect.
MISREADINGS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
# So many notes in the time of so many; the rest of the table is 2 (or 3 in compound time).
TUPLET_TIMES = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


def is_abc(data: bytes) -> bool:
    """Say whether bytes look like an ABC tunebook."""
    return TUNE.search(data[:4_096].decode("latin-1")) is not None


def read_abc(data: bytes) -> ScoreFile:
    """Read the first tune of a tunebook. Raises: BadScore, TooLarge."""
    if len(data) > MAX_BOOK_BYTES:
        raise TooLarge(f"ABC of {len(data):,} bytes came; {MAX_BOOK_BYTES:,} is the most")
    guesses = Warnings()
    header, tunes = _tunes(_decode(data))
    if not tunes:
        raise BadScore("a text without an ABC tune came; a tune starts with a line like 'X:1'")
    if len(tunes) > 1:
        guesses.add(f"the first of {len(tunes)} tunes was read")
    tune = header + tunes[0]
    if len(tune) > MAX_TUNE_CHARACTERS:
        raise TooLarge(
            f"a tune of {len(tune):,} characters came; {MAX_TUNE_CHARACTERS:,} is the most"
        )
    score = _convert([_rewritten(line, guesses) for line in tune.splitlines()])
    if score.duration_seconds > MAX_SECONDS or len(score.notes) > MAX_NOTES:
        raise TooLarge(f"a tune of {score.duration_seconds:,.0f} s came; {MAX_SECONDS} is the most")
    return ScoreFile(score, guesses.texts())


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _tunes(text: str) -> tuple[str, list[str]]:
    """Cut a tunebook into the fields before its first tune, and its tunes."""
    starts = [match.start() for match in TUNE.finditer(text)]
    ends = [*starts[1:], len(text)][: len(starts)]
    # An empty line ends a tune; what stands after it is a remark between tunes.
    tunes = [re.split(r"\n[ \t\r]*\n", text[a:b])[0] for a, b in zip(starts, ends, strict=True)]
    header = text[: starts[0]] if starts else ""
    kept = [line for line in header.splitlines() if re.match(r"[A-Za-z]:", line)]
    return "".join(line + "\n" for line in kept), tunes


def _rewritten(line: str, guesses: Warnings) -> str:
    """Rewrite a line of music into what note-seq reads; leave fields alone."""
    line = line.strip()
    if not line or FIELD.match(line):
        return line
    texts = re.split(r'("[^"]*"|\[[A-Za-z]:[^\[\]]*\])', line.split("%")[0])
    return "".join(
        text if index % 2 else _rewritten_music(text, guesses) for index, text in enumerate(texts)
    )


def _rewritten_music(music: str, guesses: Warnings) -> str:
    music = ORNAMENT.sub("", music)
    if CHORD.search(music):
        guesses.add("of chords only the last note was read")
        music = CHORD.sub(_last_of_chord, music)
    # An unclosed chord, or many bars and spaces in a row, would cost note-seq's patterns dearly.
    music = re.sub(r"\s+", " ", OPEN_CHORD.sub("", music))
    music = REST.sub(REST_NOTE, music)
    return TUPLET_OR_NOTE.sub(_Tuplets().rewrite, music)


def _last_of_chord(chord: re.Match[str]) -> str:
    """Write a chord's last note, which is the highest in most tunes, as long as the chord."""
    notes = NOTE.findall(chord[1])
    name, own = notes[-1]
    length = _length(own) * _length(chord[2])
    return f"{name}{length.numerator}/{length.denominator}"


class _Tuplets:
    """Gives the notes after a tuplet sign the lengths it means, sign by sign."""

    def __init__(self) -> None:
        self._factor = Fraction(1)
        self._left = 0

    def rewrite(self, found: re.Match[str]) -> str:
        """Return what stands for a tuplet sign or a note."""
        count, times, affected, name, length = found.groups()
        if count is not None:
            self._left = int(affected or count)
            self._factor = Fraction(int(times or TUPLET_TIMES.get(int(count), 2)), int(count) or 1)
            return ""
        if self._left == 0:
            return found[0]
        self._left -= 1
        scaled = _length(length) * self._factor
        return f"{name}{scaled.numerator}/{scaled.denominator}"


def _length(text: str) -> Fraction:
    """Read an ABC length: "", "3", "/", "//", "/4", "3/", "3/2"."""
    numerator, slash, denominator = text.partition("/")
    if not denominator.strip("/"):
        divisor = 2 ** min(len(slash + denominator), 9)
    else:
        divisor = int(denominator.strip("/")[:4])
    return Fraction(int(numerator[:4] or 1), max(divisor, 1))


def _convert(lines: list[str]) -> Score:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from note_seq import abc_parser, sequences_lib

        try:
            tune = abc_parser.ABCTune(lines).note_sequence
            if any(group.num_times > MAX_REPEATS for group in tune.section_groups):
                raise TooLarge(f"a tune came that repeats a part more than {MAX_REPEATS} times")
            if tune.section_groups:
                tune = sequences_lib.expand_section_groups(tune)
        except (abc_parser.ABCParseError, *MISREADINGS) as error:
            reason = str(error) or type(error).__name__
            raise BadScore(f"ABC that cannot be read came: {reason}") from None
    return _score(tune)


def _score(tune: Any) -> Score:
    notes = [
        Note(n.start_time, n.end_time, n.pitch, n.velocity, n.program)
        for n in tune.notes
        if n.end_time > n.start_time and n.pitch not in REST_PITCHES
    ]
    notes.sort(key=lambda note: note.start_seconds)
    tempos = {0.0: 120.0} | {tempo.time: tempo.qpm for tempo in tune.tempos}
    metres = {0.0: (4, 4)} | {m.time: (m.numerator, m.denominator) for m in tune.time_signatures}
    return Score(
        notes=tuple(notes),
        tempos=tuple(Tempo(at, tempos[at]) for at in sorted(tempos)),
        metres=tuple(Metre(at, *metres[at]) for at in sorted(metres)),
        duration_seconds=max((note.end_seconds for note in notes), default=0.0),
        title=tune.sequence_metadata.title[:200],
    )
