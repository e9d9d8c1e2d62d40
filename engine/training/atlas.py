"""The atlas: every key of every instrument struck by itself, and what its wave lacks of that.

A folder `atlas` holds `KIND/INSTRUMENT.npy`, `[hops, MELS] float16` log-mels of one row of
strikes each. The long strikes make the templates; the others are examples to learn from.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.ndimage import uniform_filter1d

from engine.models.house.notes import (
    FIRST_KIT,
    FLOOR,
    HOP,
    HOPS_PER_SECOND,
    INSTRUMENTS,
    LOG_FLOOR,
    MELS,
    Floats,
    log_mel,
    table,
)
from engine.models.house.templates import (
    LAYERING,
    LAYERS,
    LOWEST_KEY,
    MOST_FADING,
    NODES,
    NODES_HOPS,
    OWN_KEYS,
    RANK,
    STRUCK_AT,
    STRUCK_LAYERS,
    releases,
)
from engine.models.house.wave_levels import played_frames, wave_levels
from engine.models.house.waves import Waves
from engine.training.data import Example, render
from engine.training.scores import struck
from engine.wire import Score

log = logging.getLogger(__name__)

FIRST_HOP = 16
KIT_KEYS, KEYS = range(27, 88), range(LOWEST_KEY, LOWEST_KEY + OWN_KEYS)
HEARD = LOG_FLOOR + 1.0
# Below the floor, so that many silent notes together are still silence.
QUIETEST = LOG_FLOOR - 1.5
SETTLING_HOPS, LASTING_NODES = 32, 4  # a beat or two, and how many tell what lasts
# How much what is so far under a key's loudest counts, when few products are to tell all; and what
# is hardly heard at all. In so many turns, what counts less gives way.
TOLD_NATS, LEAST_COUNTS, TURNS = (-3.0, -6.5), 0.1, 20
COMMON_FADING = 0.1  # nats a hop, where nothing could be measured
# Where a held key's decay is quicker than its release, letting it go makes it ring on.
LEAST_FADING = -0.03
MOST_DECAY = 0.05  # nats a hop, of a key that is held
LEAST_LINGERING = 0.008  # nats a hop: less cannot be told from what else a sound does
MOST_FOREIGN = 0.03  # nats a hop that are not the release's
# How releases may change by the layer, and how near to most instruments' is theirs.
LAYERINGS, ALIKE = (-0.1, 0.4), 0.06


@dataclass(frozen=True)
class Kind:
    """How keys are struck, one every `stride_hops`; alone, or while others may ring on.

    Of an instrument's keys, one out of `every` is.
    """

    name: str
    hold_hops: int
    stride_hops: int
    velocity: int
    is_alone: bool = False
    every: int = 1


LONG = Kind("long", 224, 336, STRUCK_AT, is_alone=True)
SHORT = Kind("short", 12, 128, STRUCK_AT)
USUAL = Kind("usual", 40, 96, STRUCK_AT)
SOFT = Kind("soft", 40, 96, 45)
LOUD = Kind("loud", 40, 96, 127)
HELD = Kind("held", 480, 560, STRUCK_AT, is_alone=True, every=16)
KINDS = (LONG, SHORT, USUAL, SOFT, LOUD, HELD)
LET_GO = (SHORT, USUAL, SOFT, LOUD)
# Strikes in each layer of velocity; what is compared of them is heard, and no attack.
LAYERED = tuple(Kind(f"layer-{n}", 24, 48, 60 + 8 * n, True, 8) for n in range(LAYERS + 1))
ATTACK_HOPS, CLEAR_NATS = 2, 0.5


def make(folder: Path, soundfont: Path) -> None:
    """Render whatever of the atlas is not there yet. Raises: StartFailed without FluidSynth."""
    wanted = [(kind, number) for kind in KINDS + LAYERED for number in range(INSTRUMENTS)]
    missing = [item for item in wanted if not path_of(folder, *item).exists()]
    begun = time.monotonic()

    def keep(item: tuple[Kind, int]) -> None:
        _keep(path_of(folder, *item), score(*item), soundfont)

    with ThreadPoolExecutor(2) as pool:
        for count, _ in enumerate(pool.map(keep, missing), start=1):
            if count % 50 == 0:
                left = (time.monotonic() - begun) / count * (len(missing) - count)
                log.info("atlas: %d of %d rows, about %.0f s left", count, len(missing), left)


def path_of(folder: Path, kind: Kind, instrument: int) -> Path:
    """Return where a row of strikes is kept."""
    return folder / "atlas" / kind.name / f"{instrument:03}.npy"


def keys_of(instrument: int) -> range:
    """Return the keys that are struck."""
    return KIT_KEYS if instrument >= FIRST_KIT else KEYS


def score(kind: Kind, instrument: int) -> Score:
    """Return a row of strikes, each beginning on the centre of a hop."""
    keys = keys_of(instrument)[:: kind.every]
    first, apart, hold = (
        hops / HOPS_PER_SECOND for hops in (FIRST_HOP, kind.stride_hops, kind.hold_hops)
    )
    return struck(instrument, keys, kind.velocity, first, apart, hold, kind.is_alone)


def examples(folder: Path) -> list[Example]:
    """Read the rows that are learned from: all but the long strikes, which are known by heart."""
    return [
        Example(
            f"strike-{kind.name}-{number:03}",
            table(score(kind, number)),
            np.load(path_of(folder, kind, number), mmap_mode="r"),
        )
        for kind in KINDS
        if kind is not LONG
        for number in range(INSTRUMENTS)
    ]


def measure(folder: Path, waves: Waves) -> dict[str, Floats]:
    """Measure what the waves lack: the buffers of `Templates`, as arrays."""
    shapes = {"times": (RANK, NODES), "spectra": (RANK, MELS), "fading": (), "lingering": ()}
    found = {
        name: np.zeros((INSTRUMENTS, OWN_KEYS, *shape), np.float32)
        for name, shape in shapes.items()
    }
    layered = np.empty(INSTRUMENTS, np.float32)
    timbre = np.empty((INSTRUMENTS, LAYERS + 1, MELS), np.float32)
    found["fading"][:] = COMMON_FADING
    for number in range(INSTRUMENTS):
        first = keys_of(number).start - LOWEST_KEY
        here = number, slice(first, first + len(keys_of(number)))
        long = strikes(folder, LONG, number)
        held = of_note(long[:, : LONG.hold_hops])
        lacking = settled(held - heard(waves, number), strays(waves, number))
        lacking, counts = lasting(at_nodes(lacking)), weights(at_nodes(held))
        found["times"][here], found["spectra"][here] = factors(lacking, counts)
        usual, soft, loud = let_go(folder, number, long)
        layered[number] = layering(usual, soft, loud)
        found["fading"][here] = usual
        found["lingering"][here] = lingerings(usual, soft, loud, float(layered[number]))
        timbre[number] = timbres([strikes(folder, kind, number) for kind in LAYERED])
    tables = {name: rows.reshape(-1, *rows.shape[2:]) for name, rows in found.items()}
    return tables | {"layering": layered, "timbre": timbre}


def heard(waves: Waves, instrument: int) -> Floats:
    """Return the log-mels of an instrument's waves as long strikes play them.

    `[keys, hops, MELS] float32`, from NODES_HOPS[0] on.
    """
    notes, keys = table(score(LONG, instrument)), len(keys_of(instrument))
    since = np.arange(LONG.hold_hops) + NODES_HOPS[0]
    hop = (FIRST_HOP + LONG.stride_hops * np.arange(keys)[:, None] + since).reshape(-1)
    voice = np.repeat(np.arange(keys), len(since))
    played = played_frames(notes, voice, hop)
    levels = wave_levels(waves, (notes.instrument, notes.pitch), voice, played, np.ones(len(voice)))
    return levels.reshape(keys, len(since), MELS)


def strays(waves: Waves, instrument: int) -> list[int]:
    """Return at which hop of long strikes the keys' waves are their samples no more, `[keys]`."""
    found = [waves.of(key, instrument) for key in keys_of(instrument)]
    frames = [each.strays_frame if each else np.inf for each in found]
    return [int(min(frame / HOP - NODES_HOPS[0], LONG.hold_hops)) for frame in frames]


