"""A checkpoint's parts, in memory from when they are first needed."""

from __future__ import annotations

from typing import Any

from engine.checkpoints import Checkpoint
from engine.models.components import load_component, load_processor
from engine.models.devices import release_memory


class Parts:
    """The components of a checkpoint by name, loaded on demand and let go on request.

    What turns numbers into sound, and text into numbers, computes in float32 where the rest is
    in 16 bits: it costs little beside the denoising, and T5 and the vocoder need the range.
    """

    def __init__(self, checkpoint: Checkpoint, device: str, dtype: str) -> None:
        self.checkpoint = checkpoint
        self.device = device
        self.dtype = dtype
        self._held: dict[str, Any] = {}

    def network(self, name: str, kind: Any = None, dtype: str = "float32") -> Any:
        """Return a network on the device. Raises: ModelFailed."""
        if name not in self._held:
            self._held[name] = load_component(self.checkpoint, name, self.device, dtype, kind)
        return self._held[name]

    def processor(self, name: str) -> Any:
        """Return a tokenizer or feature extractor. Raises: ModelFailed."""
        if name not in self._held:
            self._held[name] = load_processor(self.checkpoint, name)
        return self._held[name]

    def let_go(self, *names: str) -> None:
        """Let networks go; they are loaded again when they are needed again."""
        if any([self._held.pop(name, None) is not None for name in names]):
            release_memory()
