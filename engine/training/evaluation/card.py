"""The model card: JSON beside the weights, and a page for people with its tables and pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from engine.training.evaluation import method
from engine.training.evaluation.families import CORPUS, ENSEMBLES, UNSEEN
from engine.training.evaluation.held import TOLD
from engine.training.evaluation.rows import (
    COPY,
    GRIFFIN_LIM,
    PRIOR,
    REFERENCE,
    STEPS,
    VOCODER,
    steps_name,
)

PAGE = "house.md"
PICTURES = "house"
# Entries of older cards that `measured` holds by now.
OUTDATED = ("measured_unseen", "measured_how")
TITLES = {
    REFERENCE: "FluidSynth itself",
    GRIFFIN_LIM: "Griffin-Lim of the true mel",
    COPY: "copy-synthesis (the true mel through our synthesis)",
    VOCODER: "the vocoder (the true mel, nothing of the notes)",
    PRIOR: "the prior's mel, not synthesised",
    **{steps_name(steps): f"the model, {steps} steps" for steps in STEPS},
}
FIGURES = {
    "mel_l1": "log-mel L1",
    "stft_distance": "STFT distance",
    "movement_ratio": "movement",
    "loudness_error_db": "loudness error, dB",
    "loudness_bias_db": "bias, dB",
    "onset_f1_ratio": "onset F1 ratio",
    "offset_f1_ratio": "onset+offset F1 ratio",
    "seam_ratio": "seam ratio",
}
GROUP_NOTES = {
    ENSEMBLES: "procedural pieces of four parts and more, half of them with drums",
    CORPUS: "Bach, Palestrina, Monteverdi, folk songs from the test split, any programs",
    UNSEEN: "Mozart, Haydn, Beethoven, Schubert, Schumann, Handel, Chopin, any programs",
}


def update(path: Path, measured: dict[str, Any]) -> dict[str, Any]:
    """Write what was measured into a card, leave the rest of it, and return it all."""
    card = json.loads(path.read_text("utf-8")) if path.exists() else {}
    card = {name: entry for name, entry in card.items() if name not in OUTDATED}
    card |= {"measured": measured}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return card


def page(card: dict[str, Any], pictures: Sequence[str]) -> str:
    """Return the card as Markdown; `pictures` are the groups that have one."""
    measured = card["measured"]
    parts = [
        _head(card),
        "## Aims",
        _aims(measured),
        "## Against steps, side by side",
        _side_by_side(measured),
        f"## By family, {measured['default_steps']} steps",
        _by_family(measured),
        *_transcribed(measured),
        "## By family and steps",
        _by_steps(measured),
        "## Velocity",
        _velocity(measured),
        "## Held notes",
        _held(measured),
        "## Chaining",
        _chaining(measured),
        "## Pictures",
        _pictures(measured, pictures),
        "## How it was measured",
        method.TEXT,
        *_history(card),
    ]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; None is an empty cell, floats have three digits."""
    lines = [head, ["---"] * len(head), *([_cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _head(card: dict[str, Any]) -> str:
    trained = card.get("trained_on", {})
    steps = ", ".join(f"{name} {n}" for name, n in card.get("training_steps", {}).items())
    facts = {
        "weights": f"`{card.get('file')}`, {card.get('bytes', 0) / 1e6:.1f} MB, float16",
        "SHA-256": f"`{card.get('sha256')}`",
        "licence": card.get("licence"),
        "training steps": steps or None,
        "waves": _file(card.get("waves"), "about 1.0 bits a frame, from FluidR3 GM"),
        "deviation": _file(card.get("deviation"), "gains of the flow's deviation"),
        "vocoder": _file(card.get("vocoder"), "float16"),
        "learnt from": "; ".join(trained.get("scores", ())) or None,
        "sound": trained.get("sound"),
    }
    return (
        "# The built-in model, `house`\n\n"
        "Written by `legato train evaluate` from what it measured; the same figures as JSON are "
        "in [card.json](../engine/models/house/card.json), how the model is made in "
        "[training.md](training.md).\n\n" + table(("", ""), facts.items())
    )


def _file(entry: dict[str, Any] | None, holds: str) -> str | None:
    if entry is None:
        return None
    size = f"`{entry['file']}`, {entry['bytes'] / 1e6:.2f} MB, {holds}"
    return f"{size}, SHA-256 `{entry['sha256']}`, {entry['licence']}"


def _aims(measured: dict[str, Any]) -> str:
    words = {True: "yes", False: "no", None: "not measured"}
    rows = []
    for aim in measured["aims"]:
        value = _cell(aim["measured"]) + (f" ({aim['where']})" if aim["where"] else "")
        rows.append((aim["text"], aim["aim"], value, words[aim["met"]]))
    count = measured["groups"]["all"]["scores"]
    text = (
        f"{measured['default_steps']} steps, {count} scores of {measured['seconds']:g} s that "
        "training never saw; a mean over all of them unless it says otherwise."
    )
    return text + "\n\n" + table(("figure", "aim", "measured", "met"), rows)


def _side_by_side(measured: dict[str, Any]) -> str:
    everything = measured["groups"]["all"]
    judged = measured["classifier"]
    rows = []
    for name, title in TITLES.items():
        if name not in everything:
            continue
        figures = everything[name]
        told = [_accuracy(judged.get(name, {}).get(judge)) for judge in ("regression", "network")]
        rows.append((title, *(figures[figure] for figure in FIGURES), *told))
    head = ("all scores", *FIGURES.values(), "told apart: regression", "network")
    return table(head, rows)


def _accuracy(verdict: dict[str, Any] | None) -> str | None:
    if verdict is None:
        return None
    return f"{verdict['accuracy']:.2f} ({verdict['lowest']:.2f} to {verdict['highest']:.2f})"


def _by_family(measured: dict[str, Any]) -> str:
    rows = []
    variant = steps_name(measured["default_steps"])
    for name, group in measured["groups"].items():
        own, theirs = group[variant], group[GRIFFIN_LIM]
        ratio = own["stft_distance"] / theirs["stft_distance"] if theirs["stft_distance"] else None
        figures = (own[figure] for figure in FIGURES)
        rows.append((name, group["scores"], *figures, ratio, group[REFERENCE].get("onset_f1")))
    head = ("group", "scores", *FIGURES.values(), "STFT over Griffin-Lim's", "render's onset F1")
    notes = [f"{name}: {text}." for name, text in GROUP_NOTES.items() if name in measured["groups"]]
    return table(head, rows) + "\n\n" + " ".join(notes)


def _transcribed(measured: dict[str, Any]) -> Iterable[str]:
    groups = measured.get("transcribed")
    if not groups:
        return
    head = ["group", "scores heard", "the render's F1", "ratio", "±"]
    head += ["the render 2.7 ms earlier", "±", "2.7 ms later", "±"]
    text = (
        "More scores, the model by default over the render, each ratio with its error; and what "
        "basic-pitch makes of the render itself, moved by less than anyone hears."
    )
    yield from ("## Notes heard", text)
    for kind, title in (("onset_", "Onsets:"), ("offset_", "Onsets and offsets:")):
        rows = [
            (name, *(figure for key, figure in figures.items() if key.startswith(kind)))
            for name, figures in groups.items()
        ]
        yield from (title, table(head, rows))


def _by_steps(measured: dict[str, Any]) -> str:
    head = ["group"]
    figures = {"mel_l1": "L1", "movement_ratio": "movement", "onset_f1_ratio": "onset F1 ratio"}
    for title in figures.values():
        head += [f"{title}, {steps}" for steps in STEPS]
    rows = [
        (name, *(group[steps_name(steps)][figure] for figure in figures for steps in STEPS))
        for name, group in measured["groups"].items()
    ]
    return table(head, rows)


def _velocity(measured: dict[str, Any]) -> str:
    head = ("family", "steps that are louder", "the render's", "level error, dB", "bias, dB")
    rows = [(name, *figures.values()) for name, figures in measured["velocity"].items()]
    return table(head, rows)


def _held(measured: dict[str, Any]) -> str:
    seconds = (f"error in second {second}, dB" for second in TOLD)
    rows = [(name, *figures.values()) for name, figures in measured["held"].items()]
    return table(("family", *seconds, "bias then, dB"), rows)


def _chaining(measured: dict[str, Any]) -> str:
    chaining = measured["chaining"]
    head = ("phrase, repeated", "windows", "drift, dB", "seam ratio", "in spectral frames")
    rows = [(name, *figures.values()) for name, figures in chaining["phrases"].items()]
    text = f"{chaining['seconds']:g} s in one job."
    return text + "\n\n" + table(head, rows)


def _pictures(measured: dict[str, Any], pictures: Sequence[str]) -> str:
    text = (
        "The first seconds of a score of each group as log-mel spectrograms: FluidSynth's render "
        f"above, the model's ({measured['default_steps']} steps) below."
    )
    images = [f"![{name}]({PICTURES}/{picture_name(name)})\n{name}" for name in pictures]
    return "\n\n".join((text, *images))


def picture_name(group: str) -> str:
    """Return the file name of a group's picture."""
    return "-".join(group.replace(",", "").split()) + ".png"


def _history(card: dict[str, Any]) -> Iterable[str]:
    """Yield what people wrote into the card by hand."""
    for entry, title in (
        ("training_history", "How it was trained"),
        ("tried", "What did not help"),
    ):
        text = card.get(entry)
        if text:
            lines = [f"- {line}" for line in text] if isinstance(text, list) else [text]
            yield f"## {title}\n\n" + "\n".join(lines)
