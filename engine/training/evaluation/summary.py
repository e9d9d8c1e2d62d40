"""From rows to figures: means over groups, and the aims that they meet or miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from engine.training.evaluation.chaining import Seams
from engine.training.evaluation.rows import COPY, GRIFFIN_LIM, REFERENCE, Figures, Row
from engine.training.evaluation.transcribed import MOVED_FRAMES

# Where basic-pitch hears next to nothing in the render, it cannot judge the model.
JUDGED_F1 = 0.1


def by_group(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of all scores together and of every group, by variant."""
    groups = {"all": list(rows)}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return {
        name: {"scores": len(found)} | {each: _variant(found, each) for each in found[0].figures}
        for name, found in groups.items()
    }


def _variant(rows: list[Row], variant: str) -> Figures:
    def each(figure: str) -> list[float]:
        found = (row.figures[variant].get(figure) for row in rows)
        return [value for value in found if value is not None]

    loudness = each("loudness_db")
    return {
        "mel_l1": mean(each("mel_l1")),
        "stft_distance": mean(each("stft_distance")),
        "movement_ratio": mean(each("movement_ratio")),
        "loudness_error_db": mean(map(abs, loudness)),
        "loudness_bias_db": mean(loudness),
        "seam_ratio": _seam_ratio([row.seams for row in rows], variant),
        "mel_seam_ratio": _seam_ratio([row.mel_seams for row in rows], variant),
        **_f1(rows, variant, "onset_f1"),
        **_f1(rows, variant, "offset_f1"),
    }


def _seam_ratio(seams: Iterable[dict[str, Seams]], variant: str) -> float | None:
    """Put the seams of many scores together, over the render's at the same places."""
    both = [(each[variant], each[REFERENCE]) for each in seams if variant in each]
    return over(*(sum(each, Seams()) for each in zip(*both, strict=True))) if both else None


def over(found: Seams, truth: Seams) -> float | None:
    """Return a seam ratio over the render's own, or None where there is none."""
    if found.ratio is None or truth.ratio is None:
        return None
    return round(found.ratio / truth.ratio, 3)


def _f1(rows: list[Row], variant: str, figure: str) -> Figures:
    """Return a mean F1, and its ratio to the render's, over the scores that can be judged."""
    pairs = [
        (own, theirs)
        for row in rows
        if (own := row.figures[variant].get(figure)) is not None
        and (theirs := row.figures[REFERENCE].get(figure)) is not None
        and theirs > JUDGED_F1
    ]
    if not pairs:
        return {figure: None, f"{figure}_ratio": None}
    own, theirs = np.mean(pairs, axis=0).tolist()
    return {figure: round(own, 3), f"{figure}_ratio": round(own / theirs, 3)}


def mean(values: Iterable[float]) -> float | None:
    """Return a mean to three digits, or None of nothing."""
    found = list(values)
    return round(float(np.mean(found)), 3) if found else None


def aims(measured: dict[str, Any], variant: str) -> list[dict[str, Any]]:
    """Return every aim with what was measured of one variant, and whether that meets it.

    `met` is None where it was not measured.
    """
    groups = measured["groups"]
    everything = groups["all"][variant]
    found = []
    for kind, text in (("onset", "onset"), ("offset", "onset and offset")):
        value, where = _lowest(measured.get("transcribed", {}), kind)
        text = f"{text} F1 over the render's, the lowest of all groups"
        found.append(_aim(text, "at least 1.0", value, lambda x: x >= 1.0, where))
    value = everything["mel_l1"]
    found.append(_aim("log-mel L1, nats", "at most 0.30", value, lambda x: x <= 0.30))
    own, theirs = everything["stft_distance"], groups["all"][GRIFFIN_LIM]["stft_distance"]
    text = "multi-resolution STFT distance over Griffin-Lim's"
    ratio = round(own / theirs, 3) if theirs else None
    beside = (
        f"copy-synthesis: {groups['all'][COPY]['stft_distance'] / theirs:.3f}" if theirs else ""
    )
    found.append(_aim(text, "at most 0.5", ratio, lambda x: x <= 0.5, beside))
    value = everything["movement_ratio"]
    text = "frame-to-frame movement over the render's"
    found.append(_aim(text, "0.9 to 1.1", value, lambda x: 0.9 <= x <= 1.1))
    return found + _other_aims(measured, variant, everything)


def _other_aims(
    measured: dict[str, Any], variant: str, everything: Figures
) -> list[dict[str, Any]]:
    judged = measured.get("classifier", {}).get(variant, {})
    accuracy = max((each["accuracy"] for each in judged.values()), default=None)
    rising = measured.get("velocity", {}).get("all", {})
    beside = f"the render: {rising['rises_fluidsynth']:.3f}" if rising else ""
    chains = measured.get("chaining", {}).get("phrases", {}).values()
    drift = max((abs(each["drift_db"]) for each in chains), default=None)
    seams = [each["seam_ratio"] for each in chains if each["seam_ratio"]]
    chained = round(float(np.exp(np.mean(np.log(seams)))), 3) if seams else None
    text = "a classifier tells it from the render, the better of two"
    return [
        _aim(text, "at most 0.75", accuracy, lambda x: x <= 0.75),
        _aim(
            "velocity steps that are louder",
            "all: 1.0",
            rising.get("rises"),
            lambda x: x >= 1.0,
            beside,
        ),
        _aim("seam ratio", "at most 1.1", everything["seam_ratio"], lambda x: x <= 1.1),
        _aim("seam ratio over the chain", "at most 1.1", chained, lambda x: x <= 1.1),
        _aim("level drift over the chain, dB", "under 0.5", drift, lambda x: x < 0.5),
    ]


def _aim(
    text: str, aim: str, value: float | None, test: Callable[[float], bool], where: str = ""
) -> dict[str, Any]:
    met = None if value is None else bool(test(value))
    return {"text": text, "aim": aim, "measured": value, "where": where, "met": met}


def _lowest(groups: dict[str, Any], kind: str) -> tuple[float | None, str]:
    """Return the lowest F1 ratio over the groups, of which group it is, and how sure it is."""
    found = {
        name: group[f"{kind}_ratio"]
        for name, group in groups.items()
        if name != "all" and group[f"{kind}_error"] is not None
    }
    if not found:
        return None, ""
    where = min(found, key=found.__getitem__)
    of = groups[where]
    moved = " and ".join(f"{of[f'{kind}_{name}_ratio']:.3f}" for name in MOVED_FRAMES)
    text = f"{where}, ± {of[f'{kind}_error']:.3f}; the render itself, 2.7 ms off: {moved}"
    return found[where], text
