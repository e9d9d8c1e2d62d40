from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.models.house.notes import FFT, HOP, RATE_HZ
from engine.models.house.vocoder import BINS, Vocoder
from engine.training import fit, vocoder, vocoder_data
from engine.wire import Bend, Control, Note, Score

PLAN = fit.Plan(steps=2, batch=2, learning_rate=1e-3)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with a second of two voices, one of them gliding."""
    (tmp_path / "audio").mkdir()
    time = np.arange(RATE_HZ) / RATE_HZ
    for name, hz in (("low", 130.0 + 20.0 * time), ("high", 700.0)):
        sound = 0.2 * np.sin(2 * np.pi * hz * time) + 0.1 * np.sin(4 * np.pi * hz * time)
        np.save(tmp_path / "audio" / f"{name}.npy", sound.astype(np.float32))
    return tmp_path


def system(random: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    parts = random.standard_normal((4, 2, 6))
    side, wanted = (torch.from_numpy(parts[i] + 1j * parts[i + 1]) for i in (0, 2))
    side[:, 0] = 0.0
    return torch.from_numpy(random.random((2, 6)) + 4.0), side, wanted


def test_solving_has_the_right_answer_and_gradient() -> None:
    diagonal, side, wanted = system(np.random.default_rng(0))
    found = vocoder.Solve.apply(diagonal, side, wanted)
    for row in range(2):
        matrix = torch.diag(diagonal[row]).to(torch.complex128)
        matrix -= torch.diag(side[row, 1:], 1) + torch.diag(side[row, 1:].conj(), -1)
        torch.testing.assert_close(matrix @ found[row], wanted[row])
    inner = side[:, 1:].clone().requires_grad_()

    def solve(middle: torch.Tensor, beside: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        whole = torch.cat((torch.zeros(2, 1, dtype=beside.dtype), beside), 1)
        return torch.view_as_real(vocoder.Solve.apply(middle, whole, right))

    inputs = (diagonal.requires_grad_(), inner, wanted.requires_grad_())
    assert torch.autograd.gradcheck(solve, inputs)


def test_true_turns_join_to_the_true_sound(data: Path) -> None:
    sounds = vocoder_data.read_audio(data)
    sound = vocoder_data.draw(np.random.default_rng(3), sounds, 2, FFT + 8 * HOP).double()
    spectrum = vocoder.spectra(sound)
    advance = torch.from_numpy(vocoder.ADVANCE)
    since = spectrum[:, 1:] * spectrum[:, :-1].conj() * advance.conj()
    below = torch.ones_like(since)
    below[..., 1:] = spectrum[:, 1:, 1:] * spectrum[:, 1:, :-1].conj()
    turns = tuple(0.999 * each / each.abs().clamp(min=1e-12) for each in (since, below))
    first = spectrum[:, 0] / spectrum[:, 0].abs()
    joined = vocoder.joined(spectrum.abs(), turns, first)
    made = vocoder.sounded(joined)
    truth = sound[:, FFT // 2 : FFT // 2 + made.shape[1]]
    assert (made - truth).square().mean() < 1e-3 * truth.square().mean()


def test_both_stages_learn_go_on_and_are_packed(data: Path) -> None:
    runs = data / "runs"
    vocoder.fit_phases(data, runs, PLAN, "cpu")
    vocoder.fit_judged(data, runs, PLAN, "cpu")
    before = load_file(runs / "vocoder.safetensors")
    assert all(torch.isfinite(value).all() for value in before.values())
    vocoder.fit_judged(data, runs, PLAN, "cpu")
    again = load_file(runs / "vocoder.safetensors")
    assert all(torch.equal(value, again[name]) for name, value in before.items())
    more = fit.Plan(steps=3, batch=2, learning_rate=1e-3)
    vocoder.fit_judged(data, runs, more, "cpu")
    after = load_file(runs / "vocoder.safetensors")
    for part in ("net.net.enter.weight", "net.judges.0.layers.0.weight"):
        assert not torch.equal(before[part], after[part])
    target = data / "packed" / "vocoder.safetensors"
    target.parent.mkdir()
    vocoder.pack(runs, target)
    assert "licence" in (target.parent / "card.json").read_text()
    assert np.isfinite(Vocoder.load(target).sound(np.full((3, 128), -3.0, np.float32), HOP)).all()


def test_the_judges_do_not_teach_themselves_through_the_network(data: Path) -> None:
    torch.manual_seed(0)
    contest = vocoder.Contest()
    made = torch.randn(2, 4096).requires_grad_()
    own, judged, match = contest.judged(made, torch.randn(2, 4096))
    own.backward(retain_graph=True)
    assert made.grad is None
    assert any(value.grad is not None for value in contest.judges.parameters())
    contest.zero_grad(set_to_none=True)
    (judged + match).backward()
    assert made.grad is not None
    assert all(value.grad is None for value in contest.judges.parameters())


def test_a_cut_off_score_starts_at_its_moment() -> None:
    notes = tuple(Note(float(k), k + 0.5, 60 + k % 12, 90, 5) for k in range(40))
    events = {
        "controls": (Control(0.0, 0, 7, 100), Control(39.0, 0, 7, 90)),
        "bends": (Bend(0.0, 0, 1.0),),
    }
    score = Score(notes=notes, duration_seconds=40.0, **events)
    found = vocoder_data.excerpt(score, 5)
    assert found.duration_seconds == vocoder_data.EXCERPT_SECONDS
    assert 11 <= len(found.notes) <= 13
    assert all(0.0 <= note.start_seconds < note.end_seconds <= 12.0 for note in found.notes)
    assert all(event.seconds >= 0.0 for event in (*found.controls, *found.bends))


def test_bins_are_those_of_the_vocoder() -> None:
    assert vocoder.spectra(torch.zeros(1, FFT + 2 * HOP)).shape == (1, 3, BINS)
