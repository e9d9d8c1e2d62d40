"""MusicXML to a Score, through note-seq's parser.

The bytes are checked before they are parsed (archives, entities, depth, size), and what
note-seq leaves out is made up for: tempo changes in every part, ties, dynamics, drums, programs.
"""

from __future__ import annotations

import io
import warnings
import xml.etree.ElementTree as ET
import zipfile
import zlib
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple
from xml.parsers import expat

from bridge.midi.channels import CHANNELS
from bridge.midi.file import MAX_SECONDS, ScoreFile
from bridge.midi.smf import MAX_PORTS
from bridge.midi.smf_track import MAX_NOTES, Warnings
from engine.wire import BadScore, Metre, Note, Score, Tempo, TooLarge

MAX_ARCHIVE_FILES = 200
MAX_XML_BYTES = 32 << 20
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 64
CONTAINER = "META-INF/container.xml"
QUARTER_SECONDS = 0.5  # note-seq's, as long as it is shown no tempo
MELODIC_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15)
DRUM_CHANNEL = 9
STEPS, ALTERS = "CCDDEFFGGAAB", "010100101010"
SLOWEST, FASTEST = 1.0, 10_000.0  # quarter notes a minute
DEFAULT_VELOCITY = 80
FORTE = 90.0  # MusicXML's dynamics are percentages of this velocity
MARKS = {"pp": 36, "p": 50, "mp": 64, "mf": 78, "f": 92, "ff": 107}
MARKS |= {"pppp": 12, "ppp": 24, "fff": 120, "ffff": 127, "sf": 107, "sfz": 107, "fp": 92}


def read_musicxml(data: bytes) -> ScoreFile:
    """Read a MusicXML document, plain (.musicxml, .xml) or in an archive (.mxl).

    Raises: BadScore, TooLarge.
    """
    root = _parse(_unzip(data) if data.startswith(b"PK") else data)
    if root.tag != "score-partwise":
        raise BadScore(f"a <{root.tag}> document came; a <score-partwise> MusicXML one is read")
    guesses = Warnings()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            score = _read(root, guesses)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # note-seq, and our own reading beside it, take required elements for granted.
        raise BadScore(f"MusicXML that lacks something came: {error}; is it valid?") from None
    if score.duration_seconds > MAX_SECONDS:
        raise TooLarge(
            f"a score of {score.duration_seconds:,.0f} s came; {MAX_SECONDS} is the most"
        )
    return ScoreFile(score, guesses.texts())


def _unzip(data: bytes) -> bytes:
    """Return the score inside a .mxl archive, within the caps."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > MAX_ARCHIVE_FILES or CONTAINER not in names:
                raise BadScore(
                    f"a zip archive came that is no .mxl score: it has no {CONTAINER}; unpack it, "
                    "or export MIDI or MusicXML from the program that wrote it"
                )
            rootfile = _parse(_member(archive, CONTAINER)).find("./rootfiles/rootfile")
            path = "" if rootfile is None else rootfile.get("full-path", "")
            if path not in names:
                raise BadScore("an .mxl archive came that does not say which of its files to read")
            return _member(archive, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise BadScore(f"an archive that cannot be read came: {error}") from None


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    info = archive.getinfo(name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadScore("an archive with an unusual compression came; .mxl uses deflate")
    if info.file_size > MAX_XML_BYTES:
        raise TooLarge(f"a score of {info.file_size:,} bytes came; {MAX_XML_BYTES:,} is the most")
    # zipfile stops at the size that the archive declares, whatever it really holds.
    return archive.read(info)


def _parse(data: bytes) -> ET.Element:
    """Parse XML that holds no entities and is neither too deep nor too large."""
    if len(data) > MAX_XML_BYTES:
        raise TooLarge(f"XML of {len(data):,} bytes came; {MAX_XML_BYTES:,} is the most")
    try:
        _Check().run(data)
        return ET.fromstring(data)
    except (expat.ExpatError, ET.ParseError, LookupError, ValueError) as error:
        raise BadScore(f"XML that cannot be read came: {error}") from None


class _Check:
    """Walks through XML once, building nothing, and refuses what could grow."""

    def __init__(self) -> None:
        self._depth = 0
        self._elements = 0
        self._notes = 0

    def run(self, data: bytes) -> None:
        """Raises: BadScore, TooLarge, ExpatError, LookupError, ValueError."""
        parser = expat.ParserCreate()
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(data, True)

    def _entity(self, name: str, *_: object) -> None:
        raise BadScore(f"XML that declares an entity ({name}) came; a score needs none")

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        self._notes += name == "note"
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise TooLarge(f"XML deeper than {MAX_DEPTH} or longer than {MAX_ELEMENTS:,} came")
        if self._notes > MAX_NOTES:
            raise TooLarge(f"a score of more than {MAX_NOTES:,} notes came")

    def _end(self, name: str) -> None:
        self._depth -= 1


class _Instrument(NamedTuple):
    """What a part's notes are played by; `drum_key` is a MIDI key for its unpitched notes."""

    program: int = 0
    is_drum: bool = False
    drum_key: int | None = None


