"""Make the fonts of ``src/kesher/data/paper/fonts`` of those vendored for pages: typst reads neither WOFF2 nor variable fonts.

uv run --with "fonttools[woff]==4.68.0" assets/paper_fonts.py
"""

from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parent.parent
VENDORED = ROOT / "src/kesher/www/static/vendor/fonts"
MADE = ROOT / "src/kesher/data/paper/fonts"
#: Vendored file -> the family it is called by on paper, each its own, so that a page may name them all in order.
FAMILIES = {
    "latin": "Kesher Noto Sans",
    "latin-extended": "Kesher Noto Sans Extended",
    "cyrillic": "Kesher Noto Sans Cyrillic",
    "hebrew": "Kesher Noto Sans Hebrew",
    "arabic": "Kesher Noto Sans Arabic",
    "ethiopic": "Kesher Noto Sans Ethiopic",
    "shekel": "Kesher Noto Sans Shekel",
}
OLD_NAMES = (16, 17, 21, 22, 25)


def made(file: Path, family: str, weight: int) -> TTFont:
    """One weight of a variable font, by a family of its own."""
    style = "Bold" if weight == 700 else "Regular"
    font = TTFont(file)
    font.flavor = None
    axes = {axis.axisTag: weight if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    font = instancer.instantiateVariableFont(font, axes)
    for number in OLD_NAMES:
        font["name"].removeNames(nameID=number)
    for platform in ((3, 1, 0x409), (1, 0, 0)):
        names = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
        for number, name in names.items():
            font["name"].setName(name, number, *platform)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x20 if weight == 700 else 0x40)
    font["head"].macStyle = int(weight == 700)
    return font


if __name__ == "__main__":
    MADE.mkdir(parents=True, exist_ok=True)
    for script, family in FAMILIES.items():
        for weight in (400, 700):
            made(VENDORED / f"noto-sans-{script}.woff2", family, weight).save(MADE / f"noto-sans-{script}-{weight}.ttf")
