"""Styles: which metre, tempo, harmony and patterns a word such as waltz stands for."""

from __future__ import annotations

from dataclasses import dataclass

FOUR, THREE, TWO, SIX = (4, 4), (3, 4), (2, 4), (6, 8)


@dataclass(frozen=True)
class Style:
    """What a style leans to; where there are several of a thing, the seed chooses.

    `tempo` is in beats a minute; `swing` is by how much of an eighth an off-beat is late;
    `comping`, `bass` and `drums` name patterns; `players` are programs, the melody first.
    """

    metres: tuple[tuple[int, int], ...] = (FOUR,)
    tempo: tuple[float, float] = (84, 116)
    modes: tuple[str, ...] = ("major", "major", "minor")
    harmony: str = "functional"
    comping: tuple[str, ...] = ("broken", "block", "arpeggio")
    bass: tuple[str, ...] = ("root",)
    drums: str = ""
    players: tuple[tuple[int, ...], ...] = ((0,),)
    kit: int = 0
    swing: float = 0.0
    density: int = 1
    loudness: float = 0.56
    strict: float = 1.0
    bars: int = 16


_CLASSICAL = Style(
    ((4, 4), (3, 4), (2, 4)), (88, 132), comping=("alberti", "block", "broken"),
    players=((40, 40, 41, 42), (0,), (73, 0), (68, 48, 43), (71, 40, 42)),
)  # fmt: skip
_JAZZ = Style(
    tempo=(112, 168), modes=("major", "minor", "dorian"), harmony="jazz", comping=("charleston",),
    bass=("walking",), drums="swing", kit=32, swing=0.33,
    players=((66, 0, 32), (11, 0, 32), (56, 26, 32), (26, 32), (71, 0, 32)),
)  # fmt: skip
_ROCK = Style(
    tempo=(104, 144), modes=("major", "minor", "mixolydian"), harmony="loop",
    comping=("pulse", "strum"), bass=("eighths",), drums="rock", kit=16, loudness=0.72,
    players=((29, 27, 33), (81, 29, 34), (30, 29, 34)),
)  # fmt: skip
_HOUSE = Style(
    tempo=(118, 128), modes=("minor", "dorian"), harmony="loop", comping=("stabs",),
    bass=("offbeat",), drums="house", kit=24, loudness=0.66, strict=0.2,
    players=((81, 90, 38), (80, 89, 38), (84, 88, 39)),
)  # fmt: skip
_AMBIENT = Style(
    tempo=(56, 76), modes=("lydian", "major", "dorian"), harmony="slow", comping=("held",),
    bass=("pedal",), density=0, loudness=0.42,
    players=((89, 11, 92), (94, 0, 89), (88, 46, 91), (95, 98)),
)  # fmt: skip
_FOLK = Style(
    (FOUR, THREE, SIX), (92, 124), ("major", "dorian", "mixolydian"), "loop", ("strum", "broken"),
    players=((73, 24, 32), (110, 25, 32), (78, 25, 105), (22, 25, 32)), loudness=0.5,
)  # fmt: skip
_LATIN = Style(
    tempo=(96, 124), modes=("minor", "major"), harmony="functional", comping=("tresillo",),
    bass=("tresillo",), drums="latin", players=((56, 0, 33), (73, 24, 32), (65, 0, 33)),
    loudness=0.64,
)  # fmt: skip
_HYMN = Style(
    (FOUR, THREE), (72, 92), ("major", "minor"), comping=("voices",), bass=("root",),
    players=((52, 19), (19,), (40, 40, 41, 42), (56, 60, 57, 58)), density=0,
)  # fmt: skip
_CINEMATIC = Style(
    (FOUR, THREE), (72, 108), ("minor", "dorian", "minor"), "loop", ("ostinato", "held"),
    ("held",), "cinematic", ((48, 60, 46, 43), (60, 48, 61, 43), (40, 48, 52, 43)), 48,
    loudness=0.7,
)  # fmt: skip

