"""Catalogues are compiled when they are newer, whole or not at all."""

import gettext
import os
from pathlib import Path

from kesher.www.messages import compile_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Search"\nmsgstr "חיפוש"\n'


def test_compiled_once_and_again_when_the_source_is_newer(tmp_path: Path) -> None:
    folder = tmp_path / "he" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO, encoding="utf-8")
    target = folder / "django.mo"
    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []
    with target.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Search") == "חיפוש"
    target.touch()
    source = folder / "django.po"
    os.utime(source, (target.stat().st_mtime + 5,) * 2)
    assert compile_catalogues(tmp_path) == [target]
    assert {path.name for path in folder.iterdir()} == {"django.po", "django.mo"}
