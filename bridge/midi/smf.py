"""The bytes of a Standard MIDI File: lenient, bounded, and no meaning yet.

Reads what other players read. Where the file breaks its own format, the reader guesses the
way they do, says so in a warning with the byte offset, and finds the next event that reads
cleanly. Source of the format: "Standard MIDI Files 1.0", MIDI Manufacturers Association.
"""

from __future__ import annotations

from dataclasses import dataclass

from bridge.midi.smf_track import PORT, Budget, Track, TrackReader, Warnings
from engine.wire import BadScore, TooLarge

MAX_FILE_BYTES = 32 << 20
MAX_TRACKS = 1_024
MAX_PORTS = 16
LEADING_BYTES = 4_096  # how much foreign matter (a MacBinary header) may stand before "MThd"

FOREIGN = (
    (b"PK\x03\x04", "a zip archive"),
    (b"fLaC", "a FLAC audio file"),
    (b"OggS", "an Ogg audio file"),
    (b"ID3", "an MP3 audio file"),
    (b"FORM", "an AIFF audio file"),
    (b"\xff\xfb", "an MP3 audio file"),
    (b"\x1f\x8b", "a gzip archive (unpack it, or export MIDI from the program that wrote it)"),
    (b"FLhd", "an FL Studio project (export MIDI from it)"),
    (b"SMF2CLIP", "a MIDI 2.0 clip (export it as MIDI 1.0)"),
    (b"\x89PNG", "a picture"),
    (b"%PDF", "a PDF document"),
    (b"XMF_", "an XMF file"),
)


@dataclass(frozen=True)
class MidiFile:
    """A file's header and tracks; `seconds_per_tick` is set for SMPTE time only."""

    kind: int
    ticks_per_quarter: int
    seconds_per_tick: float | None
    tracks: list[Track]


def read(data: bytes, warnings: Warnings) -> MidiFile:
    """Read the header and every track of a file.

    Raises: BadScore (no MIDI file, no track), TooLarge.
    """
    header = find_header(data)
    if len(data) > MAX_FILE_BYTES:
        raise TooLarge(
            f"a MIDI file of {len(data):,} bytes came; at most {MAX_FILE_BYTES:,} are read: "
            "split it"
        )
    if header > 0 and data[:4] != b"RIFF":
        warnings.add(f"{header} bytes before the MIDI header were skipped")
    kind, count, division = _header(data, header, warnings)
    size = int.from_bytes(data[header + 4 : header + 8], "big")
    first = header + 8 + (size if 6 <= size <= len(data) - header - 8 else 6)
    tracks = _Chunks(data, warnings).read(first, count)
    if kind == 2 and len(tracks) > 1:
        warnings.add(f"the {len(tracks)} patterns of a type 2 file are played all at once")
    _number_ports(tracks, warnings)
    ticks, seconds = _division(division, warnings)
    return MidiFile(kind, ticks, seconds, tracks)


def find_header(data: bytes) -> int:
    """Return the offset of "MThd", looking into RIFF (.rmi) files and past foreign headers.

    Raises: BadScore, naming what the bytes are instead.
    """
    if not data:
        raise BadScore("an empty file came; a MIDI file starts with 'MThd'")
    is_riff_midi = data[:4] == b"RIFF" and data[8:12] == b"RMID"
    offset = data.find(b"MThd", 0, len(data) if is_riff_midi else LEADING_BYTES)
    is_header = data[offset + 4 : offset + 7] == b"\0\0\0"
    if offset == 0 or (offset > 0 and (is_riff_midi or is_header)):
        return offset
    raise BadScore(
        f"{_what(data)} came, which is no MIDI file: it should start with 'MThd' at byte 0, "
        f"not {data[:4]!r}"
    )


def _number_ports(tracks: list[Track], warnings: Warnings) -> None:
    """Number the MIDI ports that tracks name; who names none plays on the first."""
    named = [[what for _, kind, what in track.metas if kind == PORT][:1] for track in tracks]
    ports = sorted({name[0] for name in named if name})
    if len(ports) > MAX_PORTS:
        warnings.add(f"the channels of {len(ports) - MAX_PORTS} MIDI ports were put together")
    for track, name in zip(tracks, named, strict=True):
        track.port = min(ports.index(name[0]), MAX_PORTS - 1) if name else 0


