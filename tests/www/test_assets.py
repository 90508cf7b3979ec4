"""The vendored assets: those the build gives, licensed, and nothing a strict policy would refuse."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kesher.www.templatetags.look import drawing

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "src/kesher/www/static"
TEMPLATES = ROOT / "src/kesher/www/templates"


@pytest.mark.skipif(
    not (ROOT / "node_modules").exists() or not shutil.which("node"),
    reason="node_modules is not installed: npm ci --ignore-scripts",
)
def test_committed_assets_are_what_a_rebuild_gives() -> None:
    done = subprocess.run(
        ["sh", "assets/check.sh"], cwd=ROOT, capture_output=True, text=True, timeout=300, env=os.environ
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_lock_names_no_host_packages_come_from() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


def test_style_sheets_reach_only_their_own_files() -> None:
    for sheet in STATIC.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text()):
            if address.startswith(("data:", "#")):
                continue
            assert not re.match(r"[a-z]+:|//", address), f"{sheet.name}: {address}"
            assert (sheet.parent / address.split("#")[0].split("?")[0]).exists(), f"{sheet.name}: {address}"


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor/icons.svg").read_text()))
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        named = re.findall(r'<c-icon[^>]* name="([^"]+)"', text) + re.findall(r'<c-[a-z-]+[^>]* icon="([^"]+)"', text)
        for name in named:
            assert name in sprite, f"{template.name} names icon {name}; add it to assets/icons.txt and rebuild"


def test_own_style_sheet_is_logical() -> None:
    """No left and right of our own: one sheet serves both directions."""
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "kesher/kesher.css").read_text(), flags=re.S)
    sides = r"(?:margin|padding|border)-(?:left|right)|(?<![-\w])(?:left|right)\s*:"
    assert not re.findall(rf"{sides}|text-align:\s*(?:left|right)|float:\s*(?:left|right)", text)


def test_vendored_works_are_named_with_their_licences() -> None:
    licences = (STATIC / "vendor/LICENCES.md").read_text()
    notice = (ROOT / "NOTICE").read_text()
    fonts = ("Noto Sans Hebrew", "Noto Sans Arabic", "Noto Sans Ethiopic")
    for work in ("Designsystemet", "Leaflet", "Lucide", "vega-lite", *fonts):
        assert work in licences
        assert work in notice


def test_an_arrow_points_the_way_one_reads_wherever_it_stands() -> None:
    assert "icon--directional" in drawing("arrow-right")
    assert "icon--directional" not in drawing("printer")
