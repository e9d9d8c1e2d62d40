import json
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from engine.training import data, evaluate
from engine.training.evaluate import Plan
from engine.training.evaluation import classifier, families, references, rows
from engine.wire import StartFailed

needs_fluidsynth = pytest.mark.skipif(
    shutil.which("fluidsynth") is None or not data.SOUNDFONT.exists(),
    reason="FluidSynth and FluidR3 GM are not installed",
)


def test_without_a_soundfont_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match=r"no soundfont at none\.sf2"):
        evaluate.evaluate(Plan(tmp_path, soundfont=tmp_path / "none.sf2"))


def test_without_its_libraries_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "some.sf2").write_bytes(b"RIFF....sfbk")
    monkeypatch.setattr(evaluate, "NEEDED", ("json", "no_such_library"))
    with pytest.raises(StartFailed, match=r"needs no_such_library: pip install"):
        evaluate.evaluate(Plan(tmp_path, soundfont=tmp_path / "some.sf2"))


TRANSCRIBER = """#!{python}
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    length = sum(end - start for start, end, pitch in asked["notes"])
    print("F1", json.dumps(dict(onset=min(1.0, 0.2 + 0.01 * length), offset=0.0)), flush=True)
"""


def transcriber(folder: Path) -> Path:
    """A program in basic-pitch's place that answers by the notes alone."""
    path = folder / "transcriber"
    path.write_text(TRANSCRIBER.format(python=sys.executable))
    path.chmod(0o755)
    return path


@needs_fluidsynth
def test_a_small_run_writes_card_page_and_pictures_and_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "FAMILIES", {"strings": (40,), "drums": ()})
    monkeypatch.setattr(families, "ENSEMBLE_PARTS", 2)
    monkeypatch.setattr(classifier, "STEPS", 2)
    monkeypatch.setattr(references, "GRIFFIN_LIM_TURNS", 2)
    card, documents = tmp_path / "card.json", tmp_path / "docs"
    card.write_text('{"name": "house", "measured_how": "before"}')
    plan = Plan(
        tmp_path / "data",
        onsets_python=transcriber(tmp_path),
        each=1,
        heard=2,
        seconds=2.0,
        chain_seconds=4.0,
        every=8,
        card=card,
        documents=documents,
    )
    measured = evaluate.evaluate(plan)
    assert json.loads(card.read_text()) == {"name": "house", "measured": measured}
    assert set(measured["groups"]) == {"all", "strings", "drums", "ensembles"}
    assert measured["groups"]["all"]["scores"] == 4
    figures = measured["groups"]["all"]
    assert figures["copy_synthesis"]["mel_l1"] < figures["steps_4"]["mel_l1"] < 1.0
    notes = measured["transcribed"]
    assert {name: notes[name]["onset_scores"] for name in notes} == {
        "all": 6,
        "strings": 2,
        "ensembles": 4,
    }
    assert [aim["met"] for aim in measured["aims"][:2]] == [True, None]
    assert measured["chaining"]["phrases"].keys() == {"ensemble-0", "strings-0"}
    assert measured["held"]["strings"]["error_db_8"] < 3.0
    assert "| drums | 1 |" in (documents / "house.md").read_text()
    for group in ("strings", "drums", "ensembles"):
        with Image.open(documents / "house" / f"{group}.png") as image:
            assert image.width > 150
    monkeypatch.setattr(rows, "measure", pytest.fail)
    monkeypatch.setattr("engine.training.evaluation.performer.Performer.perform", pytest.fail)
    assert evaluate.evaluate(plan) == measured
