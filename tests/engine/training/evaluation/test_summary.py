from typing import Any

import numpy as np
import pytest

from engine.training.evaluation import card, summary, transcribed
from engine.training.evaluation.chaining import Seams
from engine.training.evaluation.held import TOLD
from engine.training.evaluation.rows import (
    COPY,
    GRIFFIN_LIM,
    PRIOR,
    REFERENCE,
    STEPS,
    VOCODER,
    Row,
    steps_name,
)

VARIANTS = (REFERENCE, GRIFFIN_LIM, COPY, VOCODER, PRIOR, *map(steps_name, STEPS))


def row(group: str, name: str, scale: float = 1.0, f1: float | None = 0.6) -> Row:
    """A score of which every variant is as good as the next, Griffin-Lim three times as far."""
    found = Row(group, name, heard=True)
    for variant in VARIANTS:
        far = 3.0 if variant == GRIFFIN_LIM else 1.0
        found.figures[variant] = {
            "mel_l1": 0.2 * scale,
            "stft_distance": 0.3 * far * scale,
            "movement_ratio": scale,
            "loudness_db": -scale,
        }
        if f1 is not None:
            theirs = variant == REFERENCE
            found.figures[variant] |= {"onset_f1": 0.5 if theirs else f1, "offset_f1": 0.4}
        found.seams[variant] = Seams(4, 0.0, 8, 0.0)
    return found


def pair(ours: float, theirs: float) -> dict[str, dict[str, float]]:
    """F1 of ours and of the render, which is heard a fifth worse where it is later."""
    each = {"ours": ours, "theirs": theirs, "earlier": theirs, "later": 0.8 * theirs}
    return {who: {"onset": f1, "offset": 0.5 * f1} for who, f1 in each.items()}


def measured(rows: list[Row], heard: list[tuple[str, Any]] | None = None) -> dict[str, Any]:
    verdict = {"accuracy": 0.6, "lowest": 0.5, "highest": 0.7, "clips": 100}
    figures: dict[str, Any] = {
        "weights": "0",
        "seconds": 8.0,
        "default_steps": 4,
        "heard": True,
        "groups": summary.by_group(rows),
        "transcribed": transcribed.by_group(heard or []),
        "classifier": {"steps_4": {"regression": verdict, "network": verdict | {"accuracy": 0.7}}},
        "velocity": {"all": {"rises": 1.0, "rises_fluidsynth": 0.9, "error": 1.0, "bias": 0.0}},
        "held": {"all": {f"error_db_{at}": None for at in TOLD} | {"bias_db": -0.2}},
        "chaining": {
            "seconds": 180.0,
            "phrases": {
                "one": {"windows": 3, "drift_db": -0.6, "seam_ratio": 1.0, "mel_seam_ratio": 1.0}
            },
        },
    }
    return figures | {"aims": summary.aims(figures, "steps_4")}


def test_groups_are_means_of_their_scores() -> None:
    groups = summary.by_group([row("piano", "a"), row("piano", "b", 3.0), row("organ", "c")])
    assert [groups[name]["scores"] for name in ("all", "piano", "organ")] == [3, 2, 1]
    figures = groups["piano"]["steps_4"]
    assert figures["mel_l1"] == pytest.approx(0.4)
    assert figures["loudness_error_db"] == pytest.approx(2.0)
    assert figures["loudness_bias_db"] == pytest.approx(-2.0)
    assert figures["onset_f1_ratio"] == pytest.approx(1.2)
    assert figures["seam_ratio"] == 1.0


def test_scores_that_cannot_be_judged_count_for_nothing() -> None:
    deaf = row("drums", "a", f1=None)
    faint = row("organ", "b")
    faint.figures[REFERENCE]["onset_f1"] = 0.05
    groups = summary.by_group([deaf, faint, row("piano", "c", f1=0.25)])
    assert groups["drums"]["steps_4"]["onset_f1_ratio"] is None
    assert groups["organ"]["steps_4"]["onset_f1_ratio"] is None
    assert groups["all"]["steps_4"]["onset_f1_ratio"] == pytest.approx(0.5)


def test_aims_say_what_is_met_and_where_it_is_worst() -> None:
    heard = [("organ", pair(0.4, 0.5)), ("organ", pair(0.5, 0.5)), ("piano", pair(0.6, 0.5))]
    heard.append(("piano", pair(0.5, 0.5)))
    aims = {aim["text"]: aim for aim in measured([row("piano", "a")], heard)["aims"]}
    onset = aims["onset F1 over the render's, the lowest of all groups"]
    assert (onset["measured"], onset["met"]) == (0.9, False)
    assert onset["where"] == "organ, ± 0.100; the render itself, 2.7 ms off: 1.000 and 0.800"
    assert aims["log-mel L1, nats"]["met"] is True
    assert aims["multi-resolution STFT distance over Griffin-Lim's"]["met"] is True
    assert aims["level drift over the chain, dB"]["met"] is False
    told = aims["a classifier tells it from the render, the better of two"]
    assert (told["measured"], told["met"]) == (0.7, True)


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    aims = measured([row("piano", "a", f1=None)])["aims"]
    assert (aims[0]["measured"], aims[0]["met"]) == (None, None)