STYLES: dict[str, Style] = {
    "waltz": Style(
        (THREE,), (96, 152), comping=("oompah",), bass=("root",),
        players=((40, 48, 43), (0,), (21, 0, 43), (71, 48, 43), (73, 46, 42)),
    ),
    "march": Style(
        (FOUR, TWO), (108, 124), ("major", "major", "minor"), comping=("oompah",), drums="march",
        players=((56, 61, 58), (72, 60, 58), (71, 61, 58)), kit=48, loudness=0.72,
    ),
    "ballad": Style(tempo=(58, 78), comping=("broken", "arpeggio"), drums="ballad", density=0,
                    players=((73, 0, 32), (40, 0, 33), (66, 0, 32), (0,)), loudness=0.46),
    "lullaby": Style((THREE, SIX), (58, 76), ("major",), comping=("broken",), density=0,
                     players=((10, 46), (73, 24), (8, 0), (0,)), loudness=0.34),
    "classical": _CLASSICAL,
    "baroque": Style((FOUR, THREE), (84, 112), comping=("broken", "block"), bass=("steps",),
                     players=((40, 6, 42), (68, 6, 70), (6,), (19,), (74, 6, 42)), density=2),
    "romantic era": _CLASSICAL,
    "hymn": _HYMN, "chorale": _HYMN,
    "nocturne": Style((FOUR, SIX), (56, 72), ("minor", "major"), comping=("arpeggio",),
                      players=((0,),), loudness=0.38),
    "minuet": Style((THREE,), (108, 132), comping=("block", "broken"),
                    players=((40, 40, 41, 42), (6,), (73, 6, 42))),
    "jazz": _JAZZ, "swing": _JAZZ,
    "bebop": Style(tempo=(184, 216), modes=_JAZZ.modes, harmony="jazz", comping=("charleston",),
                   bass=("walking",), drums="swing", kit=32, swing=0.28, density=2,
                   players=((65, 0, 32), (56, 0, 32)), loudness=0.66),
    "bossa": Style(tempo=(112, 136), harmony="jazz", comping=("bossa",), bass=("bossa",),
                   drums="bossa", kit=40, players=((73, 24, 32), (11, 24, 32), (66, 24, 32)),
                   loudness=0.44),
    "samba": Style(tempo=(96, 108), harmony="jazz", comping=("bossa",), bass=("bossa",),
                   drums="samba", players=((73, 24, 33), (56, 24, 33)), density=2, loudness=0.66),
    "tango": Style(tempo=(112, 128), modes=("minor", "harmonic minor"), comping=("habanera",),
                   bass=("habanera",), players=((23, 40, 0, 43), (40, 0, 43)), loudness=0.62),
    "latin": _LATIN, "salsa": _LATIN, "reggaeton": _LATIN,
    "blues": Style(tempo=(76, 116), modes=("blues",), harmony="blues", comping=("charleston",),
                   bass=("walking",), drums="swing", swing=0.33, bars=12,
                   players=((27, 0, 33), (22, 25, 32), (65, 16, 33))),
    "rock": _ROCK, "punk": _ROCK, "metal": Style(
        tempo=(132, 176), modes=("phrygian", "minor"), harmony="loop", comping=("pulse",),
        bass=("eighths",), drums="rock", kit=16, players=((30, 30, 34),), density=2, loudness=0.9,
    ),
    "pop": Style(tempo=(92, 124), harmony="loop", comping=("broken", "pulse", "block"),
                 bass=("root", "eighths"), drums="pop",
                 players=((0, 48, 33), (81, 4, 33), (80, 25, 33)), loudness=0.6),
    "country": Style(tempo=(96, 132), modes=("major",), harmony="loop", comping=("oompah",),
                     bass=("root",), drums="train", players=((110, 25, 32), (105, 25, 32))),
    "folk": _FOLK, "celtic": _FOLK, "irish": _FOLK, "medieval": Style(
        (SIX, THREE), (96, 120), ("dorian", "mixolydian"), "loop", ("broken",), ("pedal",),
        "medieval", ((74, 46, 42), (78, 15, 42)),
    ),
    "jig": Style((SIX,), (108, 124), ("major", "dorian"), "loop", ("oompah",), drums="medieval",
                 players=((110, 25, 32), (78, 25, 32)), density=2, loudness=0.62),
    "reel": Style(tempo=(104, 120), modes=("major", "dorian"), harmony="loop", comping=("strum",),
                  players=((110, 25, 32), (73, 25, 32)), density=2, loudness=0.62),
    "polka": Style((TWO,), (112, 132), ("major",), comping=("oompah",), drums="march",
                   players=((21, 71, 58),), density=2, loudness=0.68),
    "funk": Style(tempo=(96, 112), modes=("dorian", "mixolydian"), harmony="loop",
                  comping=("funk",), bass=("funk",), drums="funk", players=((61, 28, 36),
                  (16, 28, 36)), density=2, loudness=0.68, strict=0.5),
    "disco": Style(tempo=(112, 124), modes=("minor", "dorian"), harmony="loop", comping=("stabs",),
                   bass=("octaves",), drums="house", players=((48, 28, 33), (61, 4, 33)),
                   loudness=0.68, strict=0.5),
    "soul": Style(tempo=(72, 96), harmony="jazz", comping=("block", "broken"), bass=("root",),
                  drums="pop", players=((65, 4, 33), (61, 16, 33)), swing=0.1),
    "reggae": Style(tempo=(68, 84), harmony="loop", comping=("offbeat",), bass=("reggae",),
                    drums="reggae", players=((16, 28, 33), (61, 27, 33)), loudness=0.6),
    "ska": Style(tempo=(132, 152), modes=("major",), harmony="loop", comping=("offbeat",),
                 bass=("walking",), drums="rock", players=((56, 27, 33),), loudness=0.7),
    "hip hop": Style(tempo=(80, 96), modes=("minor", "dorian"), harmony="loop",
                     comping=("block", "broken"), bass=("tresillo",), drums="hiphop", kit=25,
                     players=((4, 38), (11, 39)), strict=0.6),
    "lo fi": Style(tempo=(70, 86), modes=("dorian", "major", "minor"), harmony="jazz",
                   comping=("block",), bass=("root",), drums="hiphop", swing=0.18,
                   players=((4, 32), (11, 4, 32), (26, 4, 32)), loudness=0.46),
    "trap": Style(tempo=(132, 148), modes=("minor", "phrygian"), harmony="loop",
                  comping=("held",), bass=("held",), drums="trap", kit=25,
                  players=((98, 89, 39), (10, 91, 39)), strict=0.2),
    "electronic": _HOUSE, "house": _HOUSE, "edm": _HOUSE, "dance": _HOUSE,
    "techno": Style(tempo=(126, 138), modes=("phrygian", "minor"), harmony="slow",
                    comping=("ostinato",), bass=("offbeat",), drums="techno", kit=24,
                    players=((81, 38), (87, 39)), loudness=0.7, strict=0.1),
    "trance": Style(tempo=(132, 140), modes=("minor",), harmony="loop", comping=("rolling",),
                    bass=("offbeat",), drums="house", kit=24, players=((81, 90, 38),),
                    loudness=0.7, strict=0.1, density=2),
    "synthwave": Style(tempo=(84, 116), modes=("minor", "dorian"), harmony="loop",
                       comping=("rolling",), bass=("eighths",), drums="rock", kit=24,
                       players=((81, 90, 38), (80, 88, 38)), strict=0.3),
    "drum and bass": Style(tempo=(168, 176), modes=("minor", "dorian"), harmony="loop",
                           comping=("held",), bass=("tresillo",), drums="breakbeat", kit=24,
                           players=((81, 89, 39),), loudness=0.7, strict=0.3),
    "ambient": _AMBIENT, "drones": _AMBIENT, "new age": _AMBIENT, "space": _AMBIENT,
    "minimalist": Style((FOUR, (6, 4)), (112, 132), ("major", "dorian", "lydian"), "slow",
                        ("ostinato",), ("pedal",), players=((12, 0, 11), (0, 12), (73, 12, 0)),
                        strict=0.5),
    "cinematic": _CINEMATIC, "film": _CINEMATIC, "film score": _CINEMATIC,
    "soundtracks": _CINEMATIC, "trailer": _CINEMATIC, "game": Style(
        tempo=(112, 144), modes=("major", "minor", "mixolydian"), harmony="loop",
        comping=("arpeggio",), bass=("octaves",), drums="pop", kit=24, players=((80, 80, 38),),
        strict=0.1, density=2,
    ),
}  # fmt: skip
ALIASES = {
    "bossa nova": "bossa", "swinging": "swing", "jazzy": "jazz", "bluesy": "blues",
    "funky": "funk", "hiphop": "hip hop", "lofi": "lo fi", "boom bap": "hip hop",
    "dnb": "drum and bass", "movie": "film", "video game": "game", "poppy": "pop",
    "rocky": "rock", "folky": "folk", "waltzing": "waltz", "chamber": "classical",
    "orchestral": "cinematic", "church": "hymn", "background music": "ballad",
    "heavy metal": "metal", "minimalism": "minimalist", "habanera": "tango", "anthem": "hymn",
    "elegy": "ballad", "serenade": "classical", "fanfare": "march", "drone music": "ambient",
    "soundscape": "ambient", "groove": "funk", "edm drop": "edm",
}  # fmt: skip
# What an empty prompt chooses among.
USUAL = (
    *("waltz", "ballad", "classical", "baroque", "nocturne", "jazz", "bossa", "tango", "blues"),
    *("pop", "rock", "folk", "funk", "lo fi", "house", "synthwave", "ambient", "minimalist"),
    *("cinematic", "march", "jig", "reggae"),
)
PLAIN = Style()
