from pathlib import Path

import numpy as np
import pytest
import torch

from engine.models.house import weights
from engine.models.house.flow import FlowNet
from engine.models.house.notes import INSTRUMENTS, LOG_FLOOR, MELS, table
from engine.models.house.prior import EnvelopeNet, Found
from engine.models.house.waves import Waves
from engine.training import checkpoint, fit
from engine.training.data import Example
from engine.training.pack import describe, pack, update_card
from engine.wire import ModelFailed, Note, Score


def example(level: float = -3.0, hops: int = 200) -> Example:
    notes = tuple(Note(0.2 * k, 0.2 * k + 0.15, 50 + k, 90, k) for k in range(10))
    score = Score(notes=notes, duration_seconds=hops * 512 / 48_000)
    return Example("test", table(score), np.full((hops, MELS), level, np.float16))


WAVES = Waves()


def tails() -> np.ndarray:
    return np.full((INSTRUMENTS, 128), 20, np.int64)


def test_targets_are_silent_beyond_the_end() -> None:
    mels = fit.targets([fit.Segment(example(hops=30), 10)], 40)
    np.testing.assert_allclose(mels[0, :20], -3.0)
    np.testing.assert_allclose(mels[0, 20:], LOG_FLOOR)


def test_joined_segments_are_the_single_ones() -> None:
    torch.manual_seed(0)
    net = EnvelopeNet()
    segments = [fit.Segment(example(), first) for first in (0, 17, 90)]
    together = fit.priors(net, fit.join(segments, tails(), WAVES, 32), 3, 32)
    for row, segment in enumerate(segments):
        alone = fit.priors(net, fit.join([segment], tails(), WAVES, 32), 1, 32)
        torch.testing.assert_close(alone[0], together[row])


def test_the_schedule_rises_and_falls() -> None:
    rates = [fit.schedule(step, 1000) for step in (0, 100, 500, 999)]
    assert rates[0] < 0.02 < rates[3] + 0.02 < rates[2] < rates[1] <= 1.0


def learn(net: EnvelopeNet, path: Path, steps: int, stop: int = -1) -> None:
    """Fit a network to one example, cut off at step `stop`."""
    examples = [example()]

    def prepare(step: int) -> tuple[Found, np.ndarray]:
        return fit.draw(np.random.default_rng(step), examples, tails(), WAVES, 2, 32)

    def loss(batch: tuple[Found, np.ndarray], step: int) -> torch.Tensor:
        if step == stop:
            raise KeyboardInterrupt
        return (fit.priors(net, batch[0], 2, 32) - torch.from_numpy(batch[1])).abs().mean()

    fit.run(net, prepare, loss, fit.Plan(steps=steps, batch=2, learning_rate=1e-2), path)


def fresh() -> EnvelopeNet:
    torch.manual_seed(0)
    return EnvelopeNet(note_width=32, width=32)


def test_training_learns(tmp_path: Path) -> None:
    net = fresh()
    before = fit.prior_error(net, WAVES, [example()])
    learn(net, tmp_path / "prior.safetensors", 100)
    assert fit.prior_error(net, WAVES, [example()]) < 0.8 * before


def test_training_goes_on_where_it_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut, again = fresh(), fresh(), fresh()
    learn(whole, tmp_path / "whole.safetensors", 8)
    monkeypatch.setattr(fit, "SAVE_SECONDS", 0.0)
    with pytest.raises(KeyboardInterrupt):
        learn(cut, tmp_path / "cut.safetensors", 8, stop=5)
    learn(again, tmp_path / "cut.safetensors", 8)
    for name, value in whole.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, rtol=1e-4, atol=1e-5)


def test_a_missing_checkpoint_starts_at_nothing(tmp_path: Path) -> None:
    net = fresh()
    optimizer = torch.optim.AdamW(net.parameters())
    path = tmp_path / "none.safetensors"
    assert checkpoint.restore(path, net, checkpoint.Average(net), optimizer) == 0


def test_the_flows_loss_falls_with_its_velocity() -> None:
    torch.manual_seed(0)
    net = FlowNet(width=32, blocks=1)
    prior = torch.full((2, 40, MELS), -4.0)
    mel = prior + 0.45 * torch.cos(torch.arange(40) * torch.pi)[:, None]
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    losses = []
    for step in range(40):
        loss = fit.flow_loss(net, prior, mel, np.random.default_rng(step))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < 0.7 * losses[0]


def test_movement_leaves_out_what_stays() -> None:
    steady = torch.full((1, 100, MELS), 0.7)
    torch.testing.assert_close(fit.movement(steady), torch.zeros(1, 100, MELS), atol=1e-6, rtol=0)
    click = steady.clone()
    click[0, 50] += 1.0
    assert float(fit.movement(click)[0, 50].min()) > 0.9


def test_the_priors_loss_counts_level() -> None:
    prior, mel = torch.full((1, 10, MELS), -4.0), torch.full((1, 10, MELS), -5.0)
    expected = 1.0 + fit.LEVEL_SHARE
    assert fit.prior_loss(prior, mel).item() == pytest.approx(expected, abs=1e-4)


def checkpoints(runs: Path) -> None:
    for name, net in (("prior", EnvelopeNet()), ("flow", FlowNet())):
        optimizer = torch.optim.AdamW(net.parameters())
        checkpoint.save(runs / f"{name}.safetensors", net, checkpoint.Average(net), optimizer, 3)


def test_packed_weights_load_and_have_a_card(tmp_path: Path) -> None:
    checkpoints(tmp_path)
    target = tmp_path / "house.safetensors"
    update_card(tmp_path / "card.json", {"measured": {"kept": 1}})
    pack(tmp_path, target)
    prior, flow = weights.load("cpu", target)
    assert target.stat().st_size < 30e6
    expected = fit.load_prior(tmp_path, torch.device("cpu")).state_dict()
    for name, value in prior.state_dict().items():
        torch.testing.assert_close(value, expected[name], rtol=2e-3, atol=1e-4)
    assert not any(each.requires_grad for each in flow.parameters())
    card = describe(target, tmp_path)
    assert card["training_steps"] == {"prior": 3, "flow": 3}
    assert '"kept": 1' in (tmp_path / "card.json").read_text()


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 100])
def test_weights_that_cannot_be_used_are_one_clear_error(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "house.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelFailed, match=r"house\.safetensors"):
        weights.load("cpu", path)
