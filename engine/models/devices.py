"""What the engine must know of torch's devices, kept beside the models that use them."""

from __future__ import annotations

import ctypes
import gc
import os
import re
import sys
from typing import Literal, TypeAlias

from engine.wire import StartFailed

Fault: TypeAlias = Literal["memory", "device", "other"]

_KNOWN = re.compile(r"auto|cpu|mps|cuda(:\d{1,2})?")
_DRIVERS = ("libcuda.so.1", "nvcuda.dll")
_MEMORY_TEXTS = ("out of memory", "can't allocate memory", "not enough memory")


def pick_device(asked: str) -> str:
    """Return the device to render on; "auto" is "cuda" where there is one, else "cpu".

    Raises: StartFailed when a device was asked for by name and is not there.
    """
    _let_threads_sleep()
    if not _KNOWN.fullmatch(asked):
        raise StartFailed(f"device {asked[:40]!r} is none; use auto, cpu, cuda, cuda:1 or mps")
    if asked == "cpu" or (asked == "auto" and not _has_driver()):
        return "cpu"
    import torch

    if asked == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(1, device=asked)
    except (RuntimeError, AssertionError):
        raise StartFailed(f"device {asked!r} is not there; use cpu or auto") from None
    return asked


def _let_threads_sleep() -> None:
    """Keep torch's threads from spinning while they wait; to be called before torch is imported.

    Spinning threads starve whatever else runs: beside other work on 2 cores a render by spinning
    threads took 9 times the CPU time of one by sleeping threads.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def fault_of(error: BaseException) -> Fault:
    """Tell lack of memory and a broken device from everything else that a model can raise."""
    text = str(error).lower()
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "memory"
    if not isinstance(error, RuntimeError):
        return "other"
    if any(known in text for known in _MEMORY_TEXTS):
        return "memory"
    broken = type(error).__name__ == "AcceleratorError" or "cuda error" in text
    return "device" if broken else "other"


def release_memory() -> None:
    """Give back what no tensor holds any more."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _has_driver() -> bool:
    """Whether an NVIDIA driver is installed; far cheaper than importing torch to ask."""
    for name in _DRIVERS:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False
