"""Make ``concerns.npz`` (``src/kesher/directory/data``): where each concern of ``concerns.csv`` stands, as a service
of its text would.

Run: ``python benchmarks/training/concerns.py``. Needs the extra ``embed``; some seconds. To be run again after
``themes.py`` and whenever a word, a theme or a concern changes (a test says so). The themes are half those that the
table names, half what the model reads in the text; the place is the model's alone.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import numpy as np

from kesher.adapters.encoders import tuned
from kesher.directory.concerns import CONCERNS, PLACES, digest
from kesher.directory.search import meaning
from kesher.engine.orientation.themes import asked, in_steps, kept, middle


def main() -> int:
    encoder = tuned()
    meaning.provide(lambda: encoder)
    here = meaning.reader()
    if here is None:
        print("concerns: there is no encoder here (pip install kesher[embed])", file=sys.stderr)
        return 2
    number = {code: place for place, code in enumerate(here.model.codes)}
    themes, roots, places = [], [], []
    for concern in CONCERNS:
        vectors = here.encoder.encode(list(concern.pieces))
        named = np.zeros(len(number), np.float32)
        known = [number[code] for code in concern.themes if code in number]
        named[known] = 1 / max(len(known), 1)
        likeliest = kept((named + asked(here.model.chances(vectors))) / 2)
        themes.append(likeliest[0])
        roots.append(likeliest[1])
        places.append(in_steps(middle(here.model.places(vectors))))
    np.savez_compressed(
        PLACES,
        model=here.model.name,
        digest=digest(),
        themes=np.stack(themes),
        roots=np.stack(roots).astype(np.float16),
        places=np.stack(places),
    )
    print(f"{PLACES.name}: {len(CONCERNS)} concerns, {PLACES.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