@dataclass
class _Time:
    """Tempos and metres of all parts, at their quarter notes."""

    tempos: dict[float, float] = field(default_factory=dict)
    metres: dict[float, tuple[int, int]] = field(default_factory=dict)


@dataclass
class _Sounding:
    """A note in quarter notes, before the tempos are applied; ties lengthen it."""

    start: float
    end: float
    pitch: int
    velocity: int
    instrument: _Instrument
    channel: int


def _read(root: ET.Element, guesses: Warnings) -> Score:
    time = _Time()
    instruments = {
        found.get("id", ""): _instrument(found) for found in root.findall(".//midi-instrument")
    }
    parts = root.findall("part")
    firsts = {
        part.get("id", ""): part.find("midi-instrument") for part in root.findall(".//score-part")
    }
    for part in parts:
        _prepare(part, time, instruments, guesses)
    if root.find(".//repeat") is not None:
        guesses.add("repeats are played once")
    sounding: list[_Sounding] = []
    for index, (part, parsed) in enumerate(zip(parts, _document(root).parts, strict=True)):
        first = firsts.get(part.get("id", ""))
        own = _Instrument() if first is None else _instrument(first)
        port, place = divmod(index, len(MELODIC_CHANNELS))
        channel = port % MAX_PORTS * CHANNELS + MELODIC_CHANNELS[place]
        sounding += _sounding(parsed, own, instruments, channel)
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return _score(sounding, time, title.strip()[:200])


def _instrument(element: ET.Element) -> _Instrument:
    program = int(element.findtext("midi-program") or 1) - 1
    drum_key = element.findtext("midi-unpitched")
    is_drum = element.findtext("midi-channel") == str(DRUM_CHANNEL + 1)
    return _Instrument(min(max(program, 0), 127), is_drum, int(drum_key) - 1 if drum_key else None)


def _document(root: ET.Element) -> Any:
    """Let note-seq parse an element tree, where it would itself open a file."""
    from note_seq.musicxml_parser import MusicXMLDocument, MusicXMLParseError

    class Document(MusicXMLDocument):  # type: ignore[misc]
        @staticmethod
        def _get_score(filename: ET.Element) -> ET.Element:
            return filename

    try:
        return Document(root)
    except MusicXMLParseError as error:
        raise ValueError(str(error)) from None


def _prepare(
    part: ET.Element, time: _Time, instruments: dict[str, _Instrument], guesses: Warnings
) -> None:
    """Take from a part what note-seq gets wrong, and put on each note what it leaves out."""
    position, divisions, velocity = 0.0, 1.0, DEFAULT_VELOCITY
    for measure in part.findall("measure"):
        for element in list(measure):
            quarters = float(element.findtext("duration") or 0) / divisions
            if element.tag == "attributes":
                divisions = float(element.findtext("divisions") or divisions)
                _take_metre(element, position, time)
            elif element.tag in ("direction", "sound"):
                velocity = _take_direction(element, position, time, velocity)
                measure.remove(element)
            elif element.tag == "harmony":
                measure.remove(element)
            elif element.tag == "backup":
                position -= quarters
            elif element.tag == "forward":
                position += quarters
            elif element.tag == "note":
                element.set("velocity", str(velocity))
                _give_pitch(element, instruments, guesses)
                is_beside = element.find("chord") is not None or element.find("grace") is not None
                position += 0 if is_beside else quarters


def _take_metre(attributes: ET.Element, position: float, time: _Time) -> None:
    metre = attributes.find("time")
    if metre is not None and metre.find("beats") is not None:
        beats = sum(int(beats) for beats in (metre.findtext("beats") or "").split("+"))
        unit = int(metre.findtext("beat-type") or 4)
        if 0 < beats < 256 and unit in (1, 2, 4, 8, 16, 32, 64, 128):
            time.metres.setdefault(max(position, 0.0), (beats, unit))
    for name in ("key", "time"):
        for found in attributes.findall(name):
            attributes.remove(found)


