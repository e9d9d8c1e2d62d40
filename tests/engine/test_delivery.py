"""What a model gave is held to what it planned, and laid out as a chunk's payload."""

from __future__ import annotations

import numpy as np
import pytest

from engine.delivery import delivery
from engine.jobs import Window
from engine.models.base import IMAGE, STEMS, Audio
from engine.wire import ModelFailed, ModelSpec, Request

SPEC = ModelSpec("some", 8_000, 2, 4, 1, ("render",))
AUDIO = np.arange(8, dtype=np.float32).reshape(4, 2)
STEMS_OF_TWO = np.stack((AUDIO, -AUDIO))


def window(*stems: str) -> Window:
    return Window(1, 3, 4, 4, Request("render", "some"), None, stems)


def test_all_of_it_lies_in_the_payload_in_order() -> None:
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    context = {STEMS: STEMS_OF_TWO, "kept": np.array([7]), IMAGE: image}
    made = delivery(AUDIO, context, window("a", "b"), SPEC)
    assert bytes(made.audio) == AUDIO.tobytes()
    assert bytes(made.stems) == STEMS_OF_TWO.tobytes()
    assert b"kept" in made.context
    assert STEMS.encode() not in made.context
    expected = AUDIO.tobytes() + made.context + STEMS_OF_TWO.tobytes() + image.tobytes()
    assert bytes(made.payload) == expected


def test_without_stems_there_are_none() -> None:
    made = delivery(AUDIO, {}, window(), SPEC)
    assert not made.stems.nbytes
    assert bytes(made.payload) == AUDIO.tobytes() + made.context


@pytest.mark.parametrize(
    ("stems", "names"),
    [
        (STEMS_OF_TWO, ()),
        (STEMS_OF_TWO, ("a", "b", "c")),
        (STEMS_OF_TWO.astype(np.float64), ("a", "b")),
        (STEMS_OF_TWO[:, :3], ("a", "b")),
        (STEMS_OF_TWO * np.float32(np.nan), ("a", "b")),
        (None, ("a",)),
    ],
)
def test_stems_that_were_not_planned_fail_the_model(
    stems: Audio | None, names: tuple[str, ...]
) -> None:
    context = {} if stems is None else {STEMS: stems}
    with pytest.raises(ModelFailed, match="some gave"):
        delivery(AUDIO, context, window(*names), SPEC)


def test_audio_and_pictures_of_another_shape_fail_the_model() -> None:
    with pytest.raises(ModelFailed, match="planned"):
        delivery(AUDIO[:2], {}, window(), SPEC)
    with pytest.raises(ModelFailed, match="image"):
        delivery(AUDIO, {IMAGE: np.zeros(4, np.uint8)}, window(), SPEC)
