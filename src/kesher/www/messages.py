"""Compiles the translation catalogues (.po) to what gettext reads (.mo), without needing gettext on the machine.

``python -m kesher.www.messages`` does it for all languages; every ``kesher`` command, ``make install`` and the test set-up
call it. Without it the portal would speak English to everybody, and say nothing about that.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LOCALE_DJANGO = LOCALE.with_name("locale_django")


def compile_catalogues(*locales: Path) -> list[Path]:
    """Write ``django.mo`` beside each ``django.po`` that is newer; returns the files written.

    Whole or not at all: another process may be reading. Raises :class:`OSError` where the folder cannot be written.
    """
    written = []
    sources = (path for locale in locales or (LOCALE, LOCALE_DJANGO) for path in locale.glob("*/LC_MESSAGES/*.po"))
    for source in sorted(sources):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            half = target.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(half))
            half.replace(target)
            written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()