def _take_direction(element: ET.Element, position: float, time: _Time, velocity: int) -> int:
    """Note down a tempo; return the velocity from here on."""
    sound = element if element.tag == "sound" else element.find("sound")
    tempo = 0.0 if sound is None else float(sound.get("tempo") or 0)
    if SLOWEST <= tempo <= FASTEST:
        time.tempos.setdefault(max(position, 0.0), tempo)
    if sound is not None and sound.get("dynamics"):
        return min(max(round(float(sound.get("dynamics") or 0) * FORTE / 100), 1), 127)
    marks = [MARKS[mark.tag] for mark in element.findall(".//dynamics/*") if mark.tag in MARKS]
    return marks[-1] if marks else velocity


def _give_pitch(note: ET.Element, instruments: dict[str, _Instrument], guesses: Warnings) -> None:
    """Make an unpitched note the drum key of its instrument, or a rest."""
    unpitched = note.find("unpitched")
    if note.find("grace") is not None:
        guesses.add("grace notes were left out")
    if unpitched is None:
        return
    instrument = note.find("instrument")
    known = _Instrument() if instrument is None else instruments.get(instrument.get("id", ""))
    key = None if known is None else known.drum_key
    unpitched.clear()
    if key is None:
        guesses.add("unpitched notes that name no drum were left out")
        unpitched.tag = "rest"
        return
    note.set("drum", "yes")
    unpitched.tag = "pitch"
    for tag, text in (("step", STEPS[key % 12]), ("alter", ALTERS[key % 12])):
        ET.SubElement(unpitched, tag).text = text
    ET.SubElement(unpitched, "octave").text = str(key // 12 - 1)


def _sounding(
    part: Any, own: _Instrument, instruments: dict[str, _Instrument], channel: int
) -> list[_Sounding]:
    """Return a part's notes, tied ones joined."""
    found: list[_Sounding] = []
    tied: dict[int, _Sounding] = {}
    for parsed in (note for measure in part.measures for note in measure.notes):
        if parsed.is_rest or parsed.pitch is None or parsed.note_duration.seconds <= 0:
            continue
        note, pitch = parsed.xml_note, int(parsed.pitch[1])
        start = max(parsed.note_duration.time_position, 0.0) / QUARTER_SECONDS
        end = start + parsed.note_duration.seconds / QUARTER_SECONDS
        ties = {tie.get("type") for tie in note.findall("tie")}
        before = tied.pop(pitch, None) if "stop" in ties else None
        if before is not None and abs(before.end - start) < 1e-6:
            before.end = end
        else:
            named = note.find("instrument")
            instrument = own if named is None else instruments.get(named.get("id", ""), own)
            is_drum = note.get("drum") == "yes" or instrument.is_drum
            before = _Sounding(
                start, end, pitch, int(note.get("velocity")), instrument._replace(is_drum=is_drum),
                DRUM_CHANNEL if is_drum else channel,
            )  # fmt: skip
            found.append(before)
        if "start" in ties:
            tied[pitch] = before
    return [note for note in found if 0 <= note.pitch < 128]


def _score(sounding: list[_Sounding], time: _Time, title: str) -> Score:
    tempos = {0.0: 120.0} | time.tempos
    quarters = sorted(tempos)
    seconds = [0.0]
    for start, end in pairwise(quarters):
        seconds.append(seconds[-1] + (end - start) * 60.0 / tempos[start])

    def at(quarter: float) -> float:
        part = bisect_right(quarters, quarter) - 1
        return seconds[part] + (quarter - quarters[part]) * 60.0 / tempos[quarters[part]]

    notes = [
        Note(at(n.start), at(n.end), n.pitch, n.velocity, n.instrument.program, n.channel,
             n.instrument.is_drum)
        for n in sounding
    ]  # fmt: skip
    notes.sort(key=lambda note: (note.start_seconds, note.channel, note.pitch))
    metres = {0.0: (4, 4)} | time.metres
    return Score(
        notes=tuple(notes),
        tempos=tuple(Tempo(at(quarter), tempos[quarter]) for quarter in quarters),
        metres=tuple(Metre(at(quarter), *metres[quarter]) for quarter in sorted(metres)),
        duration_seconds=max((note.end_seconds for note in notes), default=0.0),
        title=title,
    )
