from functools import cache

import pytest
import torch

from engine.models.house import weights
from engine.models.house.flow import CONTEXT_HOPS, WINDOW_HOPS, Course, FlowNet, refine
from engine.models.house.notes import LOG_FLOOR, MELS, table
from engine.models.house.prior import mix
from engine.models.house.waves import Waves
from engine.wire import Note, Score


@cache
def trained() -> tuple[FlowNet, torch.Tensor]:
    prior_net, flow_net = weights.load()
    notes = [Note(0.25 * k, 0.25 * k + 0.2, 48 + 2 * k, 60 + 4 * k, 8 * k) for k in range(12)]
    prior = mix(prior_net, Waves(), table(Score(notes=tuple(notes), duration_seconds=4.0)), 0, 300)
    return flow_net, prior


def sample(prior: torch.Tensor, context: torch.Tensor | None, steps: int = 4, seed: int = 1):
    generator = torch.Generator().manual_seed(seed)
    return refine(trained()[0], prior, context, steps, generator)


def test_no_steps_give_the_prior() -> None:
    _, prior = trained()
    torch.testing.assert_close(sample(prior[:128], None, steps=0), prior[:128])
    torch.testing.assert_close(sample(prior[:160], prior[:32], steps=0), prior[32:160])


@pytest.mark.parametrize("hops", [1, 7, 64, WINDOW_HOPS])
@pytest.mark.parametrize("known", [0, 5, CONTEXT_HOPS])
@pytest.mark.parametrize("steps", [1, 4, 8])
def test_any_window_is_near_its_prior(hops: int, known: int, steps: int) -> None:
    _, prior = trained()
    context = prior[:known] if known else None
    mel = sample(prior[: known + hops], context, steps)
    assert mel.shape == (hops, MELS)
    assert float(mel.min()) >= LOG_FLOOR - 1e-6
    assert float((mel - prior[known : known + hops]).abs().mean()) < 1.0


def test_the_seed_decides() -> None:
    _, prior = trained()
    torch.testing.assert_close(sample(prior[:96], None), sample(prior[:96], None), rtol=0, atol=0)
    assert not torch.equal(sample(prior[:96], None), sample(prior[:96], None, seed=2))


def test_the_context_is_heard() -> None:
    _, prior = trained()
    plain, shifted = prior[:CONTEXT_HOPS], prior[:CONTEXT_HOPS] + 0.4
    first = sample(prior[: CONTEXT_HOPS + 64], plain)
    second = sample(prior[: CONTEXT_HOPS + 64], shifted)
    assert float((first - second)[:4].abs().mean()) > 1e-3


def test_silence_stays_silent() -> None:
    mel = sample(torch.full((64, MELS), LOG_FLOOR), None)
    assert float(mel.mean()) < LOG_FLOOR + 0.1


def test_refinement_moves_more_than_the_prior() -> None:
    _, prior = trained()
    mel = sample(prior[:WINDOW_HOPS], None)
    assert mel.diff(dim=0).abs().mean() > prior[:WINDOW_HOPS].diff(dim=0).abs().mean()


def test_only_so_much_of_the_context_is_heard_as_is_read() -> None:
    net, prior = trained()
    reach, whole = net.reach_hops, prior[: CONTEXT_HOPS + 64]
    other = whole.clone()
    other[: CONTEXT_HOPS - reach] = -3.0
    at, mask = torch.full((1,), 0.25), torch.zeros(len(whole), 1)
    mask[:CONTEXT_HOPS] = 1.0
    with torch.inference_mode():
        first, second, shifted = (
            net(noisy[None], noisy[None], noisy[None], mask[None], at)[0, CONTEXT_HOPS:]
            for noisy in (whole, other, whole + 0.1)
        )
    torch.testing.assert_close(first, second)
    assert not torch.allclose(first, shifted)
    known = whole[:CONTEXT_HOPS]
    torch.testing.assert_close(
        sample(whole, known), sample(whole[CONTEXT_HOPS - reach :], known[-reach:])
    )


@pytest.mark.parametrize("hops", [1, 5, 64])
@pytest.mark.parametrize("known", [0, 5, 15, CONTEXT_HOPS])
def test_the_short_way_is_the_networks_own(known: int, hops: int) -> None:
    net, prior = trained()
    torch.manual_seed(known + hops)
    clean, noisy = torch.randn(2, known + hops, MELS)
    prior, mask = prior[: known + hops], torch.zeros(known + hops, 1)
    mask[:known] = 1.0
    course = Course(net, prior, clean, mask, 4)
    for step in range(4):
        at = torch.full((1,), step / 4)
        whole = net(noisy[None], prior[None], clean[None], mask[None], at)[0]
        torch.testing.assert_close(
            course.velocity(noisy, step)[-hops:], whole[-hops:], rtol=1e-4, atol=2e-5
        )


def test_what_a_step_is_announced_to_can_end_it() -> None:
    net, prior = trained()
    steps: list[int] = []

    def announce(step: int) -> None:
        steps.append(step)
        if step == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        refine(net, prior[:16], None, 4, torch.Generator().manual_seed(0), announce)
    assert steps == [0, 1, 2]
