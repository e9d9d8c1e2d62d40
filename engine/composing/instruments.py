"""General MIDI's instruments as a composer knows them: names, ranges, what they are good at."""

from __future__ import annotations

from typing import NamedTuple

NAMES = (
    *("acoustic grand piano", "bright acoustic piano", "electric grand piano"),
    *("honky-tonk piano", "electric piano 1", "electric piano 2", "harpsichord", "clavinet"),
    *("celesta", "glockenspiel", "music box", "vibraphone", "marimba", "xylophone"),
    *("tubular bells", "dulcimer", "drawbar organ", "percussive organ", "rock organ"),
    *("church organ", "reed organ", "accordion", "harmonica", "tango accordion"),
    *("nylon string guitar", "steel string guitar", "jazz guitar", "clean electric guitar"),
    *("muted electric guitar", "overdriven guitar", "distortion guitar", "guitar harmonics"),
    *("acoustic bass", "fingered bass", "picked bass", "fretless bass", "slap bass 1"),
    *("slap bass 2", "synth bass 1", "synth bass 2", "violin", "viola", "cello", "contrabass"),
    *("tremolo strings", "pizzicato strings", "orchestral harp", "timpani"),
    *("string ensemble 1", "string ensemble 2", "synth strings 1", "synth strings 2"),
    *("choir aahs", "voice oohs", "synth voice", "orchestra hit", "trumpet", "trombone", "tuba"),
    *("muted trumpet", "french horn", "brass section", "synth brass 1", "synth brass 2"),
    *("soprano sax", "alto sax", "tenor sax", "baritone sax", "oboe", "english horn"),
    *("bassoon", "clarinet", "piccolo", "flute", "recorder", "pan flute", "blown bottle"),
    *("shakuhachi", "whistle", "ocarina", "square lead", "sawtooth lead", "calliope lead"),
    *("chiff lead", "charang lead", "voice lead", "fifths lead", "bass and lead"),
    *("new age pad", "warm pad", "polysynth pad", "choir pad", "bowed pad", "metallic pad"),
    *("halo pad", "sweep pad", "rain", "soundtrack", "crystal", "atmosphere", "brightness"),
    *("goblins", "echoes", "sci-fi", "sitar", "banjo", "shamisen", "koto", "kalimba"),
    *("bagpipe", "fiddle", "shanai", "tinkle bell", "agogo", "steel drums", "woodblock"),
    *("taiko drum", "melodic tom", "synth drum", "reverse cymbal", "guitar fret noise"),
    *("breath noise", "seashore", "bird tweet", "telephone ring", "helicopter", "applause"),
    "gunshot",
)

