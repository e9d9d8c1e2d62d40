"""The atlas: every key of every instrument struck by itself, and what its wave lacks of that.

A folder `atlas` holds `KIND/INSTRUMENT.npy`, `[hops, MELS] float16` log-mels of one row of
strikes each. The long strikes make the templates; all are examples to learn from.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
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
    LAYERS,
    LOWEST_KEY,
    NODES,
    NODES_HOPS,
    OWN_KEYS,
    RANK,
    STRUCK_AT,
    STRUCK_LAYERS,
)
from engine.models.house.wave_levels import played_frames, wave_levels
from engine.models.house.waves import Waves
from engine.training import releases
from engine.training.data import Example, render
from engine.training.kinds import (
    FIRST_HOP,
    HEARD,
    KINDS,
    LAYERED,
    LET_GO,
    LONG,
    Kind,
)
from engine.training.scores import struck
from engine.wire import Score

log = logging.getLogger(__name__)

KIT_KEYS, KEYS = range(27, 88), range(LOWEST_KEY, LOWEST_KEY + OWN_KEYS)
# Below the floor, so that many silent notes together are still silence.
QUIETEST = LOG_FLOOR - 1.5
SETTLING_HOPS, LASTING_NODES = 32, 4  # a beat or two, and how many tell what lasts
# How much what is so far under a key's loudest counts, when few products are to tell all; and what
# is hardly heard at all. In so many turns, what counts less gives way.
TOLD_NATS, LEAST_COUNTS, TURNS = (-3.0, -6.5), 0.1, 20
COMMON_FADING = 0.1  # nats a hop, where nothing could be measured

# Of strikes in each layer of velocity, what is compared is heard, and no attack.
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
    """Read the rows that are learned from."""
    return [
        Example(
            f"strike-{kind.name}-{number:03}",
            table(score(kind, number)),
            np.load(path_of(folder, kind, number), mmap_mode="r"),
        )
        for kind in KINDS
        for number in range(INSTRUMENTS)
    ]


def measure(folder: Path, waves: Waves) -> dict[str, Floats]:
    """Measure what the waves lack: the buffers of `Templates`, as arrays."""
    shapes = {"times": (RANK, NODES), "spectra": (RANK, MELS), "fading": (), "lingering": ()}
    found = {
        name: np.zeros((INSTRUMENTS, OWN_KEYS, *shape), np.float32)
        for name, shape in shapes.items()
    }
    layered, rising = np.empty((2, INSTRUMENTS), np.float32)
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
        own = releases.measured(long, {kind: strikes(folder, kind, number) for kind in LET_GO})
        found["fading"][here], found["lingering"][here] = own.fading, own.lingering
        layered[number], rising[number] = own.layering, own.rising
        timbre[number] = timbres([strikes(folder, kind, number) for kind in LAYERED])
    tables = {name: rows.reshape(-1, *rows.shape[2:]) for name, rows in found.items()}
    return tables | {"layering": layered, "rising": rising, "timbre": timbre}


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
