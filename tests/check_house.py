"""House rules that a grep can keep. Part of ``make check``.

Files under about 600 lines; text that people typed isolated by ``{% u %}`` or ``|words``; no inline script or style;
only logical CSS properties; no workplace words.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "kesher"
LONGEST = 640

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)

#: A variable ending in one of these holds words somebody typed, and stands bare in a template.
BARE = re.compile(
    r"(?<!<bdi>)\{\{\s*(?!attrs\.|field\.|option\.)\w+(?:\.\w+)*\.(name|title|description|subject|body|note|reason|address)\s*\}\}"
)
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right)|(?<!-)(?:left|right)\s*:|(?:float|text-align)\s*:\s*(?:left|right))"
)


def files(pattern: str, *, under: Path = PACKAGE) -> list[Path]:
    return [p for p in sorted(under.rglob(pattern)) if "vendor" not in p.parts and "__pycache__" not in p.parts]


def complaints() -> list[str]:
    found = []
    for path in [*files("*.py"), *files("*.py", under=ROOT / "tests")]:
        lines = path.read_text().count("\n")
        if lines > LONGEST and "migrations" not in path.parts:
            found.append(f"{path.relative_to(ROOT)}: {lines} lines; split it (about 600 is the limit)")
    for path in [*files("*.html"), *files("*.txt")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{number}"
            if path.suffix == ".html" and INLINE.search(line):
                found.append(f"{where}: inline script or style; the Content-Security-Policy refuses it")
            ours = {"components", "allauth"} & set(
                path.parts
            )  # what they are given is escaped and isolated by the caller
            if path.suffix == ".html" and not ours and BARE.search(line) and "{#-typed-#}" not in line:
                found.append(f"{where}: typed text without {{% u %}} or |words")
    for path in files("*.css"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if PHYSICAL.search(re.sub(r"/\*.*?\*/", "", line)):
                found.append(f"{path.relative_to(ROOT)}:{number}: physical property; use the logical one")
    return found


#: The domain speaks no HTTP: import-linter cannot see inside external packages, so we look.
DOMAIN = ("areas", "words", "accounts", "directory")
HTTP = re.compile(r"^\s*(?:from|import) (?:django\.(?:http|shortcuts|views|urls)|ninja|allauth)\b")


def spoken_http() -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: the domain speaks no HTTP"
        for room in DOMAIN
        for path in files("*.py", under=PACKAGE / room)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if HTTP.match(line)
    ]


def main() -> int:
    found = complaints() + spoken_http()
    for line in found:
        print(line)
    print(f"house rules: {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