def settled(lacking: Floats, strays: Sequence[int]) -> Floats:
    """Smooth the ends of `[keys, hops, MELS]`, where waves stray from `[keys]` hops on.

    There samples and waves beat at different times: only how loud they are on the whole is to be
    told, for it is told of all that follows.
    """
    found, last = lacking.copy(), lacking.shape[1] - 2 * SETTLING_HOPS
    for own, stray_hop in zip(found, strays, strict=True):
        first = max(stray_hop, last)
        begin = max(0, first - SETTLING_HOPS)
        after = uniform_filter1d(own[begin:], SETTLING_HOPS, axis=0, mode="nearest")
        own[first:] = after[first - begin :]
    return found


def at_nodes(levels: Floats) -> Floats:
    """Return what is nearest to `[keys, hops, MELS]` at the nodes, `[keys, NODES, MELS]`."""
    nearest = np.linalg.pinv(hats(levels.shape[1]))
    return np.asarray(np.einsum("nt,ktm->knm", nearest, levels, optimize=True), np.float32)


def lasting(levels: Floats) -> Floats:
    """Let the last of `[keys, NODES, MELS]` tell what several do: it is told of all that follows.

    One alone errs where a mel happens to be quiet just then.
    """
    last = levels[:, -LASTING_NODES:].mean(axis=1, keepdims=True)
    return np.concatenate((levels[:, :-1], last), axis=1)


