"""Sound decoded window by window is sound decoded at once, whatever the network looks at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from engine.models.spectrogram_diffusion.vocoder import (
    HOP,
    LOUDEST,
    MAX_REACH_HOPS,
    MELS,
    QUIETEST,
    Reach,
    Vocoder,
)
from engine.wire import ModelFailed
from tests.engine.models.tiny.spectrogram_diffusion import melgan

WINDOW_HOPS = 256
Floats = NDArray[np.float32]


def vocoder(folder: Path, graph: onnx.ModelProto) -> Vocoder:
    onnx.save(graph, folder / "model.onnx")
    return Vocoder(folder / "model.onnx", "cpu", 1)


def mels(windows: int) -> list[Floats]:
    noise = np.random.default_rng(3)
    spectra = noise.uniform(QUIETEST, LOUDEST, (windows, WINDOW_HOPS, MELS))
    return [mel.astype(np.float32) for mel in spectra]


def chained(made: Vocoder, spectra: list[Floats]) -> list[Floats]:
    sounds: list[Floats] = []
    before = tail = None
    for index, mel in enumerate(spectra):
        sound, tail = made.join(mel, before, tail, index == len(spectra) - 1)
        sounds.append(sound)
        before = mel
    return sounds


@pytest.mark.parametrize(("before", "after"), [(0, 0), (6, 4), (0, 9), (12, 0), (32, 32)])
def test_windows_joined_are_the_whole_decoded_at_once(
    tmp_path: Path, before: int, after: int
) -> None:
    made = vocoder(tmp_path, melgan(before, after))
    assert made.reach == Reach(before, after)
    spectra = mels(4)
    sounds = chained(made, spectra)
    held = (after + 1) * HOP
    assert [len(sound) for sound in sounds] == [
        WINDOW_HOPS * HOP - held,
        WINDOW_HOPS * HOP,
        WINDOW_HOPS * HOP,
        WINDOW_HOPS * HOP + held,
    ]
    whole = made.decode(np.concatenate(spectra))
    np.testing.assert_allclose(np.concatenate(sounds), whole, atol=1e-5)


def test_a_network_that_looks_further_is_faded_into(tmp_path: Path) -> None:
    """Its windows differ from the whole a little, and join without a step."""
    made = vocoder(tmp_path, melgan(48, 40))
    assert made.reach == Reach(MAX_REACH_HOPS, MAX_REACH_HOPS)
    sound = np.concatenate(chained(made, mels(2)))
    join = WINDOW_HOPS * HOP - made.reach.held_hops * HOP
    rough = np.abs(np.diff(sound))
    assert rough[join - 5 : join + 5].max() < rough.max()
    assert len(sound) == 2 * WINDOW_HOPS * HOP


def test_one_window_alone_is_decoded_to_its_end(tmp_path: Path) -> None:
    made = vocoder(tmp_path, melgan())
    (mel,) = mels(1)
    np.testing.assert_array_equal(made.join(mel, None, None, True)[0], made.decode(mel))


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelFailed, match="legato pull"):
        Vocoder(tmp_path / "model.onnx", "cpu", 1)


def test_a_graph_of_another_rate_is_refused(tmp_path: Path) -> None:
    nodes = [helper.make_node("Identity", ["input_features"], ["audio"])]
    value = helper.make_tensor_value_info("input_features", TensorProto.FLOAT, [1, "T", MELS])
    out = helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, "T", MELS])
    graph = helper.make_graph(nodes, "other", [value], [out])
    opset = [helper.make_opsetid("", 17)]
    with pytest.raises(ModelFailed, match="320 a hop"):
        vocoder(tmp_path, helper.make_model(graph, opset_imports=opset, ir_version=8))


def test_a_graph_of_other_inputs_is_refused(tmp_path: Path) -> None:
    value = helper.make_tensor_value_info("waves", TensorProto.FLOAT, [1, 1, "T"])
    out = helper.make_tensor_value_info("audio", TensorProto.FLOAT, [1, 1, "T"])
    graph = helper.make_graph([helper.make_node("Tanh", ["waves"], ["audio"])], "o", [value], [out])
    opset = [helper.make_opsetid("", 17)]
    with pytest.raises(ModelFailed, match="cannot decode"):
        vocoder(tmp_path, helper.make_model(graph, opset_imports=opset, ir_version=8))
