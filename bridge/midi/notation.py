"""Scores of any kind: MIDI, MusicXML and ABC, told apart by their content."""

from __future__ import annotations

import re
from pathlib import PurePath

from bridge.midi.file import ScoreFile, read_score

SUFFIXES = (".mid", ".midi", ".kar", ".rmi", ".musicxml", ".mxl", ".xml", ".abc")
XML_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<|\0<)")


def read_any(path_name: str, data: bytes) -> ScoreFile:
    """Read a score of any known kind; the name decides only where the content does not.

    MusicXML and ABC need note-seq, whose import takes a second or two.
    Raises: BadScore, TooLarge.
    """
    if data.startswith(b"PK\x03\x04") or XML_START.match(data[:64]):
        from bridge.midi.musicxml import read_musicxml

        return read_musicxml(data)
    from bridge.midi.abc_tune import is_abc, read_abc

    is_named_abc = PurePath(path_name).suffix.lower() == ".abc"
    if data and b"MThd" not in data[:4_096] and (is_named_abc or is_abc(data)):
        return read_abc(data)
    return read_score(data)
