"""Audio Diffusion against diffusers' AudioDiffusionPipeline, from the same noise."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.models.audio_diffusion import denoise
from engine.models.audio_diffusion.mel import draw
from engine.models.base import Audio, window_seed
from engine.models.schedulers import Sampler, make_scheduler
from tests.engine.models.audio_diffusion.conftest import Player
from tests.engine.models.tiny.audio_diffusion import ENCODING_SIZE

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Empty filters:UserWarning"),
    pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning"),
]
SEED = 3
STEPS = 6
KINDS = ("pixel", "latent")
SCHEDULERS = ("DDIMScheduler", "DDPMScheduler")
every_kind = pytest.mark.parametrize("kind", KINDS)
every_scheduler = pytest.mark.parametrize("scheduler", SCHEDULERS)
GetPlayer = Callable[..., Player]
Music = Callable[..., Audio]


def generator() -> torch.Generator:
    """The generator that a job's first window draws from."""
    return torch.Generator().manual_seed(window_seed(SEED, 0))


@contextlib.contextmanager
def recorded() -> Iterator[list[Tensor]]:
    """Note what goes into and comes out of every step of DDIM and DDPM."""
    import diffusers

    samples: list[Tensor] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in SCHEDULERS:
            kind = getattr(diffusers, name)

            @functools.wraps(kind.step)
            def step(self: Any, *args: Any, whole: Any = kind.step, **options: Any) -> Any:
                samples.append((options["sample"] if "sample" in options else args[2]).clone())
                result = whole(self, *args, **options)
                samples.append(result[0].clone())
                return result

            patch.setattr(kind, "step", step)
        yield samples


def check_same(mine: list[Tensor], theirs: list[Tensor]) -> None:
    assert len(mine) == len(theirs) > 0
    for ours, upstreams in zip(mine, theirs, strict=True):
        error = (ours - upstreams).abs().max() / upstreams.abs().max()
        assert error <= 1e-4


def check_images(mine: Any, theirs: Any, share: float = 1e-3) -> None:
    """At most a share of the grey values may be rounded the other way."""
    difference = np.abs(mine.astype(int) - np.asarray(theirs).astype(int))
    assert difference.max() <= 1
    assert np.count_nonzero(difference) <= difference.size * share


@every_kind
@every_scheduler
@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_generate(player: GetPlayer, kind: str, scheduler: str, eta: float) -> None:
    one = player(kind=kind, scheduler=scheduler)
    with recorded() as mine:
        played = one.play("generate", seed=SEED, steps=STEPS, eta=eta)
    with recorded() as theirs:
        made = one.pipeline()(steps=STEPS, eta=eta, generator=generator())
    check_same(mine, theirs)
    check_images(played.images[0], made.images[0])
    assert len(played.audio) == made.audios.shape[-1]


@every_kind
@every_scheduler
@pytest.mark.parametrize("start_step", [0, 1, 4, 5])
def test_vary(player: GetPlayer, music: Music, kind: str, scheduler: str, start_step: int) -> None:
    one = player(kind=kind, scheduler=scheduler)
    source = music(one.window_frames)
    strength = 1.0 - start_step / STEPS
    with recorded() as mine:
        played = one.play("vary", source, seed=SEED, steps=STEPS, strength=strength)
    with recorded() as theirs:
        made = one.pipeline()(
            raw_audio=source[:, 0], start_step=start_step, steps=STEPS, generator=generator()
        )
    if start_step or kind == "pixel":
        check_same(mine, theirs)
        check_images(played.images[0], made.images[0])


def test_the_default_steps_are_upstreams(player: GetPlayer) -> None:
    for scheduler, steps in zip(SCHEDULERS, (50, 1000), strict=True):
        one = player(scheduler=scheduler)
        assert one.pipeline().get_default_steps() == steps
        window = one.plan("generate")[0]
        from engine.models.audio_diffusion.parameters import steps_of

        assert steps_of(window.request, scheduler) == steps


def test_a_conditional_unet_takes_its_encoding(player: GetPlayer) -> None:
    one = player(kind="conditional")
    numbers = np.random.default_rng(5).standard_normal((1, 2, ENCODING_SIZE)).astype(np.float32)
    text = " ".join(map(str, numbers.ravel().tolist()))
    with recorded() as mine:
        one.play("generate", seed=SEED, steps=STEPS, encoding=text)
    with recorded() as theirs:
        one.pipeline()(steps=STEPS, generator=generator(), encoding=torch.from_numpy(numbers))
    check_same(mine, theirs)
    with recorded() as other:
        one.play("generate", seed=SEED, steps=STEPS, encoding="1, 0, 0, 0, 0, 0")
    assert (other[-1] - mine[-1]).abs().max() > 1e-3


