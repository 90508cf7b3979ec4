"""Encoders behind the seam: the formulas computed plainly, and two-step search against looking at everything."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
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
from kesher.engine.coding.fusion import BLENDS, NotWorkedOut, _digest, _marks
from kesher.engine.coding.search import AXES, CANDIDATES, SHORT, WORTH_IT, Nearest, _whole
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
    assert (known.short.shape[1], known.longer.shape[1]) == (SHORT, AXES - SHORT)
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


def test_equal_vectors_are_candidates_together_and_what_is_beside_counts():
    generator = np.random.default_rng(2)
    vectors = np.repeat(clustered(WORTH_IT // 8 + 100, generator), 8, axis=0)
    known = Nearest.of(vectors)
    query = vectors[8 * 50].astype(np.float32)[None]
    assert set(range(400, 408)) <= set(known.candidates(query).tolist())
    beside = np.zeros(len(vectors), np.float32)
    far = int(known.exact(query).argmin())
    beside[far] = 3
    assert far in known.candidates(query, beside)
    everything = Nearest.of(np.repeat(vectors[:1], WORTH_IT + 1, axis=0))
    assert len(everything.candidates(query)) == WORTH_IT + 1, "where all are equal none is left out"


def test_numbers_of_16_bits_become_those_of_32_exactly():
    every = np.arange(2**16, dtype=np.uint16).view(np.float16)
    finite = every[np.isfinite(every)]
    assert (_whole(finite).view(np.uint32) == finite.astype(np.float32).view(np.uint32)).all()
    assert _whole(finite[:60].reshape(3, 20)[:, ::2]).shape == (3, 10)


def test_a_similarity_is_the_same_among_all_and_among_few():
    vectors = clustered(300, np.random.default_rng(4))
    known, query = Nearest.of(vectors), vectors[:1].astype(np.float32)
    some = np.array([3, 7, 8, 200])
    assert known.exact(query, some).tolist() == known.exact(query)[some].tolist()


class Table:
    """An encoder that has a vector for each text."""

    name = "table 1"

    def __init__(self, texts, vectors):
        self.vectors = dict(zip(texts, vectors, strict=True))

    def encode(self, texts):
        return np.array([self.vectors[text] for text in texts], np.float32).reshape(len(texts), 384)


@pytest.mark.parametrize("times", [1, 3], ids=["each once", "each three times"])
def test_coding_in_two_steps_is_coding_by_looking_at_everything(times):
    """Vectors and spelling together, with vectors that are equal; the twenty nearest in their order, ties by number."""
    generator = np.random.default_rng(3)
    vectors = np.repeat(clustered(12_000 // times, generator), times, axis=0).astype(np.float32)
    letters = "abcdefghiklmnoprstuvw"
    texts = ["".join(generator.choice(list(letters), 7)) + f" {number}" for number in range(len(vectors))]
    asked = generator.integers(len(texts), size=80)
    near = vectors[asked] + 0.02 * generator.normal(size=(80, 384))
    queries = [texts[number].split()[0] + " helper" for number in asked]
    compared = Fused(Table([*texts, *queries], [*vectors, *near]), "occupation").take_in(texts)
    heard = same = 0
    for query in queries:
        every = np.round(compared.similarities(query), 6)
        best = np.lexsort((np.arange(len(every)), -every))[:20]
        numbers, scores = compared.nearest(query, 100)
        heard += compared.asked(query)[1] is not None
        same += numbers[:20].tolist() == best.tolist() and np.abs(scores[:20] - every[best]).max() == 0
    assert heard > 40
    assert same >= 79


def test_nearest_agrees_with_similarities():
    generator = np.random.default_rng(1)
    texts = ["".join(map(chr, 97 + generator.integers(26, size=8))) for _ in range(300)]
    compared = Fused(Letters(), "occupation").take_in(texts)
    for text in texts[:20]:
        numbers, scores = compared.nearest(text + "x", 7)
        every = np.round(compared.similarities(text + "x"), 6)
        assert scores.tolist() == pytest.approx(np.sort(every)[::-1][:7].tolist(), abs=1e-5)
        assert every[numbers].tolist() == pytest.approx(scores.tolist(), abs=1e-5)


class Shelf(dict):
    """A keeper in memory."""

    find = dict.get
    keep = dict.__setitem__

    def found_before(self, embedder):
        return [arrays for key, arrays in self.items() if key.startswith(f"{embedder}-")]


def test_what_was_worked_out_is_found_again_and_only_for_the_same_list():
    encoder, shelf, told = Letters(), Shelf(), []
    fused = Fused(encoder, "occupation", shelf, lambda done, total: told.append((done, total)))
    first = fused.take_in(TEXTS).similarities("bake")
    assert (encoder.asked, told, len(shelf)) == (7, [(6, 6)], 1)
    assert (fused.take_in(TEXTS).similarities("bake") == first).all()
    assert encoder.asked == 8
    fused.take_in(TEXTS[::-1])
    assert (encoder.asked, len(shelf)) == (8, 2), "the same texts in another order are another list of the same vectors"
    assert _digest(["bc"]) != _digest(["b", "c"])
    assert len(set(_marks(["bc", "b", "c", ""]).tolist())) == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text("ab c", max_size=8), max_size=9, unique=True), st.data())
def test_a_list_that_changed_is_what_it_would_be_anew(texts, data):
    before = data.draw(st.lists(st.sampled_from(texts), unique=True) if texts else st.just([]))
    encoder, shelf = Letters(), Shelf()
    Fused(encoder, "occupation", shelf).take_in(before)
    asked = encoder.asked
    changed = Fused(encoder, "occupation", shelf).take_in(texts)
    assert encoder.asked - asked == len(set(texts) - set(before))
    anew = Fused(Letters(), "occupation").take_in(texts)
    for text in texts[:3]:
        assert changed.similarities(text).tolist() == anew.similarities(text).tolist()


def test_more_than_one_has_the_time_for_is_not_encoded():
    encoder, shelf = Letters(), Shelf()
    with pytest.raises(NotWorkedOut, match="6 labels"):
        Fused(encoder, "occupation", shelf, most=5).take_in(TEXTS)
    assert encoder.asked == 0
    Fused(encoder, "occupation", shelf).take_in(TEXTS[1:])
    assert len(Fused(encoder, "occupation", shelf, most=1).take_in(TEXTS)) == 6


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
