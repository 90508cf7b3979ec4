"""Where tests find the real data and the standards' own test material, which live outside the project.

``KESHER_SHARED`` names the folder (default ``../shared``). Without it such tests skip with a clear word; with
``KESHER_CI=1``, which ``.ci/run`` sets, they fail, so that CI cannot pass by not looking.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("KESHER_SHARED", ROOT.parent / "shared")).resolve()


def shared(relative: str) -> Path:
    """The path of a shared file or folder, e.g. ``shared("conformance/hsds/3.1.1/schema")``."""
    path = SHARED / relative
    if path.exists():
        return path
    message = f"shared test material is missing: {path} (set KESHER_SHARED to the folder that holds {relative!r})"
    if os.environ.get("KESHER_CI") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