def mend(scheduler: Any) -> None:
    """Let upstream noise its masks to the level after each step, not to the one before it.

    And with the noise itself: with a start step, it has been overwritten by the noised source.
    """
    noised, noises = scheduler.add_noise, []

    def add_noise(clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        noises.append(noise.clone())
        if times.ndim == 0:
            return noised(clean, noise, times)
        return torch.cat((noised(clean, noises[0], times[1:]), clean[None]), dim=1)

    scheduler.add_noise = add_noise


@every_kind
@every_scheduler
@pytest.mark.parametrize("start_step", [0, 2])
def test_masks_are_upstreams_but_for_their_level(
    player: GetPlayer, music: Music, kind: str, scheduler: str, start_step: int
) -> None:
    """Upstream leaves the kept columns one step noisier than the rest, even in the end.

    With that set right in it, the same columns are made, out of the same samples.
    """
    one = player(kind=kind, scheduler=scheduler)
    source = music(one.window_frames)
    second = 43.07 / 43.06640625  # Upstream counts whole columns a second, rounding down.
    keep_start, keep_end = 20 * 512 / 22_050 * second, 16 * 512 / 22_050 * second
    results = []
    for is_mended in (True, False):
        upstream = one.pipeline()
        if is_mended:
            mend(upstream.scheduler)
        with recorded() as theirs:
            upstream(
                raw_audio=source[:, 0],
                start_step=start_step,
                steps=STEPS,
                generator=generator(),
                mask_start_secs=keep_start,
                mask_end_secs=keep_end,
            )
        results.append(theirs)
    mine = masked(one, source, start_step, 20, 16)
    check_same(mine, results[0])
    assert (mine[-1] - results[1][-1]).abs().max() > 1e-3


def masked(one: Player, source: Audio, start_step: int, head: int, tail: int) -> list[Tensor]:
    """Return the steps of our loop with the first and last columns of a source kept."""
    renderer: Any = one.model._renderer
    geometry = renderer._geometry
    random = generator()
    noise = torch.randn(geometry.sample_shape, generator=random)
    clean = renderer._codec.encode(draw(source[:, 0], geometry).image, random)
    mask = torch.zeros(noise.shape[-1], dtype=torch.bool)
    mask[: head // geometry.factor] = True
    mask[-(tail // geometry.factor) :] = True
    config = renderer._scheduler
    run = STEPS - start_step if start_step else None
    sampler = Sampler(make_scheduler(config), STEPS, random, run_steps=run)
    start = noise
    if start_step:
        level = sampler.scheduler.timesteps[start_step - 1]
        start = sampler.noised(clean, noise, level)
    kept = denoise.Kept(clean, mask, noise)
    with recorded() as mine, torch.inference_mode():
        made = denoise.Denoiser(renderer._unet).run(sampler, start, lambda _: None, kept)
    assert torch.equal(made[..., mask], clean[..., mask])
    return mine


def test_inversion(player: GetPlayer, music: Music) -> None:
    one = player()
    renderer: Any = one.model._renderer
    upstream = one.pipeline()
    image = draw(music(one.window_frames)[:, 0], renderer._geometry).image
    from PIL import Image

    theirs = upstream.encode([Image.fromarray(image)], steps=STEPS)
    scheduler = make_scheduler(renderer._scheduler, "ddim")
    with torch.inference_mode():
        start = renderer._codec.encode(image)
        mine = denoise.Denoiser(renderer._unet).invert(scheduler, start, STEPS, lambda _: None)
    check_same([mine], [theirs])


@pytest.mark.parametrize("mix", [0.0, 0.3, 0.5, 1.0])
def test_slerp(player: GetPlayer, mix: float) -> None:
    one, other = torch.randn(2, 1, 1, 32, 64, generator=generator()).unbind()
    check_same([denoise.slerp(one, other, mix)], [player().pipeline().slerp(one, other, mix)])


def test_interpolation_is_upstreams_recipe(player: GetPlayer, music: Music) -> None:
    """Both sources encoded, their noises mixed by slerp, and denoised by DDIM."""
    from PIL import Image

    one = player()
    first, second = music(one.window_frames, 1), music(one.window_frames, 2)
    played = one.play("interpolate", first, second, mix=0.3, steps=STEPS)
    upstream = one.pipeline()
    geometry = one.model._geometry
    images = [Image.fromarray(draw(sound[:, 0], geometry).image) for sound in (first, second)]
    noises = [upstream.encode([image], steps=STEPS) for image in images]
    noise = upstream.slerp(*noises, 0.3)
    theirs = upstream(noise=noise, steps=STEPS).images[0]
    check_images(played.images[0], theirs, share=0.02)


@pytest.mark.parametrize("shape", [(64, 64, 512), (32, 128, 512), (48, 96, 1024)])
def test_other_resolutions(player: GetPlayer, music: Music, shape: tuple[int, int, int]) -> None:
    rows, columns, hop = shape
    one = player(rows=rows, columns=columns, hop_length=hop)
    source = music(one.window_frames)
    played = one.play("vary", source, seed=SEED, steps=STEPS, strength=0.5)
    made = one.pipeline()(raw_audio=source[:, 0], start_step=3, steps=STEPS, generator=generator())
    check_images(played.images[0], made.images[0])
    assert played.images[0].shape == (rows, columns)
    assert len(played.audio) == made.audios.shape[-1]


def test_upstreams_batch_is_our_jobs_one_by_one(player: GetPlayer) -> None:
    """A batch of takes is so many jobs, each with a seed of its own: the same sounds, alone."""
    one = player()
    noises = [
        torch.randn((1, 1, 32, 64), generator=torch.Generator().manual_seed(window_seed(s, 0)))
        for s in (1, 2)
    ]
    made = one.pipeline()(batch_size=2, noise=torch.cat(noises), steps=STEPS)
    for seed, image in zip((1, 2), made.images, strict=True):
        check_images(one.play("generate", seed=seed, steps=STEPS).images[0], image)


@pytest.mark.long
@every_kind
def test_true_size(player: GetPlayer, music: Music, kind: str) -> None:
    """Components as large as the public checkpoints', which a few minutes do for."""
    one = player(kind=kind, is_true_size=True)
    source = music(one.window_frames)
    with recorded() as mine:
        played = one.play("vary", source, seed=SEED, steps=4, strength=0.5)
    with recorded() as theirs:
        made = one.pipeline()(raw_audio=source[:, 0], start_step=2, steps=4, generator=generator())
    check_same(mine, theirs)
    check_images(played.images[0], made.images[0])
