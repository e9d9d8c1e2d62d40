"""How models are made, as commands: `house` (or its steps one by one) and `finetune`.

Every step goes on where it was cut off, so the same command may be given again and again.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from engine.training import finetune
from engine.wire import LegatoError

log = logging.getLogger(__name__)

DEFAULT_DATA = Path("data")
DEFAULT_SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
SHORTEST_SECONDS, LONGEST_SECONDS = 2.0, 60.0
STEPS = ("data", "fit", "pack", "deviation", "vocoder", "evaluate")


def parser() -> argparse.ArgumentParser:
    """Return the command line of the recipe; building it imports no torch."""
    top = argparse.ArgumentParser(prog="legato train", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)
    texts = {
        "data": "make scores and render them by FluidSynth",
        "fit": "train the prior, then the flow",
        "pack": "write the weights and their card into the package",
        "deviation": "measure how far the packed flow may go, instrument by instrument",
        "vocoder": "train the vocoder for sounds without notes, and pack it",
        "evaluate": "measure the packed model on scores it never saw",
        "house": "all of these in order",
    }
    for name, text in texts.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument(
            "--data",
            type=Path,
            default=DEFAULT_DATA,
            metavar="FOLDER",
            help="where data and checkpoints are kept (default: data)",
        )
        command.add_argument("--soundfont", type=Path, default=DEFAULT_SOUNDFONT, metavar="SF2")
        command.add_argument("--device", default="auto", help="cpu, cuda or auto")
        command.add_argument("--threads", type=int, default=0, help="CPU threads; 0 for all")
        command.add_argument("--prior-steps", type=int, default=3000, metavar="N")
        command.add_argument("--flow-steps", type=int, default=2600, metavar="N")
        command.add_argument("--vocoder-steps", type=int, default=1400, metavar="N")
        command.add_argument("--judged-steps", type=int, default=340, metavar="N")
        command.add_argument(
            "--pieces",
            type=int,
            default=280,
            metavar="N",
            help="how many procedural pieces to make",
        )
        _add_evaluation(command)
    text = "adapt an Audio Diffusion checkpoint to a folder of audio"
    finetune.add_arguments(commands.add_parser("finetune", help=text, description=text))
    return top


def _add_evaluation(command: argparse.ArgumentParser) -> None:
    """Add what only the evaluation reads."""
    group = command.add_argument_group("evaluation")
    text = "a Python with basic-pitch, to measure onsets with"
    group.add_argument("--onsets-python", type=Path, default=None, metavar="PYTHON", help=text)
    text = "evaluate on the composers kept out of training too"
    group.add_argument("--unseen", action="store_true", help=text)
    text = "scores a family; every other group has twice as many (default: 6)"
    group.add_argument("--scores", type=_count, default=6, metavar="N", help=text)
    text = "scores a family of which the notes are heard by basic-pitch (default: 24)"
    group.add_argument("--heard", type=_count, default=24, metavar="N", help=text)
    text = f"seconds of each score, {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g} (default: 8)"
    group.add_argument("--seconds", type=_seconds, default=8.0, metavar="S", help=text)
    text = "where card, page and pictures are written (default: the package and docs)"
    group.add_argument("--results", type=Path, default=None, metavar="FOLDER", help=text)


def _count(text: str) -> int:
    """Read a whole number from 1 on. Raises: ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} came: give a whole number from 1 on")
    return int(text)


def _seconds(text: str) -> float:
    """Read how many seconds of a score to hear. Raises: ArgumentTypeError."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not SHORTEST_SECONDS <= found <= LONGEST_SECONDS:
        bounds = f"{SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g}"
        raise argparse.ArgumentTypeError(f"{text} came: give {bounds} seconds")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status. Progress goes to the log."""
    options = parser().parse_args(argv)
    if not logging.getLogger().handlers:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        if options.command == "finetune":
            finetune.run(options)
            return 0
        for step in STEPS if options.command == "house" else (options.command,):
            log.info("training recipe: %s", step)
            RUNNERS[step](options)
    except LegatoError as error:
        log.error("%s", error)
        return 1
    return 0


def _data(options: argparse.Namespace) -> None:
    from engine.training import atlas, deviation, waves
    from engine.training.data import Amounts, make

    make(options.data, Amounts(pieces=options.pieces), options.soundfont)
    atlas.make(options.data, options.soundfont)
    waves.make(options.data, options.soundfont)
    deviation.make(options.data, options.soundfont)


def _fit(options: argparse.Namespace) -> None:
    import dataclasses

    import torch

    from engine.training import fit

    if options.threads:
        torch.set_num_threads(options.threads)
    runs = options.data / "runs"
    prior = dataclasses.replace(fit.PRIOR_PLAN, steps=options.prior_steps)
    fit.fit_prior(options.data, runs, prior, options.device)
    flow = dataclasses.replace(fit.FLOW_PLAN, steps=options.flow_steps)
    fit.fit_flow(options.data, runs, flow, options.device)


def _pack(options: argparse.Namespace) -> None:
    from engine.training.pack import pack

    pack(options.data / "runs")


def _deviation(options: argparse.Namespace) -> None:
    import torch

    from engine.training import deviation

    if options.threads:
        torch.set_num_threads(options.threads)
    deviation.make(options.data, options.soundfont)
    deviation.measure(options.data, device_name=options.device)


def _vocoder(options: argparse.Namespace) -> None:
    import dataclasses

    import torch

    from engine.training import vocoder, vocoder_data

    if options.threads:
        torch.set_num_threads(options.threads)
    vocoder_data.make_audio(options.data, options.soundfont)
    runs = options.data / "runs"
    plan = dataclasses.replace(vocoder.LEARN_PLAN, steps=options.vocoder_steps)
    vocoder.fit_phases(options.data, runs, plan, options.device)
    plan = dataclasses.replace(vocoder.JUDGE_PLAN, steps=options.judged_steps)
    vocoder.fit_judged(options.data, runs, plan, options.device)
    vocoder.pack(runs)


def _evaluate(options: argparse.Namespace) -> None:
    import dataclasses

    from engine.training import evaluate

    plan = evaluate.Plan(
        options.data,
        options.soundfont,
        options.onsets_python,
        each=options.scores,
        heard=options.heard,
        seconds=options.seconds,
        with_unseen=options.unseen,
    )
    if options.results is not None:
        card, documents = options.results / "card.json", options.results
        plan = dataclasses.replace(plan, card=card, documents=documents)
    elif not evaluate.DOCUMENTS.is_dir():
        plan = dataclasses.replace(plan, documents=options.data / "evaluation")
    evaluate.evaluate(plan)


RUNNERS = {
    "data": _data,
    "fit": _fit,
    "pack": _pack,
    "deviation": _deviation,
    "vocoder": _vocoder,
    "evaluate": _evaluate,
}
