"""Onset F1 of audio files through basic-pitch: a program of its own, for its own environment.

    PYTHON onsets.py MANIFEST.json

The manifest is a list of {"audio": path, "notes": [[start seconds, end seconds, pitch], …]};
the answer, on standard output, is a list of F1 scores: pitch right, onset within 50 ms.
It imports nothing of Legato, because basic-pitch's requirements do not fit Legato's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(path: Path) -> None:
    """Transcribe and score every file of a manifest."""
    from basic_pitch import (  # type: ignore[import-not-found]
        FilenameSuffix,
        build_icassp_2022_model_path,
    )
    from basic_pitch.inference import Model  # type: ignore[import-not-found]

    model = Model(build_icassp_2022_model_path(FilenameSuffix.onnx))
    results = [f1(model, entry) for entry in json.loads(path.read_text())]
    sys.stdout.write("\nF1 " + json.dumps(results) + "\n")


def f1(model: Any, entry: dict[str, Any]) -> float:
    """Return the onset F1 of one entry; 0 when nothing was transcribed."""
    import mir_eval
    import numpy as np
    from basic_pitch.inference import predict

    _, _, events = predict(entry["audio"], model)
    if not events or not entry["notes"]:
        return 0.0
    found = np.array([[start, end, pitch] for start, end, pitch, *_ in events])
    truth = np.array(entry["notes"], float)
    _, _, score, _ = mir_eval.transcription.precision_recall_f1_overlap(
        truth[:, :2],
        440.0 * 2 ** ((truth[:, 2] - 69) / 12),
        found[:, :2],
        440.0 * 2 ** ((found[:, 2] - 69) / 12),
        offset_ratio=None,
    )
    return float(score)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