# Everyday words; a tuple is an ensemble, one part each.
SYNONYMS: dict[str, tuple[int, ...]] = {
    "piano": (0,), "grand piano": (0,), "acoustic piano": (0,), "bright piano": (1,),
    "honky tonk": (3,), "honky tonk piano": (3,), "electric piano": (4,), "rhodes": (4,),
    "wurlitzer": (4,), "e piano": (4,), "dx piano": (5,), "fm piano": (5,), "clav": (7,),
    "glock": (9,), "vibes": (11,), "chimes": (14,), "bells": (14,), "tubular bell": (14,),
    "santur": (15,), "organ": (16,), "hammond": (16,), "pipe organ": (19,),
    "cathedral organ": (19,), "harmonium": (20,), "musette": (21,), "mouth organ": (22,),
    "bandoneon": (23,), "guitar": (25,), "acoustic guitar": (25,), "classical guitar": (24,),
    "spanish guitar": (24,), "nylon guitar": (24,), "steel guitar": (25,), "folk guitar": (25,),
    "electric guitar": (27,), "clean guitar": (27,), "muted guitar": (28,), "palm mute": (28,),
    "overdrive guitar": (29,), "rock guitar": (29,), "distorted guitar": (30,),
    "metal guitar": (30,), "guitar harmonic": (31,), "bass": (33,), "bass guitar": (33,),
    "electric bass": (33,), "double bass": (32,), "upright bass": (32,), "string bass": (43,),
    "jazz bass": (32,), "pick bass": (34,), "finger bass": (33,), "fretless": (35,),
    "slap bass": (36,), "synth bass": (38,), "acid bass": (38,), "sub bass": (39,),
    "violoncello": (42,), "tremolo": (44,), "pizzicato": (45,), "pizz": (45,), "harp": (46,),
    "kettledrums": (47,), "strings": (48,), "string section": (48,), "string ensemble": (48,),
    "slow strings": (49,), "synth strings": (50,), "choir": (52,), "voices": (52,),
    "chorus": (52,), "aahs": (52,), "voice": (53,), "oohs": (53,), "vocals": (53,),
    "orchestral hit": (55,), "horn": (60,), "horns": (60,), "brass": (61,),
    "synth brass": (62,), "sax": (65,), "saxophone": (65,), "soprano saxophone": (64,),
    "alto saxophone": (65,), "tenor saxophone": (66,), "baritone saxophone": (67,),
    "cor anglais": (69,), "panpipes": (75,), "pan pipes": (75,), "bottle": (76,),
    "tin whistle": (78,), "penny whistle": (78,), "square": (80,), "chiptune": (80,),
    "8 bit": (80,), "saw": (81,), "sawtooth": (81,), "saw lead": (81,), "lead": (81,),
    "synth lead": (81,), "synth": (81,), "synthesizer": (81,), "calliope": (82,),
    "chiff": (83,), "charang": (84,), "solo vox": (85,), "pad": (89,), "synth pad": (89,),
    "polysynth": (90,), "halo": (94,), "sweep": (95,), "ice rain": (96,), "drone": (95,),
    "goblin": (101,), "echo drops": (102,), "star theme": (103,), "thumb piano": (108,),
    "mbira": (108,), "bagpipes": (109,), "shehnai": (111,), "steel drum": (114,),
    "steelpan": (114,), "steel pan": (114,), "wood block": (115,), "taiko": (116,),
    "toms": (117,), "waves": (122,), "sea": (122,), "birds": (123,), "telephone": (124,),
    "string quartet": (40, 40, 41, 42), "string trio": (40, 41, 42),
    "string quintet": (40, 40, 41, 42, 43), "piano trio": (0, 40, 42),
    "wind quintet": (73, 68, 71, 60, 70), "woodwinds": (73, 68, 71, 70),
    "winds": (73, 68, 71, 70), "brass quintet": (56, 56, 60, 57, 58),
    "saxophone quartet": (64, 65, 66, 67), "sax quartet": (64, 65, 66, 67),
    "orchestra": (48, 73, 60, 56, 46, 43), "mallets": (12, 11), "keyboards": (4,),
    "rock band": (29, 27, 33), "jazz trio": (0, 32), "jazz quartet": (66, 0, 32),
    "big band": (56, 66, 61, 0, 32), "guitars": (25, 27), "synths": (81, 89, 38),
    "woodwind": (71,), "reeds": (71,), "world": (107, 75), "mallet": (12,),
}  # fmt: skip
WITH_DRUMS = frozenset(("rock band", "jazz trio", "jazz quartet", "big band"))

KITS: dict[str, int] = {
    "drums": 0, "drum": 0, "drum kit": 0, "drum set": 0, "drumset": 0, "percussion": 0,
    "standard kit": 0, "acoustic drums": 0, "beats": 0, "room kit": 8, "room drums": 8,
    "power kit": 16, "power drums": 16, "rock drums": 16, "electronic kit": 24,
    "electronic drums": 24, "electric drums": 24, "808": 25, "tr 808": 25, "808 kit": 25,
    "808 drums": 25, "drum machine": 25, "jazz kit": 32, "jazz drums": 32, "brush kit": 40,
    "brushes": 40, "brush drums": 40, "orchestra kit": 48, "orchestral percussion": 48,
}  # fmt: skip


