"""Which Legato this is."""

from __future__ import annotations

import importlib.metadata

FROM_SOURCE = "0+source"


def version() -> str:
    """Return the installed version, or `0+source` where Legato runs without being installed."""
    try:
        return importlib.metadata.version("legato")
    except importlib.metadata.PackageNotFoundError:
        return FROM_SOURCE
