"""Make the font of ``src/kesher/data/charts``: charts are drawn as files with one that holds all our letters.

The drawing library looks for a letter its font lacks in any other, and does not look at how bold that is: Hebrew came out bold
everywhere. Those of paper (assets/paper_fonts.py), put into one for each weight:

uv run --with "fonttools==4.68.0" assets/chart_fonts.py
"""

from pathlib import Path

from fontTools.merge import Merger, Options

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "src/kesher/data/paper/fonts"
MADE = ROOT / "src/kesher/data/charts"
FAMILY = "Kesher Noto Sans Charts"
SCRIPTS = ("latin", "latin-extended", "cyrillic", "hebrew", "arabic", "ethiopic", "shekel")

if __name__ == "__main__":
    MADE.mkdir(parents=True, exist_ok=True)
    for weight, style in ((400, "Regular"), (700, "Bold")):
        files = [str(PAPER / f"noto-sans-{script}-{weight}.ttf") for script in SCRIPTS]
        font = Merger(Options(drop_tables=["STAT", "MVAR", "HVAR", "meta", "gasp", "vhea", "vmtx"])).merge(files)
        names = {1: FAMILY, 2: style, 4: f"{FAMILY} {style}", 6: f"{FAMILY.replace(' ', '')}-{style}"}
        for number in (16, 17, 21, 22, 25):
            font["name"].removeNames(nameID=number)
        for number, name in names.items():
            font["name"].setName(name, number, 3, 1, 0x409)
            font["name"].setName(name, number, 1, 0, 0)
        font["OS/2"].usWeightClass = weight
        font["OS/2"].fsSelection = (font["OS/2"].fsSelection & ~0x61) | (0x20 if weight == 700 else 0x40)
        font["head"].macStyle = int(weight == 700)
        font.save(MADE / f"noto-sans-charts-{weight}.ttf")
