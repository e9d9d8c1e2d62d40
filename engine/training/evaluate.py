"""Measuring the packed model against FluidSynth's render of scores it never saw."""

from __future__ import annotations

import json
import logging
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import numpy as np

from engine.models.base import Audio
from engine.models.house import notes, weights
from engine.models.house.model import Model
from engine.models.house.notes import RATE_HZ, Floats, log_mel
from engine.models.house.prior import EnvelopeNet, mix
from engine.training import corpus, scores
from engine.training.data import render
from engine.training.pack import CARD, update_card
from engine.wire import Request, Score, StartFailed

log = logging.getLogger(__name__)

LONGEST_SECONDS = 20.0
STEPS = (0, 4)
FAMILIES = (
    "piano", "chromatic percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass",
    "reed", "pipe", "synth lead", "synth pad", "synth effects", "ethnic", "percussive", "effects",
)  # fmt: skip
# Seeds far from those of the training data.
FIRST_UNSEEN_SEED = 1_000_000


@dataclass
class Row:
    """What was measured on one score; audio figures by number of flow steps."""

    group: str
    name: str
    prior_error: float = 0.0
    audio_error: dict[int, float] = field(default_factory=dict)
    level_error_db: dict[int, float] = field(default_factory=dict)
    movement: dict[int, float] = field(default_factory=dict)
    onset_f1: dict[str, float] = field(default_factory=dict)


def evaluate(
    data: Path, soundfont: Path, onsets_python: Path | None = None, unseen: bool = False
) -> dict[str, Any]:
    """Measure the packed weights, write the figures into their card and return them.

    Raises: StartFailed without FluidSynth, ModelFailed without weights.
    """
    model = Model()
    model.load("cpu", "float32")
    net, _ = weights.load()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        manifest: list[dict[str, Any]] = []
        for group, name, score in test_scores(data, unseen):
            rows.append(_measure(model, net, group, name, score, soundfont, Path(folder), manifest))
            log.info("%s", describe(rows[-1]))
        if onsets_python is not None:
            _add_onsets(rows, manifest, onsets_python, Path(folder))
    figures = summary(rows)
    update_card(CARD, {"measured" + ("_unseen" if unseen else ""): figures})
    log.info("%s", json.dumps(figures, indent=2))
    return figures


def test_scores(data: Path, unseen: bool) -> Iterator[tuple[str, str, Score]]:
    """Yield (group, name, score), each cut to LONGEST_SECONDS."""
    if unseen:
        for name, parts in corpus.unseen_pieces():
            yield "unseen composers", name, shorten(scores.orchestrate(crc32(name.encode()), parts))
        return
    for number, family in enumerate(FAMILIES):
        for seed in range(2):
            programs = tuple(range(8 * number, 8 * number + 8))
            score = scores.solo(FIRST_UNSEEN_SEED + seed, programs)
            yield family, f"{family}-{seed}", shorten(score)
    for path in sorted((data / "test").glob("*.json")):
        group = "procedural pieces" if path.stem.startswith("piece") else "corpus, held out"
        yield group, path.stem, shorten(msgspec.json.decode(path.read_bytes(), type=Score))


def shorten(score: Score, seconds: float = LONGEST_SECONDS) -> Score:
    """Keep the notes that begin early enough, and the time they need to end."""
    kept = tuple(note for note in score.notes if note.start_seconds < seconds - 3.0)
    clipped = tuple(
        msgspec.structs.replace(note, end_seconds=min(note.end_seconds, seconds - 1.0))
        for note in kept
    )
    return msgspec.structs.replace(
        score, notes=clipped, duration_seconds=min(seconds, score.duration_seconds)
    )


def perform(model: Model, score: Score, steps: int, seed: int = 0) -> Audio:
    """Render a score through the model, window by window: `[frames, channels] float32`."""
    parameters = {each.name: each.default for each in model.spec.parameters} | {"steps": steps}
    request = Request("render", model.spec.name, seed, parameters, score)
    context, blocks = None, []
    for window in model.plan(request):
        audio, context = model.step(window, context, lambda fraction: None)
        blocks.append(audio)
    return np.concatenate(blocks)


