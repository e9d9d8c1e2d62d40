"""MusicXML and ABC become scores; hostile archives and documents are refused unread."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bridge.midi.abc_tune import read_abc
from bridge.midi.musicxml import CONTAINER, MAX_XML_BYTES, read_musicxml
from bridge.midi.notation import read_any
from engine.wire import BadScore, Metre, Score, Tempo, TooLarge

DOCTYPE = (
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 3.1 Partwise//EN" '
    '"http://www.musicxml.org/dtds/partwise.dtd">'
)


def note(step: str, duration: int, extra: str = "", octave: int = 4) -> str:
    pitch = f"<pitch><step>{step}</step><octave>{octave}</octave></pitch>"
    return f"<note>{pitch}<duration>{duration}</duration><voice>1</voice>{extra}</note>"


TIME = "<time><beats>3</beats><beat-type>4</beat-type></time>"
START = f"<attributes><divisions>2</divisions>{TIME}<key><fifths>0</fifths></key></attributes>"
PART_LIST = """
<part-list>
  <score-part id="P1"><part-name>Violin</part-name>
    <score-instrument id="P1-I1"><instrument-name>Violin</instrument-name></score-instrument>
    <midi-instrument id="P1-I1"><midi-channel>1</midi-channel><midi-program>41</midi-program>
    </midi-instrument></score-part>
  <score-part id="P2"><part-name>Drums</part-name>
    <midi-instrument id="P2-I39"><midi-channel>10</midi-channel><midi-program>1</midi-program>
      <midi-unpitched>39</midi-unpitched></midi-instrument></score-part>
