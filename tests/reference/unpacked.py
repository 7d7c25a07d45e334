"""Where the test data lies as the tests read it: large files are kept as NAME.zst in tests/data."""
import sys
from pathlib import Path

BUILDS = Path(__file__).resolve().parents[2] / "build"


def test_data():
    """The copy in the build folder that was made last."""
    found = sorted(BUILDS.glob("*/tests/data"), key=lambda folder: folder.stat().st_mtime)
    if not found:
        sys.exit("There is no build/*/tests/data; make it by: cmake --build --preset release --target espalier_test_data")
    return found[-1]
