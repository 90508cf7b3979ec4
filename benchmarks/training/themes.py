"""Make ``themes.npz`` and ``precedents.npz`` (``src/kesher/directory/data``): from vectors of words to themes and to places.

Run: ``python benchmarks/training/themes.py [--check]``. Chances of themes: learns from all that is known of how people call
themes: their names in seven languages, the everyday words, the situations, and the stories (``src/kesher/directory/data``).
Places: from the made-up services with what is said of them; these are kept as precedents, each as a place. Needs the extra
``embed``; some ten minutes, most of them for the encoder. ``--check`` leaves one in seven stories and situations out, and
prints how often the right theme is first and among five for those; and a third of the services that the encoder was not
tuned on, and prints how near the top the right one of all stands for what is said of it. It writes nothing. The same data on
the same machine give the same file, to the bit.
"""

import argparse
import csv
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "src")]

from kesher.adapters.encoders import tuned, tuning
from kesher.engine.coding.embedding import unit
from kesher.engine.orientation.themes import (
    NOTHING,
    ThemeModel,
    centred,
    in_steps,
    pieces_of_service,
    train,
    train_places,
)

DATA = ROOT / "src" / "kesher" / "directory" / "data"
STORIES = Path(__file__).resolve().parent / "stories"
SERVICES = "services.tsv"
LANGUAGES = ("en", "he", "ar", "ru", "uk", "fr", "am")
#: How much one saying counts: a story is what people say, a name is what a programme is called.
WEIGHTS = {"name": 1.0, "word": 1.0, "situation": 1.5, "story": 2.0, "service": 1.0}
#: Who somebody is, which says little of what they need.
SITUATIONS = "human_situations"
NAME = "themes 4"
#: Of the services so many, the first, were there when the encoder was tuned.
KNOWN_TO_ENCODER = 1546


def sayings() -> list[tuple[str, str, tuple[str, ...], str]]:
    """(text, kind, codes of themes, language), in the order of the files; what two files say is one saying with both."""
    found: dict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
    for name in ("open_eligibility", "business"):
        for row in rows(f"{name}.csv"):
            for language in LANGUAGES:
                if row[language]:
                    found[row[language], "name", language][row["code"]] = None
    for name, kind in (
        ("open_eligibility_synonyms", "word"),
        ("business_synonyms", "word"),
        ("open_eligibility_situations", "situation"),
    ):
        for row in rows(f"{name}.csv"):
            found[row["synonym"], kind, row["language"]][row["code"]] = None
    for path in sorted(set(STORIES.glob("*.tsv")) - {STORIES / SERVICES}):
        for line in path.read_text(encoding="utf-8").splitlines():
            codes, _, story = line.partition("\t")
            found[story, "story", path.stem].update(dict.fromkeys(codes.split("|")))
    for text in letters():
        found[text, "story", "nothing"][NOTHING] = None
    return [
        (text, kind, wanted, language)
        for (text, kind, language), codes in found.items()
        if (wanted := tuple(code for code in codes if not code.startswith(SITUATIONS)))
    ]


def of_services() -> list[tuple[str, str, tuple[str, ...], str]]:
    """Made-up services, and what is said by people for whom each is right; in the shape of :func:`sayings`."""
    found = []
    for line in (STORIES / SERVICES).read_text(encoding="utf-8").splitlines():
        codes, name, description, *said = line.split("\t")
        wanted = tuple(codes.split("|"))
        found.append((pieces_of_service(name, description)[0], "service", wanted, "all"))
        found += [(text, "story", wanted, language) for text, language in zip(said, ("en", "he", "ar"), strict=True)]
    return found


