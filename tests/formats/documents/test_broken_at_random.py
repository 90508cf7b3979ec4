"""Honest files with bytes changed, cut out, doubled or moved: each is read, or refused with what to do. Never a trace."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import translation

from kesher.formats.documents import DOCUMENT_LIMITS, read_document
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import REMARKS
from tests.formats.documents import hostile

LIMITS = replace(DOCUMENT_LIMITS, cpu_seconds=3, seconds=60.0)
HONEST: dict[str, Callable[[], bytes]] = {
    "cv.pdf": lambda: hostile.pages([hostile.line(b"baker in Aleppo"), hostile.line(b"driver since 2015")]),
    "cv.docx": lambda: hostile.plain_docx("baker in Aleppo, driver since 2015"),
    "cv.txt": lambda: "אופה בחאלב, נהג מאז 2015".encode(),
}
#: What a broken file of ours may be called; anything else would be told to a person who cannot mend it.
CODES = {code for code in REMARKS if code.startswith("document-")} | {
    "file-empty",
    "encoding-unknown",
    "nul-inside",
    "not-utf8",
}


def broken(content: bytes, chance: random.Random) -> bytes:
    """One to four changes at random places."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content))
        length = chance.randint(1, max(1, len(content) // 4))
        part = content[at : at + length]
        content = (
            chance.choice(
                [
                    content[:at] + chance.randbytes(len(part)) + content[at + length :],
                    content[:at] + content[at + length :],
                    content[:at] + part + content[at:],
                    content[:at],
                    content[length:] + part,
                    content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :],
                ]
            )
            or b"\x00"
        )
    return content


def answered(name: str, seed: int) -> None:
    content = broken(HONEST[name](), random.Random(f"{name} {seed}"))
    try:
        document = read_document(content, name, LIMITS)
    except UnreadableFile as refused:
        assert refused.said.code in CODES, seed
        assert refused.remedy, seed
        assert "Traceback" not in str(refused), seed
    else:
        assert len(document.text) <= LIMITS.characters


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", HONEST)
def test_a_broken_file_is_read_or_refused(name: str, seed: int) -> None:
    answered(name, seed)


@pytest.mark.long
@pytest.mark.parametrize("name", HONEST)
def test_many_broken_files_are_read_or_refused(name: str) -> None:
    for seed in range(4, 200):
        answered(name, seed)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_refusal_of_a_document_is_told_in_every_language(language: str) -> None:
    with translation.override(language):
        for code, remark in REMARKS.items():
            if code.startswith("document-"):
                assert translation.gettext(remark.reason) != remark.reason, code
                assert translation.gettext(remark.remedy) != remark.remedy, code
