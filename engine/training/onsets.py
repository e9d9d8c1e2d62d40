"""Onset F1 of audio files through basic-pitch: a program of its own, for its own environment.

Each line on standard input asks about a sound: {"audio": path, "notes": [[start seconds, end
seconds, pitch], …]}; each answer is a line on standard output, `F1 {"onset": …, "offset": …}`:
pitch right and onset within 50 ms, then also the offset within 50 ms or a fifth of the note.
It imports nothing of Legato, because basic-pitch's requirements do not fit Legato's.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    """Transcribe and score every sound asked about."""
    from basic_pitch import (  # type: ignore[import-not-found]
        FilenameSuffix,
        build_icassp_2022_model_path,
    )
    from basic_pitch.inference import Model  # type: ignore[import-not-found]

    model = Model(build_icassp_2022_model_path(FilenameSuffix.onnx))
    for line in sys.stdin:
        sys.stdout.write("\nF1 " + json.dumps(f1(model, json.loads(line))) + "\n")
        sys.stdout.flush()


def f1(model: Any, entry: dict[str, Any]) -> dict[str, float]:
    """Return F1 by onsets and by onsets and offsets; 0 when nothing was transcribed."""
    import numpy as np
    from basic_pitch.inference import predict

    _, _, events = predict(entry["audio"], model)
    if not events or not entry["notes"]:
        return {"onset": 0.0, "offset": 0.0}
    found = np.array([[start, end, pitch] for start, end, pitch, *_ in events])
    truth = np.array(entry["notes"], float)
    return {
        "onset": _f1(truth, found, offset_ratio=None),
        "offset": _f1(truth, found, offset_ratio=0.2),
    }


def _f1(truth: Any, found: Any, offset_ratio: float | None) -> float:
    import mir_eval

    _, _, score, _ = mir_eval.transcription.precision_recall_f1_overlap(
        truth[:, :2],
        440.0 * 2 ** ((truth[:, 2] - 69) / 12),
        found[:, :2],
        440.0 * 2 ** ((found[:, 2] - 69) / 12),
        offset_ratio=offset_ratio,
    )
    return float(score)


if __name__ == "__main__":
    main()