def _what(data: bytes) -> str:
    if data[:4] == b"RIFF":
        kinds = {b"WAVE": "a WAV audio file", b"NUND": "a Cubase project (export MIDI from it)"}
        return kinds.get(data[8:12], "a RIFF file without MIDI")
    for start, name in FOREIGN:
        if data.startswith(start):
            return name
    if b"GUITAR PRO" in data[:32]:
        return "a Guitar Pro score (export MIDI or MusicXML from it)"
    is_text = all(byte >= 32 or byte in b"\t\r\n\f" for byte in data[:256])
    return "a text file" if is_text else "a file of an unknown kind"


def _header(data: bytes, offset: int, warnings: Warnings) -> tuple[int, int, int]:
    fields = data[offset + 8 : offset + 14]
    if len(fields) < 6:
        raise BadScore(
            f"the MIDI header ends after {len(data) - offset} bytes, at byte {len(data)}; "
            "14 were expected: the file is cut off"
        )
    kind, count, division = (int.from_bytes(fields[i : i + 2], "big") for i in (0, 2, 4))
    if kind > 2:
        warnings.add(f"the header asks for type {kind}; read as type 1")
        kind = 1
    return kind, count, division


def _division(division: int, warnings: Warnings) -> tuple[int, float | None]:
    """Return ticks per quarter note and, for SMPTE time, seconds per tick."""
    if division & 0x8000:
        rate, ticks = 256 - (division >> 8), division & 0xFF
        frames_per_second = 30_000 / 1_001 if rate == 29 else float(rate)
        if rate not in (24, 25, 29, 30):
            warnings.add(f"the header asks for {rate} SMPTE frames a second, which is unusual")
        return 480, 1.0 / (frames_per_second * max(ticks, 1))
    if division == 0:
        warnings.add("the header asks for 0 ticks a quarter note; read as 480")
    return division or 480, None


class _Chunks:
    """Walks a file's chunks and reads the tracks among them."""

    def __init__(self, data: bytes, warnings: Warnings) -> None:
        self._data = data
        self._warnings = warnings

    def read(self, position: int, count: int) -> list[Track]:
        """Return the tracks; as many as the header says, if it says something possible."""
        budget = Budget()
        tracks: list[Track] = []
        while len(tracks) < (count if 0 < count < 0x8000 else MAX_TRACKS + 1):
            chunk = self._next_track(position)
            if chunk is None:
                break
            if len(tracks) == MAX_TRACKS:
                raise TooLarge(f"a file of more than {MAX_TRACKS} tracks came, see byte {chunk}")
            reader = TrackReader(self._data, chunk, budget, self._warnings)
            tracks.append(reader.read())
            position = reader.position
        self._compare(len(tracks), count, position)
        return tracks

    def _compare(self, found: int, count: int, position: int) -> None:
        if found == 0:
            raise BadScore(f"no track came after the header, at byte {position}: is it cut off?")
        if found != count:
            self._warnings.add(f"the header says {count} tracks, but there are {found}")
        elif self._data.find(b"MTrk", position) >= 0:
            self._warnings.add(f"what follows the header's {count} tracks was not read")

    def _next_track(self, position: int) -> int | None:
        """Return where the next track chunk starts, skipping every other chunk."""
        data = self._data
        for _ in range(MAX_TRACKS):
            if position >= len(data) or data.startswith(b"MTrk", position):
                break
            name = data[position : position + 4]
            end = position + 8 + int.from_bytes(data[position + 4 : position + 8], "big")
            if not (len(name) == 4 and name.isalnum() and end <= len(data)):
                end = data.find(b"MTrk", position)
            self._warnings.add("what is no MIDI track was skipped", position)
            position = end if end >= 0 else len(data)
        is_whole = position + 8 <= len(data) and data.startswith(b"MTrk", position)
        return position if is_whole else None
