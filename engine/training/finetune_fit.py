"""The loop that adapts a UNet: noise, loss, average of the weights, going on after a kill."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.models.audio_diffusion.codec import Codec
from engine.models.schedulers import make_scheduler
from engine.training import checkpoint

log = logging.getLogger(__name__)

AVERAGE_DECAY = 0.999
WARM_UP_STEPS = 100
MAX_NORM = 1.0
REPORT_SECONDS = 10.0


@dataclass(frozen=True)
class FinetunePlan:
    """How long and how to adapt; a step sees `batch` slices, `accumulate` times."""

    steps: int = 2000
    batch: int = 4
    accumulate: int = 1
    learning_rate: float = 5e-5
    seed: int = 0
    save_steps: int = 250
    precision: str = "float32"


class Finetuning:
    """One UNet under adaptation, and what is needed to go on with it."""

    def __init__(
        self,
        unet: nn.Module,
        codec: Codec,
        scheduler: dict[str, Any],
        images: NDArray[np.uint8],
        plan: FinetunePlan,
        device: torch.device,
    ) -> None:
        """Take a UNet in float32 on its device; it is trained in place."""
        self.unet = unet
        self.plan = plan
        self._codec = codec
        self._scheduler = make_scheduler(scheduler, "ddpm")
        self._images = images
        self._device = device
        unet.requires_grad_(True).train()
        self._optimizer = torch.optim.AdamW(
            unet.parameters(), lr=plan.learning_rate, betas=(0.95, 0.999), weight_decay=1e-6
        )
        self.average = checkpoint.Average(unet, AVERAGE_DECAY)

    def run(self, state: Path, each: Callable[[int], None]) -> None:
        """Train from the last saved step on; `each` is called after every one, with how many.

        A run that is cut off goes on from its last save as if nothing had happened: what a step
        learns from depends on the seed and on its number alone.
        """
        first = checkpoint.restore(state, self.unet, self.average, self._optimizer)
        if first:
            log.info("going on after step %d", first)
        pace = _Pace(first, self.plan.steps)
        with _stop_asked() as stop:
            for step in range(first, self.plan.steps):
                pace.report(step + 1, self._step(step))
                done = step + 1
                if done % self.plan.save_steps == 0 or done == self.plan.steps or stop.is_set():
                    self._save(state, done)
                if stop.is_set():
                    log.info("stopped after step %d; the same command goes on from there", done)
                    raise KeyboardInterrupt
                each(done)

    def _save(self, state: Path, done: int) -> None:
        checkpoint.save(state, self.unet, self.average, self._optimizer, done)

    def _step(self, step: int) -> float:
        """Take one step and return its loss."""
        plan, total = self.plan, 0.0
        for group in self._optimizer.param_groups:
            group["lr"] = plan.learning_rate * min(1.0, (step + 1) / WARM_UP_STEPS)
        self._optimizer.zero_grad(set_to_none=True)
        for part in range(plan.accumulate):
            loss = self._loss(step * plan.accumulate + part) / plan.accumulate
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        nn.utils.clip_grad_norm_(self.unet.parameters(), MAX_NORM)
        self._optimizer.step()
        self.average.update(self.unet, step)
        return total

    def _loss(self, draw: int) -> Tensor:
        """Return the mean square error of what the UNet predicts (Ho, Jain and Abbeel 2020)."""
        generator = torch.Generator().manual_seed(_seed(self.plan.seed, draw))
        clean = self._clean(draw, generator)
        noise = torch.randn(clean.shape, generator=generator).to(self._device)
        steps = self._scheduler.config.num_train_timesteps
        times = torch.randint(0, steps, (len(clean),), generator=generator).to(self._device)
        noisy = self._scheduler.add_noise(clean, noise, times)
        with self._precision():
            output = self.unet(noisy, times, return_dict=False)[0]
        loss: Tensor = nn.functional.mse_loss(output.float(), self._target(clean, noise, times))
        return loss

    def _clean(self, draw: int, generator: torch.Generator) -> Tensor:
        rows = order(len(self._images), self.plan.batch, draw, self.plan.seed)
        with torch.no_grad():
            return torch.cat([self._codec.encode(self._images[row], generator) for row in rows])

    def _target(self, clean: Tensor, noise: Tensor, times: Tensor) -> Tensor:
        kind = self._scheduler.config.prediction_type
        if kind == "v_prediction":
            velocity: Tensor = self._scheduler.get_velocity(clean, noise, times)
            return velocity
        return clean if kind == "sample" else noise

    def _precision(self) -> contextlib.AbstractContextManager[object]:
        if self.plan.precision == "float32":
            return contextlib.nullcontext()
        return torch.autocast(self._device.type, getattr(torch, self.plan.precision))


def order(count: int, batch: int, draw: int, seed: int) -> list[int]:
    """Return which slices the `draw`-th batch has: every one comes once before any again."""
    places = range(draw * batch, (draw + 1) * batch)
    shuffles: dict[int, NDArray[np.int64]] = {}
    for turn in {place // count for place in places}:
        shuffles[turn] = np.random.default_rng([seed, turn]).permutation(count)
    return [int(shuffles[place // count][place % count]) for place in places]


def _seed(seed: int, draw: int) -> int:
    return int(np.random.SeedSequence([seed, draw, 7]).generate_state(1, np.uint64)[0] >> 1)


class _Pace:
    """Logs the mean loss of the last steps and how much time is left."""

    def __init__(self, first: int, steps: int) -> None:
        self._first, self._steps = first, steps
        self._begun = self._told = time.monotonic()
        self._recent: list[float] = []

    def report(self, done: int, loss: float) -> None:
        """Take note of a step's loss; say something now and then."""
        self._recent.append(loss)
        now = time.monotonic()
        if now - self._told < REPORT_SECONDS and done < self._steps:
            return
        left = (now - self._begun) / (done - self._first) * (self._steps - done)
        mean, self._recent, self._told = float(np.mean(self._recent)), [], now
        text = "step %d of %d, loss %.4f, %s left"
        log.info(text, done, self._steps, mean, _duration(left))


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes > 1 else f"{seconds:.0f} s"


@contextlib.contextmanager
def _stop_asked() -> Iterator[threading.Event]:
    """Let the first Ctrl-C wait for the end of a step; the second one is a KeyboardInterrupt."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return

    def ask(number: int, frame: object) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
