"""Writes src/kesher/www/insights/texts.py: the texts of the registry, marked for the catalogues.

    python -m tests.www.insights.texts

The engine knows nothing of translation; a page translates what the registry says by these keys. A test holds the two together.
"""

from pathlib import Path

from kesher.engine.indicators import registry

FILE = Path(__file__).parents[3] / "src" / "kesher" / "www" / "insights" / "texts.py"
HEAD = '''"""The texts of the registry, marked for the catalogues. Written by tests/www/insights/texts.py; do not edit."""

# ruff: noqa: E501
# fmt: off
from django.utils.translation import gettext_noop as _

TEXTS = (
'''


def texts() -> list[str]:
    """Each text once, in the order of the registry."""
    return list(dict.fromkeys(text for one in registry().values() for text in one.texts))


def written() -> str:
    lines = []
    for text in texts():
        quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        lines.append(f"    _({quoted}),\n")
    return HEAD + "".join(lines) + ")\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
