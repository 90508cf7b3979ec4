"""What is refused: strings without sense, which should be, and titles, which should not."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from benchmarks.common.coding import embedder, told

from kesher.engine.coding import Coder
from kesher.words.vocabularies import vocabulary

#: Letters of five scripts, of which strings are drawn.
LETTERS: Final = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "he": "אבגדהוזחטיכלמנסעפצקרשת",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "ru": "абвгдежзийклмнопрстуфхцчшщыьэюя",
    "am": "ሀለሐመሠረሰሸቀበተቸነኘአከወዘየደገጠጨጰጸፈ",
}
COUNT: Final = 150


def at_random(letters: str, generator: np.random.Generator) -> str:
    """One to three words of three to nine letters."""
    return " ".join(
        "".join(letters[one] for one in generator.integers(len(letters), size=generator.integers(3, 10)))
        for _ in range(generator.integers(1, 4))
    )


def shaken(title: str, generator: np.random.Generator) -> str:
    """A title with the letters of each word in another order: it looks like words."""
    return " ".join("".join(generator.permutation(list(word))) for word in title.lower().split())


def senseless(titles: Sequence[tuple[str, str, Sequence[str]]]) -> None:
    """One line for each kind of text: the share of it that nothing is proposed for. titles: name, language, texts."""
    known, generator = vocabulary("occupation", None), np.random.default_rng(0)
    coder = Coder(known, embedder("occupation", "starter"))

    def line(name: str, texts: Sequence[str], language: str) -> None:
        told(f"{name}: refused", [float(not coder.code(one, language=language).candidates) for one in texts], "", "")

    for language, letters in LETTERS.items():
        line(f"letters at random, {language}", [at_random(letters, generator) for _ in range(COUNT)], "")
    for language in LETTERS:
        labels = [label.text for label in known.labels if label.language == language]
        some = generator.choice(len(labels), COUNT, replace=False).tolist()
        line(f"titles with their letters shaken, {language}", [shaken(labels[one], generator) for one in some], "")
    for name, language, texts in titles:
        some = generator.choice(len(texts), min(400, len(texts)), replace=False).tolist()
        line(name, [texts[one] for one in some], language)
