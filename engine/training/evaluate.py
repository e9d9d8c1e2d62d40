"""Measuring the packed model against FluidSynth's render of scores it never saw.

What was measured is kept under the data folder by the content of the code and the weights, so
that a run which was cut off goes on; a change to either measures again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.models.house import vocoder, weights
from engine.models.house.notes import Doubles, Floats, log_mel
from engine.models.house.renderer import one_thread
from engine.training.data import SOUNDFONT, check_tools
from engine.training.evaluation import (
    card,
    chaining,
    classifier,
    families,
    held,
    pictures,
    rows,
    summary,
    transcribed,
    velocity,
)
from engine.training.evaluation.distances import Levels
from engine.training.evaluation.families import Piece
from engine.training.evaluation.listener import Listener
from engine.training.evaluation.performer import Performer
from engine.training.evaluation.references import References
from engine.training.evaluation.rows import (
    COPY,
    GRIFFIN_LIM,
    REFERENCE,
    VOCODER,
    Row,
    steps_name,
)
from engine.training.pack import CARD
from engine.wire import Score, StartFailed

log = logging.getLogger(__name__)

DOCUMENTS = Path(__file__).parents[2] / "docs"
CHAIN_SECONDS = 180.0
NEEDED = ("pyloudnorm", "sklearn", "PIL", "librosa", "soundfile")
# The groups of which a phrase is chained.
CHAINED = (families.ENSEMBLES, "strings")
# What a second of a score costs in all variants, and what a judge does, in seconds of sound.
ROW_UNITS, HEARD_UNITS, JUDGE_UNITS = 7.0, 1.0, 60.0
JUDGES = {"regression": classifier.by_regression, "network": classifier.by_network}


@dataclass(frozen=True)
class Plan:
    """How much to measure, with what, and where the results go.

    `card` is the JSON file that is changed, `documents` the folder of the page and its pictures;
    `each` is how many scores a family has, `heard` of how many the notes are heard by basic-pitch,
    `every` leaves out instruments of the velocities.
    """

    data: Path
    soundfont: Path = SOUNDFONT
    onsets_python: Path | None = None
    each: int = 6
    heard: int = 24
    seconds: float = 8.0
    chain_seconds: float = CHAIN_SECONDS
    every: int = 1
    with_unseen: bool = False
    card: Path = CARD
    documents: Path = DOCUMENTS


class Progress:
    """Logs how much of the work is done and about how long the rest takes."""

    def __init__(self, total: float) -> None:
        self._total, self._done, self._timed = total, 0.0, 0.0
        self._begun = time.monotonic()

    def advance(self, units: float, text: str, was_kept: bool = False) -> None:
        """Count work as done; what was kept from a run before says nothing of the pace."""
        self._done += units
        if was_kept:
            return
        self._timed += units
        left = (time.monotonic() - self._begun) / self._timed * (self._total - self._done)
        share = 100.0 * self._done / self._total
        log.info("evaluate: %s; %.0f %%, about %.0f s left", text, share, left)


def evaluate(plan: Plan) -> dict[str, Any]:
    """Measure the packed weights, write card, page and pictures, and return the figures.

    Raises: StartFailed without FluidSynth, basic-pitch or a library, ModelFailed without weights.
    """
    check_tools(plan.soundfont)
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise StartFailed(f"evaluation needs {', '.join(missing)}: pip install 'legato[train]'")
    with one_thread():
        return _Evaluation(plan).run()


class _Evaluation:
    """One run, and what all of its parts share."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._performer = Performer()
        folder = plan.data / "evaluation"
        self._references = References(folder / "references", plan.soundfont)
        self._measured = folder / "measured" / fingerprint()
        chosen = families.pieces(plan.data, plan.each, plan.seconds, plan.with_unseen)
        # Some samples end below the highest keys: next to silence, no distance means anything.
        self._pieces = [each for each in chosen if self._references.is_audible(each.score)]
        is_heard = plan.onsets_python is not None
        self._transcribed = (
            transcribed.pieces(plan.data, plan.heard, plan.seconds) if is_heard else []
        )
        self._staircases = velocity.staircases(plan.every)
        self._holdings = held.holdings(plan.every)
        self._steps = self._performer.default_steps
        self._judged = self._chosen_judges()
        self._progress = Progress(self._units())

    def run(self) -> dict[str, Any]:
        found = self._rows()
        measured: dict[str, Any] = {
            "weights": hashlib.sha256(weights.FILE.read_bytes()).hexdigest(),
            "seconds": self._plan.seconds,
            "default_steps": self._steps,
            "heard": self._plan.onsets_python is not None,
            "groups": summary.by_group(found),
            "transcribed": self._hear(),
            "classifier": self._classify(),
            "velocity": self._levels(
                self._staircases, "velocities", velocity.levels, velocity.figures
            ),
            "held": self._levels(self._holdings, "held notes", held.levels, held.figures),
            "chaining": self._chaining(),
        }
        measured["aims"] = summary.aims(measured, steps_name(self._steps))
        self._publish(measured)
        return measured

    def _units(self) -> float:
        """Work by its rough cost: seconds of sound to be made, and what learning costs."""
        pieces = ROW_UNITS * sum(piece.score.duration_seconds for piece in self._pieces)
        pieces += HEARD_UNITS * sum(piece.score.duration_seconds for piece in self._transcribed)
        stairs = sum(stair.score.duration_seconds for stair in self._staircases)
        holds = sum(holding.score.duration_seconds for holding in self._holdings)
        chains = len(CHAINED) * self._plan.chain_seconds
        return pieces + stairs + holds + chains + JUDGE_UNITS * len(self._judged)

    def _chosen_judges(self) -> list[tuple[str, str]]:
        """Return (variant, judge): the slow one hears only what the aims and the card need."""
        beside = (COPY, GRIFFIN_LIM, *([VOCODER] if vocoder.FILE.exists() else []))
        variants = (*beside, *map(steps_name, rows.STEPS))
        slowly = dict.fromkeys((steps_name(self._steps), *beside))
        quickly = [(variant, "regression") for variant in variants]
        return quickly + [(variant, "network") for variant in slowly]

    def _rows(self) -> list[Row]:
        """Measure every score; onsets are heard beside the measuring of the next one."""
        python = self._plan.onsets_python
        found: list[Row] = []
        with (
            nullcontext() if python is None else Listener(python) as listener,
            ThreadPoolExecutor(1) as pool,
        ):
            pending: Future[Row] | None = None
            for piece in self._pieces:
                row, pending = self._row(piece, listener, pool, pending)
                found.append(row)
            if pending is not None:
                pending.result()
        return found

    def _row(
        self,
        piece: Piece,
        listener: Listener | None,
        pool: ThreadPoolExecutor,
        pending: Future[Row] | None,
    ) -> tuple[Row, Future[Row] | None]:
        """Return a piece's row, and the hearing of it that is still under way."""
        units = ROW_UNITS * piece.score.duration_seconds
        kept = rows.kept(piece, self._measured)
        if kept is not None and kept.heard >= (listener is not None):
            self._progress.advance(units, piece.name, was_kept=True)
            return kept, pending
        row, sounds, mels = rows.measure(piece, self._performer, self._references)
        if pending is not None:
            pending.result()
        self._progress.advance(units, _described(row, self._steps))
        return row, pool.submit(self._finish, row, piece, sounds, mels, listener)

    def _finish(
        self,
        row: Row,
        piece: Piece,
        sounds: dict[str, Floats],
        mels: dict[str, Floats],
        listener: Listener | None,
    ) -> Row:
        if listener is not None:
            rows.hear(row, piece, sounds, listener, self._references)
        rows.keep(row, piece, mels, self._measured)
        return row

    def _hear(self) -> dict[str, transcribed.Figures]:
        """Ask basic-pitch for the notes of many scores; nothing without it."""
        plan, found = self._plan, []
        if plan.onsets_python is None:
            return {}
        with Listener(plan.onsets_python) as listener:
            for piece in self._transcribed:
                ask = partial(
                    transcribed.heard,
                    *(piece, self._steps, listener, self._performer, self._references),
                    plan.soundfont,
                )
                units = HEARD_UNITS * piece.score.duration_seconds
                pair = self._once(f"notes-{piece.key}", units, f"notes of {piece.name}", ask)
                found.append((piece.group, pair))
        return transcribed.by_group(found)

    def _classify(self) -> dict[str, Any]:
        """Ask the judges which clips are the model's and which the render's."""
        mels = [rows.kept_mels(piece, self._measured) for piece in self._pieces]
        of_these = hashlib.sha256("".join(each.key for each in self._pieces).encode()).hexdigest()
        verdicts: dict[str, Any] = {}
        for variant, name in self._judged:
            ours, theirs = ([each[kind] for each in mels] for kind in (variant, REFERENCE))
            ask = partial(_verdict, ours, theirs, name)
            key = f"told-{of_these[:12]}-{variant}-{name}"
            found = self._once(key, JUDGE_UNITS, f"{variant} against the render by {name}", ask)
            verdicts.setdefault(variant, {})[name] = found
        return verdicts

    def _levels(
        self,
        pieces: Sequence[Piece],
        text: str,
        levels: Callable[[Score, Floats], Doubles],
        figures: Callable[[Sequence[Levels]], dict[str, Any]],
    ) -> dict[str, Any]:
        """Return by family the figures of how loud notes are, ours and the render's."""
        pairs: dict[str, list[Levels]] = {}
        for piece in pieces:
            units, compare = piece.score.duration_seconds, partial(self._both, piece, levels)
            found = self._once(piece.name, units, f"{text}, {piece.group}", compare)
            pairs.setdefault(piece.group, []).append(found)
        pairs = {"all": [pair for own in pairs.values() for pair in own]} | pairs
        return {family: figures(own) for family, own in pairs.items()}

    def _both(self, piece: Piece, levels: Callable[[Score, Floats], Doubles]) -> Levels:
        truth = self._references.sound(piece.score)
        sound = self._performer.perform(piece.score, self._steps, len(truth)).sound
        ours, theirs = (levels(piece.score, each).tolist() for each in (sound, truth))
        return ours, theirs

    def _chaining(self) -> dict[str, Any]:
        seconds, phrases = self._plan.chain_seconds, {}
        first = {piece.group: piece for piece in reversed(self._pieces)}
        for piece in (first[group] for group in CHAINED if group in first):
            name = f"chain-{piece.key}-{seconds:g}"
            chain, text = partial(self._chain, piece), f"{piece.name}, chained"
            phrases[piece.name] = self._once(name, seconds, text, chain)
        return {"seconds": seconds, "phrases": phrases}

    def _chain(self, piece: Piece) -> dict[str, Any]:
        """Repeat a piece and measure how its level moves and how its windows join."""
        score = chaining.repeated(piece.score, self._plan.chain_seconds)
        truth = self._references.sound(score)
        sound, joins = self._performer.perform(score, self._steps, len(truth))
        sounds, period = (sound, truth), piece.score.duration_seconds
        mels = [log_mel(each) for each in sounds]
        return {
            "windows": len(joins) + 1,
            "drift_db": round(chaining.drift_decibels(sound, truth, period), 3),
            "seam_ratio": summary.over(*(chaining.sound_seams(each, joins) for each in sounds)),
            "mel_seam_ratio": summary.over(*(chaining.mel_seams(each, joins) for each in mels)),
        }

    def _once(self, name: str, units: float, text: str, measure: Callable[[], Any]) -> Any:
        """Measure something and keep it as JSON, or read what a run before has kept."""
        path = self._measured / f"{name}.json"
        was_kept = path.exists()
        if not was_kept:
            partial = path.with_suffix(".part")
            partial.write_text(json.dumps(measure()))
            partial.rename(path)
        self._progress.advance(units, text, was_kept)
        return json.loads(path.read_text())

    def _publish(self, measured: dict[str, Any]) -> None:
        folder = self._plan.documents / card.PICTURES
        drawn: list[str] = []
        for piece in self._pieces:
            if piece.group not in drawn:
                drawn.append(piece.group)
                mels = rows.kept_mels(piece, self._measured)
                path = folder / card.picture_name(piece.group)
                pictures.save(path, mels[REFERENCE], mels[steps_name(self._steps)])
        entries = card.update(self._plan.card, measured)
        path = self._plan.documents / card.PAGE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(card.page(entries, drawn), "utf-8")
        for aim in measured["aims"]:
            log.info("evaluate: %(text)s: %(measured)s, aim %(aim)s, met: %(met)s", aim)
        log.info("evaluate: wrote %s and %s", self._plan.card.name, path.name)


def _verdict(ours: list[Floats], theirs: list[Floats], judge: str) -> dict[str, Any]:
    found = classifier.accuracy(ours, theirs, JUDGES[judge])
    return {name: round(value, 3) for name, value in found._asdict().items()}


def _described(row: Row, steps: int) -> str:
    errors = [row.figures[steps_name(each)]["mel_l1"] or 0.0 for each in (0, steps)]
    return f"{row.name}: log-mel L1 {errors[0]:.3f} at 0 steps, {errors[1]:.3f} at {steps}"


def fingerprint() -> str:
    """Return a name for the model and the measuring as they are now."""
    digest = hashlib.sha256()
    for folder in (weights.FILE.parent, Path(card.__file__).parent):
        for path in sorted(folder.glob("*.*")):
            if path.suffix in (".py", ".safetensors"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