</part-list>"""


def document(first: str, second: str = "", head: str = "") -> bytes:
    parts = f'<part id="P1">{first}</part>' + (f'<part id="P2">{second}</part>' if second else "")
    body = f"<score-partwise>{head}{PART_LIST}{parts}</score-partwise>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{DOCTYPE}{body}'.encode()


def measure(*content: str) -> str:
    return f'<measure number="1">{"".join(content)}</measure>'


def archive(score: bytes, path: str = "score.xml", empty_files: int = 0) -> bytes:
    root = f'<container><rootfiles><rootfile full-path="{path}"/></rootfiles></container>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(CONTAINER, root)
        packed.writestr("score.xml", score)
        for number in range(empty_files):
            packed.writestr(str(number), b"")
    return stream.getvalue()


def played(score: Score) -> list[tuple[float, float, int]]:
    return [(round(n.start_seconds, 6), round(n.end_seconds, 6), n.pitch) for n in score.notes]


SIMPLE = document(
    measure(START, note("C", 2), note("E", 4)), head="<work><work-title>Air</work-title></work>"
)


def test_notes_title_metre_and_program() -> None:
    score = read_musicxml(SIMPLE).score
    assert played(score) == [(0.0, 0.5, 60), (0.5, 1.5, 64)]
    assert score.title == "Air"
    assert score.metres == (Metre(0.0, 3, 4),)
    assert score.tempos == (Tempo(0.0, 120.0),)
    assert score.duration_seconds == 1.5
    assert {n.program for n in score.notes} == {40}


def test_each_of_many_parts_has_a_channel_of_its_own() -> None:
    names = [f"P{number}" for number in range(1, 21)]
    listed = "".join(f'<score-part id="{n}"><part-name>{n}</part-name></score-part>' for n in names)
    bar = measure(START, note("C", 2))
    parts = "".join(f'<part id="{name}">{bar}</part>' for name in names)
    body = f"<score-partwise><part-list>{listed}</part-list>{parts}</score-partwise>"
    channels = {one.channel for one in read_musicxml(body.encode()).score.notes}
    assert len(channels) == 20
    assert not {9, 25} & channels


def test_an_archive_reads_the_same() -> None:
    assert read_musicxml(archive(SIMPLE)) == read_musicxml(SIMPLE)


def test_utf_16_reads_the_same() -> None:
    text = SIMPLE.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert read_any("score.xml", text) == read_musicxml(SIMPLE)


def test_tempo_changes_move_every_part() -> None:
    slow = '<direction><sound tempo="60"/></direction>'
    first = measure(START, note("C", 2), slow, note("D", 2), note("E", 2))
    drum = '<instrument id="P2-I39"/>'
    hit = f"<note><unpitched/><duration>2</duration>{drum}</note>"
    score = read_musicxml(document(first, measure(START, hit * 3))).score
    assert score.tempos == (Tempo(0.0, 120.0), Tempo(0.5, 60.0))
    starts = {
        kind: [n.start_seconds for n in score.notes if n.is_drum == kind] for kind in (False, True)
    }
    assert starts == {False: [0.0, 0.5, 1.5], True: [0.0, 0.5, 1.5]}
    assert {n.pitch for n in score.notes if n.is_drum} == {38}
    assert {n.channel for n in score.notes if n.is_drum} == {9}


def test_ties_join() -> None:
    score = read_musicxml(
        document(
            measure(START, note("C", 4, '<tie type="start"/>'), note("C", 2, '<tie type="stop"/>'))
        )
    ).score
    assert played(score) == [(0.0, 1.5, 60)]


def test_chords_voices_and_dynamics() -> None:
    loud = "<direction><direction-type><dynamics><ff/></dynamics></direction-type></direction>"
    chord = note("C", 2) + note("E", 2).replace("<note>", "<note><chord/>")
    back = "<backup><duration>2</duration></backup>"
    score = read_musicxml(document(measure(START, loud, chord, back, note("G", 4)))).score
    assert played(score) == [(0.0, 0.5, 60), (0.0, 0.5, 64), (0.0, 1.0, 67)]
    assert {n.velocity for n in score.notes} == {107}


def test_what_is_left_out_is_said() -> None:
    grace = note("D", 1).replace("<duration>1</duration>", "<grace/>")
    repeat = '<barline><repeat direction="backward"/></barline>'
    unknown = "<note><unpitched/><duration>2</duration></note>"
    result = read_musicxml(document(measure(START, grace, note("C", 2), unknown, repeat)))
    assert played(result.score) == [(0.0, 0.5, 60)]
    assert len(result.warnings) == 3


ENTITIES = '<!DOCTYPE score-partwise [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HOSTILE = {
    "entities": SIMPLE.decode().replace(DOCTYPE, ENTITIES).replace("Air", "&b;").encode(),
    "a file as entity": SIMPLE.decode().replace(DOCTYPE, EXTERNAL).replace("Air", "&a;").encode(),
    "hidden entities": SIMPLE.decode()
    .replace(DOCTYPE, ENTITIES)
    .replace("UTF-8", "UTF-16")
    .encode("utf-16"),
    "no XML": b"<score-partwise><part>",
    "other XML": b"<html><body/></html>",
    "an unknown encoding": b'<?xml version="1.0" encoding="x-none"?><score-partwise/>',
    "a missing pitch": document(measure(START, "<note><pitch/><duration>2</duration></note>")),
    "no division": document(
        measure("<attributes><divisions>0</divisions></attributes>", note("C", 1))
    ),
    "a chord alone": document(measure(START, note("C", 2).replace("<note>", "<note><chord/>"))),
    "a plain zip": b"PK\x03\x04" + b"\0" * 60,
    "no such file": archive(SIMPLE, path="other.xml"),
    "many files": archive(SIMPLE, empty_files=300),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_score_is_refused(data: bytes) -> None:
    with pytest.raises(BadScore):
        read_any("score.musicxml", data)


TOO_LARGE = {
    "an archive bomb": archive(b" " * (MAX_XML_BYTES + 1)),
    "deep": b"<a>" * 100 + b"</a>" * 100,
    "long": document(measure(START, note("C", 90_000))),
    "many notes": b"<score-partwise>" + b"<note/>" * 200_001 + b"</score-partwise>",
}


@pytest.mark.parametrize("data", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(TooLarge):
        read_any("score.mxl", data)


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archive(b" " * 5_000_000))
    directory = data.index(b"PK\x01\x02", data.index(b"score.xml"))
    data[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    with pytest.raises(BadScore):
        read_musicxml(bytes(data))


TUNE = b"X:1\nT:Reel\nM:3/4\nL:1/4\nQ:1/4=60\nK:G\nGBd|"


def tune(music: str, head: str = "M:4/4\nL:1/4\nQ:1/4=60\nK:C") -> list[tuple[float, float, int]]:
    return played(read_abc(f"X:1\nT:Test\n{head}\n{music}\n".encode()).score)


def test_an_abc_tune() -> None:
    score = read_abc(TUNE).score
    assert played(score) == [(0.0, 1.0, 67), (1.0, 2.0, 71), (2.0, 3.0, 74)]
    assert score.title == "Reel"
    assert score.metres == (Metre(0.0, 3, 4),)
    assert score.tempos == (Tempo(0.0, 60.0),)


MUSIC = {
    "rests": ("C z E2", [(0, 1, 60), (2, 4, 64)]),
    "a rest keeps the bar's accidentals": ("^C z C", [(0, 1, 61), (2, 3, 61)]),
    "a triplet": (
        "(3CDE F",
        [(0, 0.666667, 60), (0.666667, 1.333333, 62), (1.333333, 2, 64), (2, 3, 65)],
    ),
    "a triplet of lengths": (
        "(3C2D/E/",
        [(0, 1.333333, 60), (1.333333, 1.666667, 62), (1.666667, 2, 64)],
    ),
    "a tuplet in full": (
        "(3:2:2CD E",
        [(0, 0.666667, 60), (0.666667, 1.333333, 62), (1.333333, 2.333333, 64)],
    ),
    "a chord": ("[CE]2 G", [(0, 2, 64), (2, 3, 67)]),
    "ornaments": ("{AB}!trill!C ~D", [(0, 1, 60), (1, 2, 62)]),
    "repeats": ("|:CD:|", [(0, 1, 60), (1, 2, 62), (2, 3, 60), (3, 4, 62)]),
    "broken rhythm": ("C>D", [(0, 1.5, 60), (1.5, 2, 62)]),
    "chord symbols": ('"Am"A "z"C', [(0, 1, 69), (1, 2, 60)]),
    "a comment": ("C % zzz", [(0, 1, 60)]),
    "a new key": ("[K:D]F", [(0, 1, 66)]),
}


@pytest.mark.parametrize(("music", "expected"), MUSIC.values(), ids=MUSIC)
def test_abc_music(music: str, expected: list[tuple[float, float, int]]) -> None:
    assert tune(music) == expected


def test_the_first_tune_of_a_book() -> None:
    result = read_abc(b"% a book\n\n" + TUNE + b"\n\nX:2\nK:C\nC\n")
    assert len(result.score.notes) == 3
    assert "2 tunes" in result.warnings[0]


@pytest.mark.parametrize("music", ["|:" + ":" * 50 + "C" + ":" * 51 + "|", "|1 C :|2 D |]", "&&&"])
def test_abc_that_is_refused(music: str) -> None:
    with pytest.raises((BadScore, TooLarge)):
        tune(music)


COSTLY = [
    "[" + "a1111111111" * 4_000,
    "{" * 60_000,
    "(3" * 30_000,
    "|" * 30_000 + " " * 30_000,
    '"' * 60_001,
]


@pytest.mark.parametrize("music", COSTLY, ids=lambda music: music[:4])
def test_costly_abc_ends(music: str) -> None:
    with pytest.raises((BadScore, TooLarge)):
        tune(music + " ?")


def test_the_content_decides() -> None:
    assert read_any("tune.txt", TUNE) == read_abc(TUNE)
    assert read_any("score.mid", SIMPLE) == read_musicxml(SIMPLE)
    assert read_any("tune.abc", b"X:1\nK:C\nC\n").score.notes
    midi = (Path(__file__).parent / "corpus" / "test-vlq-3-byte.mid").read_bytes()
    assert len(read_any("song.xml", midi).score.notes) == 8
    with pytest.raises(BadScore, match="text file"):
        read_any("notes.txt", b"just some words\n")
    with pytest.raises(BadScore, match="empty"):
        read_any("nothing.abc", b"")


def test_note_seq_is_imported_only_when_needed() -> None:
    code = "import sys, bridge.midi.notation, bridge.midi.musicxml, bridge.midi.abc_tune\n"
    code += "sys.exit('note_seq' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def mutated(data: bytes, seed: int) -> bytes:
    draw, changed = random.Random(seed), bytearray(data)
    for _ in range(draw.randrange(1, 5)):
        at = draw.randrange(len(changed))
        piece = draw.choice(
            (b"", b"0", b"-1", b"nan", b"9" * 400, b"<", b">", b"/", b"[", b"(3", b"\xff")
        )
        changed[at : at + draw.randrange(4)] = piece
    return bytes(changed)


RICH_ABC = (
    b"X:1\nT:R\nM:6/8\nL:1/8\nQ:3/8=100\nK:Dmix\n|:(3ABc d>e [FA]2 z|{a}^g/2_B,3/2:|\n[M:3/4]c'2\n"
)


def check_mutated(seeds: range) -> None:
    for seed in seeds:
        for data in (RICH_ABC, SIMPLE, archive(SIMPLE)):
            try:
                score = read_any("score", mutated(data, seed)).score
            except (BadScore, TooLarge):
                continue
            assert all(n.start_seconds < n.end_seconds for n in score.notes)


def test_mutated_notation_is_read_or_refused() -> None:
    check_mutated(range(150))


@pytest.mark.long
def test_much_mutated_notation_is_read_or_refused() -> None:
    check_mutated(range(150, 20_000))
