"""Encoders behind the seam: the formulas computed plainly, and two-step search against looking at everything."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.coding import (
    Adapted,
    CharacterNgrams,
    Coder,
    Concept,
    Fused,
    Label,
    Linear,
    Role,
    Vocabulary,
    normal,
    rank,
)
from kesher.engine.coding.fusion import BLENDS, key_of
from kesher.engine.coding.search import AXES, CANDIDATES, WORTH_IT, Nearest
from kesher.engine.coding.words import Contained, windows


class Letters:
    """An encoder that counts letters: enough to be one, and worked out by anybody."""

    name = "letters 1"
    asked = 0

    def encode(self, texts):
        self.asked += len(texts)
        rows = [[1.0] + [normal(text).count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), 27)


def cosine(one, other):
    a, b = Letters().encode([one, other]).astype(np.float64)
    return a @ b / math.sqrt((a @ a) * (b @ b))


TEXTS = ["baker", "bakery hand", "nurse", "cook", "נהג", "zzz"]


def test_meaning_and_spelling_are_added_as_the_formula_says():
    blend = BLENDS["occupation"]
    found = Fused(Letters(), "occupation").take_in(TEXTS).similarities("bakers")
    grams = CharacterNgrams().take_in(TEXTS).similarities("bakers")
    assert grams.max() > blend.fair
    plain = [
        (cosine("bakers", text) + blend.grams * gram) / blend.whole for text, gram in zip(TEXTS, grams, strict=True)
    ]
    assert found.tolist() == pytest.approx(plain, abs=2e-3)


def test_spelling_that_is_not_fair_is_not_listened_to():
    grams = CharacterNgrams().take_in(TEXTS).similarities("cab")
    assert 0 <= grams.max() < BLENDS["occupation"].fair
    found = Fused(Letters(), "occupation").take_in(TEXTS).similarities("cab")
    plain = [cosine("cab", text) / BLENDS["occupation"].whole for text in TEXTS]
    assert found.tolist() == pytest.approx(plain, abs=2e-3)


def test_skills_are_looked_for_window_by_window():
    labels = ["mend brakes", "sing", "accounting"]
    text = "in the garage I had to mend brakes and more"
    found = Fused(Letters(), "skill").take_in(labels).similarities(text)
    blend = BLENDS["skill"]
    held = Contained.of(labels).in_text(text)
    plain = [
        ((max(cosine(window, label) for window in windows(text)) + cosine(text, label)) / 2 + blend.contained * part)
        / blend.whole
        for label, part in zip(labels, held, strict=True)
    ]
    assert found.tolist() == pytest.approx(plain, abs=2e-3)
    assert found.argmax() == 0


def test_windows_cover_every_word():
    assert windows("mostly brakes, then taxi") == ["mostly brakes, then taxi", "mostly brakes, then", "then taxi"]
    assert windows("one") == ["one"]
    assert windows("  ") == [""]
    text = " ".join(f"w{number}" for number in range(40))
    for size in (3, 6):
        held = {word for window in windows(text)[1:] if len(window.split()) <= size for word in window.split()}
        assert held == set(text.split())


@given(st.lists(st.text("ab c", max_size=8), max_size=6), st.text("ab cd", max_size=12))
def test_containment_is_that_of_the_formula(labels, text):
    held = Counter(word for label in labels for word in set(normal(label).split()))

    def part(label):
        idf = {word: math.log(1 + len(labels) / held[word]) for word in set(normal(label).split())}
        return sum(idf[word] for word in idf if word in normal(text).split()) / (sum(idf.values()) or 1)

    assert Contained.of(labels).in_text(text).tolist() == pytest.approx([part(label) for label in labels], abs=1e-6)


def test_a_linear_adapter_is_its_formula():
    generator = np.random.default_rng(0)
    matrix, shift = generator.normal(size=(27, 27)).astype(np.float32), generator.normal(size=27).astype(np.float32)
    adapted = Adapted(Letters(), Linear("a 1", matrix, shift))
    (found,) = adapted.encode(["baker"])
    (plain,) = Letters().encode(["baker"]).astype(np.float64)
    turned = (plain / np.linalg.norm(plain) + shift) @ matrix
    assert found.tolist() == pytest.approx((turned / np.linalg.norm(turned)).tolist(), abs=1e-5)
    assert adapted.name == "letters 1, a 1"


def clustered(count, generator):
    """Vectors as labels have them: names of one thing lie together, things on few directions."""
    middle = generator.normal(size=(count // 10, 384)) * np.exp(-np.arange(384) / 60)
    near = middle[generator.integers(len(middle), size=count)] + 0.2 * generator.normal(size=(count, 384)) * np.exp(
        -np.arange(384) / 60
    )
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float16)


def test_two_steps_find_what_looking_at_everything_finds():
    generator = np.random.default_rng(0)
    vectors = clustered(WORTH_IT + 1_000, generator)
    known, plain = Nearest.of(vectors), vectors.astype(np.float32)
    assert known.axes.shape == (384, AXES)
    same = 0
    for number in generator.integers(len(vectors), size=60):
        query = vectors[number].astype(np.float32) + 0.02 * generator.normal(size=384).astype(np.float32)
        query = (query / np.linalg.norm(query))[None]
        among = known.candidates(query)
        assert CANDIDATES / 2 < len(among) < 2 * CANDIDATES
        assert (np.diff(among) > 0).all()
        everything = known.exact(query)
        assert np.abs(everything - plain @ query[0]).max() < 1e-5
        same += set(np.argsort(-everything)[:5]) <= set(among)
    assert same >= 59


def test_nearest_agrees_with_similarities():
    generator = np.random.default_rng(1)
    texts = ["".join(map(chr, 97 + generator.integers(26, size=8))) for _ in range(300)]
    compared = Fused(Letters(), "occupation").take_in(texts)
    for text in texts[:20]:
        numbers, scores = compared.nearest(text + "x", 7)
        every = np.round(compared.similarities(text + "x"), 6)
        assert scores.tolist() == pytest.approx(np.sort(every)[::-1][:7].tolist(), abs=1e-5)
        assert every[numbers].tolist() == pytest.approx(scores.tolist(), abs=1e-5)


def test_what_was_worked_out_is_found_again_and_only_for_the_same_list():
    class Shelf(dict):
        find = dict.get
        keep = dict.__setitem__

    encoder, shelf, told = Letters(), Shelf(), []
    fused = Fused(encoder, "occupation", shelf, lambda done, total: told.append((done, total)))
    first = fused.take_in(TEXTS).similarities("bake")
    assert (encoder.asked, told, list(shelf)) == (7, [(6, 6)], [key_of(f"{fused.name}, {AXES} axes", TEXTS)])
    assert (fused.take_in(TEXTS).similarities("bake") == first).all()
    assert encoder.asked == 8
    fused.take_in(TEXTS[::-1])
    assert (encoder.asked, len(shelf)) == (14, 2)
    assert key_of("a", ["bc"]) != key_of("a", ["b", "c"]) != key_of("ab", ["c"])


def test_an_empty_list_has_nothing_near():
    compared = Fused(Letters(), "skill").take_in([])
    assert compared.similarities("x").shape == (0,)
    assert compared.nearest("x", 5)[0].shape == (0,)


def test_a_coder_says_what_meaning_it_has():
    concepts = (Concept("urn:a", "", {}), Concept("urn:b", "", {}))
    labels = (Label("baker", 0, "en"), Label("cook", 1, "en"), Label("baker", 1, "fr", Role.ALTERNATIVE))
    coder = Coder(Vocabulary("v", concepts, labels), Fused(Letters(), "occupation"))
    coding = coder.code("bakers")
    assert coding.embedder == "letters 1, n-grams 1"
    assert {one.uri: one.matched for one in coding.candidates}["urn:a"] == "baker"
    every = [False, True, False]
    assert coder.code("bakers", without=np.array(every)).candidates[0].matched == "baker"
    ((numbers, scores),) = rank(["abc", "cab", "zzz"], Fused(Letters(), "occupation"), ["abc"], top=2)
    assert numbers[0] == 0
    assert scores[0] == pytest.approx(1, abs=1e-3)