def weights(levels: Floats) -> Floats:
    """Return how much each of keys' `[keys, NODES, MELS]` levels counts, 0 to 1."""
    full, least = TOLD_NATS
    under = levels - levels.max(axis=(1, 2), keepdims=True)
    counts = np.exp(np.clip(under, least, full) - full)
    is_heard = levels > LOG_FLOOR - 0.7
    return np.asarray(np.where(is_heard, np.maximum(counts, LEAST_COUNTS), LEAST_COUNTS**2))


def strikes(folder: Path, kind: Kind, instrument: int) -> Floats:
    """Cut a row into `[keys, hops, MELS] float32`, each from NODES_HOPS[0] before its onset on."""
    row = np.load(path_of(folder, kind, instrument)).astype(np.float32)
    first = FIRST_HOP + NODES_HOPS[0]
    count = len(keys_of(instrument)[:: kind.every])
    return np.stack([row[first + k * kind.stride_hops :][: kind.stride_hops] for k in range(count)])


def hats(hops: int) -> Floats:
    """Return the weight of each node in each hop, `[hops, NODES] float32`."""
    hop = np.arange(hops) + NODES_HOPS[0]
    rows = [np.interp(hop, NODES_HOPS, unit) for unit in np.eye(NODES)]
    return np.asarray(np.stack(rows, axis=1), np.float32)


def factors(levels: Floats, counts: Floats) -> tuple[Floats, Floats]:
    """Part `[keys, NODES, MELS]` into courses `[keys, RANK, NODES]` and spectra `[..., MELS]`.

    Source: the truncated singular value decomposition (Eckart and Young, 1936), with weights by
    Srebro and Jaakkola, Weighted low-rank approximations (2003).
    """
    known = levels
    for _ in range(TURNS):
        courses = np.linalg.eigh(known @ np.swapaxes(known, 1, 2))[1][:, :, -RANK:]
        nearest = courses @ (np.swapaxes(courses, 1, 2) @ known)
        known = counts * levels + (1.0 - counts) * nearest
    left, size, right = np.linalg.svd(known, full_matrices=False)
    share = np.sqrt(size[:, :RANK, None])
    return np.swapaxes(left[:, :, :RANK], 1, 2) * share, right[:, :RANK] * share


def let_go(folder: Path, instrument: int, long: Floats) -> tuple[Floats, Floats, Floats]:
    """Measure how fast an instrument's keys fade: struck as usual, softly and hard, `[keys]` each.

    Given its long strikes, `[keys, hops, MELS]`.
    """
    short, usual, soft, loud = (
        fadings(long, strikes(folder, kind, instrument), kind) for kind in LET_GO
    )
    # What has ended by itself when it is let go is told by what was let go before.
    usual = np.where(np.isnan(usual), np.nan_to_num(short), usual)
    return usual, np.where(np.isnan(soft), usual, soft), np.where(np.isnan(loud), usual, loud)


