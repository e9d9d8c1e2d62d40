"""The words of music that the composer knows, and what each of them means."""

from __future__ import annotations

from typing import NamedTuple

LETTERS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
ACCIDENTALS = {"sharp": 1, "flat": -1, "#": 1, "b": -1, "♯": 1, "♭": -1}

MODES = {
    "major": "major", "maj": "major", "ionian": "major", "minor": "minor", "min": "minor",
    "aeolian": "minor", "natural minor": "minor", "harmonic minor": "harmonic minor",
    "dorian": "dorian", "phrygian": "phrygian", "lydian": "lydian", "mixolydian": "mixolydian",
    "pentatonic": "pentatonic", "major pentatonic": "pentatonic",
    "minor pentatonic": "minor pentatonic", "blues scale": "blues",
    "minor blues scale": "blues",
}  # fmt: skip

# Beats a minute, from and to.
TEMPOS: dict[str, tuple[float, float]] = {
    "grave": (36, 44), "largo": (44, 56), "lento": (50, 60), "larghetto": (58, 66),
    "adagio": (60, 72), "very slow": (40, 56), "slow": (58, 76), "slowly": (58, 76),
    "andante": (76, 96), "walking pace": (80, 100), "moderato": (100, 112),
    "moderate": (96, 112), "medium tempo": (96, 112), "mid tempo": (96, 112),
    "midtempo": (96, 112), "allegretto": (108, 120), "allegro": (120, 148),
    "fast": (132, 160), "quick": (132, 160), "up tempo": (132, 160), "uptempo": (132, 160),
    "vivace": (150, 172), "very fast": (164, 190), "presto": (168, 196),
    "prestissimo": (196, 216),
}  # fmt: skip

METRES: dict[str, tuple[int, int]] = {
    "common time": (4, 4), "four four": (4, 4), "cut time": (2, 2), "alla breve": (2, 2),
    "triple time": (3, 4), "triple metre": (3, 4), "triple meter": (3, 4),
    "duple time": (2, 4), "compound time": (6, 8),
}  # fmt: skip
NUMERATORS = range(2, 16)
DENOMINATORS = (2, 4, 8)

# How many notes: 0 few, 1 as usual, 2 many.
DENSITIES = {
    "sparse": 0, "sparsely": 0, "minimal": 0, "thin": 0, "simple": 0, "spacious": 0,
    "empty": 0, "few notes": 0, "open": 0, "medium density": 1, "busy": 2, "dense": 2,
    "busier": 2, "rich": 2, "full": 2, "complex": 2, "many notes": 2, "ornate": 2,
    "virtuosic": 2, "flowing": 2, "sparser": 0, "simpler": 0, "less busy": 0, "less dense": 0,
    "fewer notes": 0,
}  # fmt: skip

# How loud, 0 to 1.
DYNAMICS = {
    "ppp": 0.12, "pianissimo": 0.22, "pp": 0.22, "very soft": 0.22, "very quiet": 0.22,
    "whispered": 0.2, "soft": 0.35, "softly": 0.35, "quiet": 0.35, "quietly": 0.35, "p": 0.35,
    "mp": 0.46, "mezzo piano": 0.46, "mf": 0.58, "mezzo forte": 0.58, "f": 0.72,
    "forte": 0.72, "loud": 0.74, "loudly": 0.74, "strong": 0.7, "powerful": 0.8,
    "ff": 0.86, "fortissimo": 0.86, "very loud": 0.88, "fff": 0.97,
    "quieter": 0.35, "softer": 0.35, "louder": 0.78, "less loud": 0.35, "less soft": 0.58,
}  # fmt: skip


class Mood(NamedTuple):
    """What a mood leans to; `tempo` multiplies, `register` is in semitones, None is no matter."""

    modes: tuple[str, ...] = ()
    tempo: float = 1.0
    loudness: float | None = None
    density: int | None = None
    register: int = 0
    detached: float = 1.0


_SAD = Mood(("minor",), 0.8, 0.42, 0, -2)
_DARK = Mood(("minor", "phrygian", "harmonic minor"), 0.88, 0.5, None, -5)
_HAPPY = Mood(("major",), 1.12, 0.62, None, 2, 0.85)
_CALM = Mood(("major", "lydian"), 0.78, 0.36, 0, 0)
_TENSE = Mood(("phrygian", "harmonic minor", "minor"), 1.05, 0.62, None, -2)
_EPIC = Mood(("minor", "dorian"), 0.95, 0.82, 1, 0)
_DREAMY = Mood(("lydian", "major"), 0.8, 0.4, 0, 3)
_LIVELY = Mood((), 1.2, 0.72, 2, 1, 0.85)