def _measure(
    model: Model,
    net: EnvelopeNet,
    group: str,
    name: str,
    score: Score,
    soundfont: Path,
    folder: Path,
    manifest: list[dict[str, Any]],
) -> Row:
    row = Row(group, name)
    reference = render(score, soundfont).mean(axis=1)
    truth = log_mel(reference)
    prior = mix(net, notes.table(score), 0, len(truth)).numpy()
    row.prior_error = float(np.abs(prior - truth).mean())
    sounds: dict[str, Floats] = {"reference": reference}
    for steps in STEPS:
        mono = perform(model, score, steps).mean(axis=1)
        mono = np.pad(mono, (0, max(0, len(reference) - len(mono))))[: len(reference)]
        mel = log_mel(mono)
        row.audio_error[steps] = float(np.abs(mel - truth).mean())
        row.level_error_db[steps] = 20 * float(np.log10((_rms(mono)) / _rms(reference)))
        row.movement[steps] = _movement(mel) / _movement(truth)
        sounds[str(steps)] = mono
    pitched = [
        (each.start_seconds, each.end_seconds, each.pitch)
        for each in score.notes
        if not each.is_drum
    ]
    for kind, sound in sounds.items():
        path = folder / f"{len(manifest)}.wav"
        write_wav(path, sound)
        manifest.append({"audio": str(path), "notes": pitched, "kind": kind})
    return row


def write_wav(path: Path, mono: Floats) -> None:
    """Write float audio: 16 bits alone would raise the mel floor."""
    import soundfile

    soundfile.write(path, mono, RATE_HZ, subtype="FLOAT")


def _rms(audio: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) + 1e-9


def _movement(mel: Floats) -> float:
    return float(np.abs(np.diff(mel, axis=0)).mean()) + 1e-9


def _add_onsets(
    rows: list[Row], manifest: list[dict[str, Any]], python: Path, folder: Path
) -> None:
    """Ask basic-pitch, in its own environment, for every sound's onset F1."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest))
    script = Path(__file__).with_name("onsets.py")
    done = subprocess.run([str(python), str(script), str(path)], capture_output=True, text=True)
    answers = [line for line in done.stdout.splitlines() if line.startswith("F1 ")]
    if done.returncode or not answers:
        raise StartFailed(f"basic-pitch could not be run by {python.name}: {done.stderr[-500:]}")
    found = json.loads(answers[-1][3:])
    each = len(manifest) // len(rows)
    for index, (entry, score) in enumerate(zip(manifest, found, strict=True)):
        rows[index // each].onset_f1[entry["kind"]] = score


def describe(row: Row) -> str:
    """Return one line of text about a row."""
    audio = ", ".join(f"{steps} steps {error:.3f}" for steps, error in row.audio_error.items())
    return f"{row.group} {row.name}: prior {row.prior_error:.3f}, audio {audio}"


def summary(rows: Iterable[Row]) -> dict[str, Any]:
    """Return the mean figures of all scores and of every group."""
    rows = list(rows)
    groups = {row.group: [each for each in rows if each.group == row.group] for row in rows}
    return {"all": _means(rows)} | {name: _means(found) for name, found in groups.items()}


def _means(rows: list[Row]) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "scores": len(rows),
        "prior_l1": _mean(row.prior_error for row in rows),
    }
    for steps in STEPS:
        figures[f"audio_l1_{steps}_steps"] = _mean(row.audio_error[steps] for row in rows)
        figures[f"movement_ratio_{steps}_steps"] = _mean(row.movement[steps] for row in rows)
        figures[f"level_db_{steps}_steps"] = _mean(row.level_error_db[steps] for row in rows)
    # Where basic-pitch hears nothing in the reference, it cannot judge the model.
    judged = [row for row in rows if row.onset_f1.get("reference", 0.0) > 0.1]
    if judged:
        theirs = _mean(row.onset_f1["reference"] for row in judged)
        figures["onset_f1_fluidsynth"] = theirs
        for steps in STEPS:
            own = _mean(row.onset_f1[str(steps)] for row in judged)
            figures[f"onset_f1_ratio_{steps}_steps"] = round(own / theirs, 3)
    return figures


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 3)