def fadings(long: Floats, struck: Floats, kind: Kind) -> Floats:
    """Measure how fast keys fade once let go, `[keys]` nats a hop: strikes beside long ones.

    It is not a number where a key had ended by itself before.
    """
    release = kind.hold_hops - NODES_HOPS[0]
    first, last = release + 3, min(kind.stride_hops, SHORT.stride_hops) + NODES_HOPS[0] - 2
    since = (np.arange(first, last) - release)[None, :, None]
    before = slice(release - 8, release - 2)
    softer = np.median(long[:, before] - struck[:, before], axis=1, keepdims=True)
    held, let_go = long[:, first:last] - softer, struck[:, first:last]
    told = (held > HEARD) & (let_go > HEARD)
    slope = np.where(told, (held - let_go) * since, 0.0).sum((1, 2))
    weight = np.where(told, np.square(since), 0.0).sum((1, 2))
    # Gone before anything could be compared: it fades at least that fast.
    at_once = (held[:, 0] - LOG_FLOOR).max(axis=1) / since[0, 0, 0]
    found = np.where(weight > 0.0, slope / np.maximum(weight, 1.0), at_once)
    found = np.where((held[:, 0] > HEARD).any(axis=1), found, np.nan)
    return np.asarray(np.clip(found, LEAST_FADING, MOST_FADING), np.float32)


def timbres(strikes: Sequence[Floats]) -> Floats:
    """Return how much brighter the LAYERED kinds' `[keys, hops, MELS]` are than the usual's.

    `[LAYERS + 1, MELS]` nats beyond the law of velocity, of what is heard of both, the more the
    louder it is; beside it, what is next to it.
    """
    held = slice(ATTACK_HOPS - NODES_HOPS[0], LAYERED[0].hold_hops - NODES_HOPS[0])
    usual = strikes[STRUCK_LAYERS][:, held]
    found = np.zeros((LAYERS + 1, MELS), np.float32)
    for row, levels, kind in zip(found, strikes, LAYERED, strict=True):
        told = np.minimum(usual, levels[:, held]) > HEARD + CLEAR_NATS
        more = levels[:, held] - usual - 2.0 * np.log(kind.velocity / STRUCK_AT)
        loud = np.where(told, np.exp(usual), 0.0)
        counts = loud.sum(axis=(0, 1))
        mels = np.flatnonzero(counts)
        if len(mels):
            row[:] = np.interp(
                np.arange(MELS), mels, (loud * more).sum(axis=(0, 1))[mels] / counts[mels]
            )
    return found


def layering(usual: Floats, soft: Floats, loud: Floats) -> float:
    """Return by how much of the softest's an instrument's releases get longer with each layer.

    Given how strikes at STRUCK_AT, soft ones and loud ones fade, `[keys]` each.
    """
    more, less = float(np.median(soft - usual)), float(np.median(usual - loud))
    if more * less <= 0.0:
        return LAYERING
    found = ((LAYERS / STRUCK_LAYERS - 1.0) * more / less - 1.0) / LAYERS
    return LAYERING if abs(found - LAYERING) < ALIKE else float(np.clip(found, *LAYERINGS))


def lingerings(usual: Floats, soft: Floats, loud: Floats, layered: float = LAYERING) -> Floats:
    """Return the part of keys' fading that depends on the velocity, `[keys]` nats a hop.

    Given how strikes at STRUCK_AT, soft ones and loud ones fade, `[keys]` each, and their
    `layering`. An instrument has it or has not: the rest of a fading is the held key's own decay,
    which differs.
    """
    velocities = torch.tensor([kind.velocity for kind in (SOFT, LOUD)], dtype=torch.float32)
    short, long = releases(velocities, torch.tensor(layered)).tolist()
    found = (soft - loud) / (short - long)
    middle = float(np.median(found))
    if middle < max(LEAST_LINGERING, 0.5 * float(np.median(usual))):
        return np.zeros_like(found)
    found = np.where(found > 0.0, found, middle)
    most = np.maximum(usual, 0.0) + MOST_FOREIGN
    return np.asarray(np.clip(found, np.maximum(usual - MOST_DECAY, 0.0), most), np.float32)


def of_note(mel: Floats) -> Floats:
    """Take the analysis' floor out of a log-mel."""
    power = np.exp(2.0 * mel) - FLOOR**2
    return np.asarray(0.5 * np.log(np.maximum(power, np.exp(2.0 * QUIETEST))), np.float32)


def _keep(target: Path, row: Score, soundfont: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mel = log_mel(render(row, soundfont).mean(axis=1)).astype(np.float16)
    partial = target.with_suffix(".part")
    with partial.open("wb") as file:
        np.save(file, mel)
    partial.rename(target)
