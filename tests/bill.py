"""What the portal is made of, as a CycloneDX 1.6 bill: each package of the locks, its hashes, its licence, what it needs.

    python tests/bill.py                  builds it and looks at it: part of ``make check``
    python tests/bill.py bom.cdx.json     and writes it: ``make bill``, for who runs the portal or looks for known weaknesses

From the locks, and from the metadata of what is installed by them: nothing is asked of any network. Twice built it is the same,
to the letter: no time stands in it, and its number follows from what is in it.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.check_licences import READ_ELSEWHERE, TAKEN_OTHERWISE, licence

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
#: Of package.json: what builds or tests alone. Whatever else is added there counts as shipped.
BUILDS_ONLY = frozenset({"axe-core", "esbuild", "subset-font"})
NEEDED = re.compile(r"^[A-Za-z0-9._-]+")


def normal(name: str) -> str:
    """PEP 503: one name for one package."""
    return re.sub(r"[-_.]+", "-", name).lower()


def of_python(lock: str) -> Iterator[dict[str, Any]]:
    """Components of a lock as pip reads it, in its order."""
    found = list(PINNED.finditer(lock))
    for this, following in zip(found, [*found[1:], None], strict=True):
        name, version = normal(this[1]), this[2]
        block = lock[this.end() : following.start() if following else len(lock)]
        purl = f"pkg:pypi/{quote(name)}@{quote(version)}"
        component: dict[str, Any] = {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "purl": purl,
            "scope": "required",
            # one for each file of this version that may be installed: for which machine, the lock does not say
            "hashes": [{"alg": "SHA-256", "content": one} for one in sorted(set(HASH.findall(block)))],
        }
        if said := _licence(name):
            component["licenses"] = [{"license": {"name": said}}]
        yield component


def _licence(name: str) -> str:
    try:
        said = licence(distribution(name))
    except PackageNotFoundError:  # for another platform
        return ""
    return TAKEN_OTHERWISE.get(name) or said or READ_ELSEWHERE.get(name, "")


def of_pages(wanted: dict[str, Any], lock: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Components of which browsers get scripts, styles, pictures and letters; what only builds them is left out."""
    for name in sorted({**wanted.get("dependencies", {}), **wanted["devDependencies"]}.keys() - BUILDS_ONLY):
        told = lock["packages"][f"node_modules/{name}"]
        purl = f"pkg:npm/{quote(name, safe='/')}@{quote(told['version'])}".replace("npm/@", "npm/%40")
        component = {
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": told["version"],
            "purl": purl,
            "scope": "required",
        }
        algorithm, _dash, digest = told.get("integrity", "").partition("-")
        if digest:
            named = algorithm.upper().replace("SHA", "SHA-")
            component["hashes"] = [{"alg": named, "content": base64.b64decode(digest).hex()}]
        if told.get("license"):
            component["licenses"] = [{"license": {"name": told["license"]}}]
        yield component


def needs(names: dict[str, str]) -> list[dict[str, Any]]:
    """Who needs whom among these (name -> reference), as each says of itself."""
    found = []
    for name, reference in sorted(names.items()):
        try:
            told = distribution(name).requires or []
        except PackageNotFoundError:
            continue
        theirs = {normal(match[0]) for one in told if (match := NEEDED.match(one))}
        found.append({"ref": reference, "dependsOn": sorted(names[one] for one in theirs & set(names))})
    return found


def bill() -> dict[str, Any]:
    version = metadata.version("kesher")
    python = list(of_python((ROOT / "requirements" / "run.lock").read_text()))
    pages = list(of_pages(*(json.loads((ROOT / one).read_text()) for one in ("package.json", "package-lock.json"))))
    components = sorted([*python, *pages], key=lambda one: one["purl"])
    own = f"pkg:pypi/kesher@{version}"
    within = json.dumps(components, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, within)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": own, "name": "kesher", "version": version}},
        "components": components,
        "dependencies": [
            {"ref": own, "dependsOn": sorted(one["bom-ref"] for one in components)},
            *needs({one["name"]: one["bom-ref"] for one in python}),
        ],
    }


def complaints(made: dict[str, Any]) -> list[str]:
    """What is wrong with it: a package twice, without a hash, or without a licence where it is installed here."""
    found, seen = [], set()
    for one in made["components"]:
        if one["bom-ref"] in seen:
            found.append(f"{one['name']}: stands there twice")
        seen.add(one["bom-ref"])
        if not one.get("hashes"):
            found.append(f"{one['name']}: no hash")
        if "licenses" not in one and _is_here(one):
            found.append(f"{one['name']}: no licence")
    named = {reference for one in made["dependencies"] for reference in one["dependsOn"]}
    return found + [f"{reference}: needed, and not there" for reference in sorted(named - seen)]


def _is_here(component: dict[str, Any]) -> bool:
    try:
        distribution(component["name"])
    except PackageNotFoundError:
        return False
    return True


def main(arguments: list[str]) -> int:
    made = bill()
    wrong = complaints(made)
    for line in wrong:
        print(f"bill: {line}")
    for path in arguments:
        Path(path).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"bill: {len(made['components'])} components, {len(wrong)} complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