MOODS: dict[str, Mood] = {
    "sad": _SAD, "sadly": _SAD, "melancholic": _SAD, "melancholy": _SAD, "mournful": _SAD,
    "tragic": _SAD, "lonely": _SAD, "nostalgic": Mood(("minor", "major"), 0.88, 0.45),
    "wistful": Mood(("minor", "dorian"), 0.9, 0.42), "bittersweet": Mood(("minor", "major"), 0.9),
    "happy": _HAPPY, "joyful": _HAPPY, "cheerful": _HAPPY, "bright": _HAPPY, "sunny": _HAPPY,
    "merry": _HAPPY, "uplifting": _HAPPY, "hopeful": Mood(("major",), 1.0, 0.55, None, 2),
    "playful": Mood(("major", "mixolydian"), 1.1, 0.52, 1, 3, 0.6),
    "funny": Mood(("major", "mixolydian"), 1.1, 0.52, 1, 3, 0.6),
    "dark": _DARK, "gloomy": _DARK, "scary": _DARK, "spooky": _DARK, "sinister": _DARK,
    "mysterious": Mood(("phrygian", "harmonic minor", "dorian"), 0.88, 0.42, 0, -2),
    "calm": _CALM, "peaceful": _CALM, "relaxed": _CALM, "relaxing": _CALM, "gentle": _CALM,
    "tender": _CALM, "serene": _CALM, "meditative": _CALM, "warm": Mood(("major",), 0.9, 0.48),
    "chill": Mood(("dorian", "major"), 0.85, 0.45, 0), "sleepy": _CALM, "intimate": _CALM,
    "tense": _TENSE, "nervous": _TENSE, "anxious": _TENSE, "dramatic": _EPIC._replace(density=2),
    "epic": _EPIC, "heroic": Mood(("major", "mixolydian"), 1.05, 0.84, 1), "grand": _EPIC,
    "majestic": Mood(("major",), 0.86, 0.8), "triumphant": Mood(("major",), 1.05, 0.85),
    "solemn": Mood(("minor", "major"), 0.8, 0.5, 0, -3), "serious": Mood(("minor",), 0.92, 0.52),
    "dreamy": _DREAMY, "ethereal": _DREAMY, "floating": _DREAMY, "magical": _DREAMY,
    "romantic": Mood(("major", "minor"), 0.86, 0.52), "passionate": Mood(("minor",), 1.05, 0.74),
    "angry": Mood(("phrygian", "minor"), 1.2, 0.9, 2, -3, 0.8),
    "aggressive": Mood(("phrygian", "minor"), 1.2, 0.9, 2, -3, 0.8),
    "energetic": _LIVELY, "lively": _LIVELY, "exciting": _LIVELY, "driving": _LIVELY,
    "bouncy": _LIVELY._replace(density=1, detached=0.6), "groovy": Mood((), 1.0, 0.65, 1),
    "mellow": Mood(("major", "dorian"), 0.88, 0.42, 1),
    "lyrical": Mood((), 0.94, 0.5, 1), "legato": Mood(detached=1.08),
    "staccato": Mood(detached=0.5), "high": Mood(register=7), "low": Mood(register=-7),
    "deep": Mood(register=-7),
}  # fmt: skip

HARMLESS = frozenset((
    "a", "about", "accompanied", "accompaniment", "again", "an", "and", "approximately", "around",
    "as", "at", "background", "backing", "band", "be", "beat", "beautiful", "bit", "but", "by",
    "compose", "continue", "create", "duo", "ensemble", "feat", "featuring", "feel", "feeling",
    "for", "from", "generate", "give", "go", "going", "good", "great", "group", "i", "in",
    "instrument", "instrumental", "instruments", "into", "is", "it", "its", "just", "keep", "key",
    "kind", "length", "let", "like", "line", "lines", "little", "long", "loop", "lovely",
    "lullabies", "make", "me", "melody", "meter", "metre", "mood", "more", "most", "much",
    "music", "my", "need", "new", "nice", "nicely", "of", "on", "one", "only", "or", "our",
    "pace", "part", "parts", "piece", "play", "played", "playing", "plays", "please", "pretty",
    "quartet", "quintet", "quite", "rather", "same", "scale", "section", "short", "signature",
    "slightly", "small", "so", "solo", "some", "something", "song", "sort", "sound", "sounds",
    "style", "tempo", "that", "the", "theme", "then", "this", "time", "to", "too", "track",
    "trio", "tune", "use", "using", "very", "want", "with", "would", "write", "your",
))  # fmt: skip
NUMBERS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "both": 2}
COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "twelve": 12, "sixteen": 16, "twenty": 20, "twenty four": 24, "thirty": 30,
    "thirty two": 32, "forty": 40, "sixty": 60, "half": 0.5, "a": 1,
}  # fmt: skip