class Span(NamedTuple):
    """The lowest and highest MIDI pitch of an instrument."""

    low: int
    high: int


# (first program, last program, lowest pitch, highest pitch)
_SPANS = (
    (0, 5, 28, 100), (6, 6, 29, 89), (7, 7, 28, 88), (8, 8, 60, 105), (9, 9, 72, 105),
    (10, 10, 60, 96), (11, 11, 53, 89), (12, 12, 45, 96), (13, 13, 65, 103), (14, 14, 60, 77),
    (15, 15, 48, 84), (16, 20, 36, 96), (21, 21, 53, 89), (22, 22, 60, 84), (23, 23, 48, 89),
    (24, 30, 40, 84), (31, 31, 52, 88), (32, 37, 28, 55), (38, 39, 28, 60), (40, 40, 55, 96),
    (41, 41, 48, 84), (42, 42, 36, 72), (43, 43, 28, 55), (44, 45, 36, 88), (46, 46, 31, 96),
    (47, 47, 36, 57), (48, 51, 36, 88), (52, 53, 48, 79), (54, 54, 48, 84), (55, 55, 48, 72),
    (56, 56, 54, 82), (57, 57, 40, 70), (58, 58, 29, 55), (59, 59, 54, 82), (60, 60, 41, 77),
    (61, 61, 41, 82), (62, 63, 36, 84), (64, 64, 56, 87), (65, 65, 49, 80), (66, 66, 44, 75),
    (67, 67, 37, 68), (68, 68, 58, 89), (69, 69, 52, 81), (70, 70, 34, 70), (71, 71, 50, 89),
    (72, 72, 74, 105), (73, 73, 60, 93), (74, 74, 60, 86), (75, 75, 60, 93), (76, 76, 60, 84),
    (77, 77, 55, 84), (78, 78, 60, 96), (79, 79, 60, 84), (80, 86, 48, 96), (87, 87, 28, 84),
    (88, 103, 36, 90), (104, 104, 48, 77), (105, 105, 48, 84), (106, 106, 50, 79),
    (107, 107, 55, 84), (108, 108, 48, 79), (109, 109, 58, 77), (110, 110, 55, 96),
    (111, 111, 60, 81), (112, 112, 72, 103), (113, 113, 60, 72), (114, 114, 52, 84),
    (115, 115, 60, 77), (116, 118, 40, 64), (119, 127, 48, 72),
)  # fmt: skip
SPANS = tuple(Span(low, high) for first, last, low, high in _SPANS for _ in range(first, last + 1))

BASSES = frozenset((*range(32, 40), 43, 58))
# What can stand in for a bass where there is none, the best first.
LOW = (42, 70, 57, 67, 87, 66, 47)
CHORDAL = frozenset(
    program
    for first, last in (
        *((0, 8), (10, 21), (23, 28), (31, 31), (44, 46), (48, 54), (61, 63)),
        *((88, 104), (106, 108)),
    )
    for program in range(first, last + 1)
)
# They die away at once or carry on for ever: what is held is struck again, or swells.
SUSTAINING = frozenset((*range(16, 24), *range(40, 45), *range(48, 55), *range(56, 104), 109, 110))
PADS = frozenset((44, *range(48, 55), *range(88, 104)))
PULSES = frozenset((47, 113, 115, 116, 117, 118))
EFFECTS = frozenset((55, *range(119, 128)))


def words_of() -> dict[str, tuple[int, ...]]:
    """Return every name of instruments in lower case without punctuation, and its programs."""
    named = {plain(name): (program,) for program, name in enumerate(NAMES)}
    plurals = {f"{name}s": programs for name, programs in named.items() if name[-1].isalpha()}
    return plurals | named | SYNONYMS


def plain(text: str) -> str:
    """Return a name as it is read: lower case, hyphens as spaces."""
    return text.lower().replace("-", " ")