def test_a_card_keeps_what_others_wrote_and_drops_what_is_outdated(tmp_path) -> None:
    path = tmp_path / "card.json"
    path.write_text('{"name": "house", "measured": {"old": 1}, "measured_unseen": {}}')
    entries = card.update(path, {"new": 2})
    assert entries == {"name": "house", "measured": {"new": 2}}
    assert card.update(path, {"new": 3})["measured"] == {"new": 3}


def test_the_page_has_every_group_variant_and_picture() -> None:
    entries = {
        "file": "house.safetensors",
        "bytes": 11_000_000,
        "training_history": "In one sitting.",
        "tried": ["more steps", "fewer steps"],
        "measured": measured([row("piano", "a"), row("corpus, held out", "b")]),
    }
    page = card.page(entries, ["corpus, held out"])
    for title in card.TITLES.values():
        assert f"| {title} |" in page
    assert "| corpus, held out | 1 | 0.200 | 0.300 | 1.000 |" in page
    assert "](house/corpus-held-out.png)" in page
    assert "- more steps\n- fewer steps" in page
    assert "| level drift over the chain, dB | under 0.5 | 0.600 | no |" in page


def test_without_a_vocoder_there_is_no_row_of_it() -> None:
    without = row("piano", "a")
    del without.figures[VOCODER]
    page = card.page({"measured": measured([without])}, [])
    assert card.TITLES[VOCODER] not in page
    assert card.TITLES[COPY] in page
    vocoder = {"file": "vocoder.safetensors", "bytes": 21_536, "sha256": "ab", "licence": "MIT"}
    page = card.page({"measured": measured([row("piano", "a")]), "vocoder": vocoder}, [])
    assert "| vocoder | `vocoder.safetensors`, 0.02 MB, float16, SHA-256 `ab`, MIT |" in page
    assert "| deviation | - |" in page
    page = card.page({"measured": measured([row("piano", "a")]), "deviation": vocoder}, [])
    assert "0.02 MB, gains of the flow's deviation, SHA-256 `ab`, MIT |" in page


def test_ratios_are_told_with_their_error_of_what_is_heard_in_one_or_the_other() -> None:
    faint, silent, alone = pair(0.6, 0.05), pair(0.05, 0.05), pair(0.3, 0.3)
    found = [("organ", faint), ("organ", silent), ("organ", pair(0.5, 0.5)), ("piano", alone)]
    groups = transcribed.by_group(found)
    organ = groups["organ"]
    assert (organ["onset_scores"], organ["onset_f1"]) == (2, 0.275)
    assert organ["onset_ratio"] == pytest.approx(2.0)
    assert organ["onset_error"] == pytest.approx(0.5 / 0.275, abs=1e-3)
    assert groups["piano"]["onset_error"] is None
    assert groups["all"]["onset_scores"] == 3
    assert (organ["onset_earlier_ratio"], organ["onset_later_ratio"]) == (1.0, 0.8)
    assert organ["onset_later_error"] == pytest.approx(0.0)
    assert transcribed.figures([silent])["onset_ratio"] is None


def test_a_moved_sound_is_as_long_and_otherwise_the_same() -> None:
    sound = np.arange(1, 1001, dtype=np.float32)
    earlier, later = (transcribed.moved(sound, frames) for frames in (-128, 128))
    assert earlier.dtype == later.dtype == np.float32
    assert np.array_equal(earlier, np.append(sound[128:], np.zeros(128)))
    assert np.array_equal(later, np.append(np.zeros(128), sound[:-128]))


def test_every_row_of_a_table_is_as_wide_as_its_head() -> None:
    heard = [("piano", pair(0.4, 0.5)), ("piano", pair(0.5, 0.5))]
    page = card.page({"measured": measured([row("piano", "a")], heard)}, [])
    assert "| piano | 2 | 0.500 | 0.900 | 0.100 | 1.000 | 0.000 | 0.800 | 0.000 |" in page
    tables = [block for block in page.split("\n\n") if block.startswith("|")]
    assert len(tables) >= 6
    for block in tables:
        assert len({line.count("|") for line in block.splitlines()}) == 1, block
