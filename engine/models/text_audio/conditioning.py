"""What a prompt becomes before a UNet sees it, remembered for the next window and job."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.context import unpack
from engine.wire import BadFrame, Request, WrongTypes

T = TypeVar("T")

Conditioning: TypeAlias = Mapping[str, Tensor]
Arrays: TypeAlias = Mapping[str, NDArray[np.generic]]

NEGATIVE = "negative_"
MASK = "attention_mask"
NOISE = "latents"
REMEMBERED = 64
MAX_TEXT = 16 << 20


class Conditioner(Protocol):
    """Encodes prompts for one family's UNet."""

    sizes: Mapping[str, Sequence[int | None]]
    """The arrays a conditioning holds, by upstream's names, with their sizes but for batch."""

    def encode(self, request: Request, given: Conditioning) -> Conditioning:
        """Encode a request's prompts: each array of `sizes`, and each again as NEGATIVE.

        What is `given` stands in for a prompt. Every array has a first axis of 1.
        Raises: ModelFailed.
        """

    def arguments(self, conditioning: Conditioning, copies: int, is_guided: bool) -> dict[str, Any]:
        """Return the UNet's arguments for a batch: where guided, the negative half first."""

    def let_go(self) -> None:
        """Let the networks go; what is remembered stays."""


class Memory:
    """The last results of encoding a text, so that the same prompt is not encoded twice."""

    def __init__(self) -> None:
        self._results: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def recall(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return the result remembered for a key, or make it."""
        if key not in self._results:
            self._results[key] = make()
            while len(self._results) > REMEMBERED:
                self._results.popitem(last=False)
        self._results.move_to_end(key)
        result: T = self._results[key]
        return result


def is_same(conditioning: Conditioning) -> bool:
    """Whether guidance would do nothing: the prompt and the negative prompt are the same."""
    pairs = [
        (value, conditioning[NEGATIVE + name])
        for name, value in conditioning.items()
        if not name.startswith(NEGATIVE)
    ]
    return all(one.shape == other.shape and one.equal(other) for one, other in pairs)


def given_arrays(request: Request) -> Arrays:
    """Return the arrays that came with a request instead of prompts. Raises: WrongTypes."""
    text = str(request.parameters.get("conditioning", ""))
    if len(text) > MAX_TEXT:
        raise WrongTypes(f"conditioning has {len(text)} characters; at most {MAX_TEXT} may come")
    try:
        return unpack(base64.b64decode(text, validate=True)) if text else {}
    except (binascii.Error, ValueError, BadFrame):
        raise WrongTypes(
            "conditioning is no base64 of a window's context; make a take with "
            "keep_conditioning 1 and send what its context file holds"
        ) from None


def check_arrays(arrays: Arrays, sizes: Mapping[str, Sequence[int | None]], channels: int) -> None:
    """Refuse arrays that are not of a family's shapes. Raises: WrongTypes."""
    for prefix in ("", NEGATIVE):
        came = {name for name in sizes if prefix + name in arrays}
        if came and sizes.keys() - came - {MASK}:
            needed = ", ".join(prefix + name for name in sizes if name != MASK)
            raise WrongTypes(f"{prefix}{min(came)} came alone; this model takes {needed} together")
        for name in came:
            _check(prefix + name, arrays[prefix + name], (1, *sizes[name]))
    if NOISE in arrays:
        _check(NOISE, arrays[NOISE], (None, channels, None, None))


def _check(key: str, array: NDArray[np.generic], wanted: Sequence[int | None]) -> None:
    pairs = zip(array.shape, wanted, strict=False)
    if array.ndim != len(wanted) or any(size not in (None, come) for come, size in pairs):
        shown = ", ".join("any" if size is None else str(size) for size in wanted)
        raise WrongTypes(f"{key} came as {array.shape}; this model takes ({shown})")
    if not array.size or not np.isfinite(array.astype(np.float32)).all():
        raise WrongTypes(f"{key} holds numbers that are none; make it anew")
