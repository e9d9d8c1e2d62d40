"""Start an engine that has the model `probe` beside the others."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE.parents[1]))

import engine.models  # noqa: E402 - only now it can be found
from engine.server import main  # noqa: E402

if __name__ == "__main__":
    engine.models.__path__.append(str(HERE / "probes"))
    sys.exit(main())
