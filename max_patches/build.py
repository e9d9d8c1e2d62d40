"""Write the patches from the address table: `python -m max_patches.build [folder]`."""

from __future__ import annotations

import sys
from pathlib import Path

from max_patches import max_patch, pd_patch


def main(folder: Path) -> None:
    """Write both patches into a folder; the same table gives the same bytes."""
    for name, text in (("legato.maxpat", max_patch.build()), ("legato.pd", pd_patch.build())):
        (folder / name).write_bytes(text.encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
