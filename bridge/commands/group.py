"""What a group of commands is: calls answered at once, and calls that take their time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol, TypeAlias

from bridge.osc.calls import Call

Answer: TypeAlias = Callable[[Call], None]
Work: TypeAlias = Callable[[Call], Coroutine[Any, Any, None]]


class Group(Protocol):
    """Commands that belong together, by their addresses without the root."""

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The commands that are answered at once, on the event loop."""

    @property
    def works(self) -> Mapping[str, Work]:
        """The commands that run as tasks of their own."""