def letters() -> list[str]:
    """Letters without a meaning, as they come from a hand laid on the keys: one to three words in each script."""
    draw = random.Random(0)
    alphabets = (
        "abcdefghijklmnopqrstuvwxyz",
        "אבגדהוזחטיכלמנסעפצקרשת",
        "ابتثجحخدرزسشصطعغفقكلمنهوي",
        "абвгдежзиклмнопрстуфхцчшщ",
    )
    return [
        " ".join(
            "".join(draw.choices(draw.sample(alphabet, draw.randint(2, 9)), k=draw.randint(3, 9))) for _ in range(words)
        )
        for alphabet in alphabets
        for words in (1, 1, 2, 3)
        for _ in range(25)
    ]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    encoder = tuned()
    if encoder is None:
        print("benchmarks/training/themes.py: the encoder that was tuned does not work here", file=sys.stderr)
        return 2
    known = [*sayings(), *of_services()]
    vectors = encoder.encode([text for text, *_ in known])
    with np.load(tuning.STORIES) as file:
        learnt: dict[str, Any] = {"mean": file["mean"]}
    learnt["names"] = {"name": NAME, "encoder": encoder.name}
    services = centred(vectors[-len(of_services()) :], learnt["mean"]).reshape(-1, 4, vectors.shape[1])
    if arguments.check:
        check_places(services)
        check(known, vectors, learnt | {"projection": np.eye(vectors.shape[1], 1, dtype=np.float32)})
        return 0
    learnt["projection"] = train_places(services[:, 0], services[:, 1:])
    model = train(vectors, [codes for _, _, codes, _ in known], [WEIGHTS[kind] for _, kind, *_ in known], **learnt)
    np.savez(
        DATA / "themes.npz",
        name=np.array(model.name),
        encoder=np.array(model.encoder),
        codes=np.array(model.codes),
        mean=model.mean.astype(np.float32),
        matrix=model.matrix.astype(np.float16),
        offset=model.offset.astype(np.float16),
        projection=model.projection.astype(np.float16),
    )
    write_precedents(model, services)
    print(f"{len(known):,} sayings, {len(model.codes)} themes: {(DATA / 'themes.npz').stat().st_size // 1024} kB")
    return 0


def write_precedents(model: ThemeModel, services: np.ndarray) -> None:
    """services: shape (n, 4, dimensions), less the mean: the service first, then what is said of it in three languages."""
    said = services[:, 1:]
    np.savez_compressed(
        DATA / "precedents.npz",
        model=np.array(model.name),
        sayings=in_steps(unit(said.reshape(-1, said.shape[-1]) @ model.projection)),
        answers=in_steps(unit(services[:, 0] @ model.projection)),
        of=np.repeat(np.arange(len(services), dtype=np.int32), said.shape[1]),
    )


def check_places(services: np.ndarray) -> None:
    """Leave some services out, and look for them among all by what is said of them. services: shape (n, 4, dimensions), the
    service first, then what is said in English, Hebrew and Arabic."""
    left_out = np.arange(len(services)) >= KNOWN_TO_ENCODER
    left_out &= np.random.default_rng(0).random(len(services)) < 0.3
    kept = services[~left_out]
    for what, projection in (
        ("all dimensions", np.eye(services.shape[2], dtype=np.float32)),
        ("as tuned with the encoder", np.load(tuning.STORIES)["projection"].astype(np.float32)),
        ("directions that differ most", train_places(kept[:, 0], kept[:, 1:], rounds=0)),
        ("learnt", train_places(kept[:, 0], kept[:, 1:])),
    ):
        here = unit(services[:, 0] @ projection)
        found = []
        for language in (1, 2, 3):
            near = unit(services[left_out, language] @ projection) @ here.T
            right = near[np.arange(len(near)), np.flatnonzero(left_out)][:, None]
            found.append(float((1 / (near >= right).sum(axis=1)).mean()))
        print(
            f"{what:28} {left_out.sum()} of {len(services):,} left out, mean reciprocal rank: "
            + ", ".join(f"{name} {value:.3f}" for name, value in zip(("en", "he", "ar"), found, strict=True))
        )


def check(known: list[tuple[str, str, tuple[str, ...], str]], vectors: np.ndarray, learnt: dict[str, Any]) -> None:
    """Leave some out and look for their themes."""
    left_out = np.random.default_rng(0).random(len(known)) < 1 / 7
    left_out &= np.array([kind in ("situation", "story") and codes != (NOTHING,) for _, kind, codes, _ in known])
    kept = [one for one, out in zip(known, left_out, strict=True) if not out]
    model = train(
        vectors[~left_out], [codes for _, _, codes, _ in kept], [WEIGHTS[kind] for _, kind, *_ in kept], **learnt
    )
    best = np.argsort(-model.chances(vectors[left_out]), axis=1)[:, :5]
    right: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for (_, kind, codes, language), places in zip(
        (one for one, out in zip(known, left_out, strict=True) if out), best, strict=True
    ):
        hits = [model.codes[place] in codes for place in places]
        right[f"{kind} {language}"].append((hits[0], any(hits)))
    for what, found in sorted(right.items()):
        first, among = (sum(one) / len(found) for one in zip(*found, strict=True))
        print(f"{what:14} {len(found):5} left out: first {first:.3f}, among five {among:.3f}")


if __name__ == "__main__":
    sys.exit(main())
