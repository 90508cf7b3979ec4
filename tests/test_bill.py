"""The bill of what the portal is made of: all of the locks and nothing else, the same each time, and complaints that come."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest

from tests.bill import BUILDS_ONLY, ROOT, bill, complaints, main, normal, of_python


def test_every_package_of_the_lock_is_in_it_with_all_its_hashes() -> None:
    """Counted here by another way than the bill does: line by line."""
    wanted: dict[str, set[str]] = {}
    name = ""
    for line in (ROOT / "requirements" / "run.lock").read_text().splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            package, _equal, version = line.partition("==")
            name = f"pkg:pypi/{normal(package)}@{re.split(r'[ ;]', version)[0]}"
            wanted[name] = set()
        elif "--hash=sha256:" in line:
            wanted[name].add(line.split("sha256:")[1][:64])
    made = {one["purl"]: {each["content"] for each in one["hashes"]} for one in bill()["components"]}
    assert {key: value for key, value in made.items() if key.startswith("pkg:pypi/")} == wanted
    assert len(wanted) > 50


def test_what_browsers_get_is_in_it_and_what_only_builds_it_is_not() -> None:
    named = {one["name"] for one in bill()["components"]}
    assert {"leaflet", "@digdir/designsystemet-css", "lucide-static"} <= named
    assert not named & BUILDS_ONLY
    vendored = {path.name for path in (ROOT / "src/kesher/www/static/vendor").iterdir()}
    assert "leaflet" in vendored


def test_twice_built_it_is_the_same_and_as_the_format_has_it(tmp_path: Path) -> None:
    first, second = tmp_path / "one.json", tmp_path / "two.json"
    assert main([str(first)]) == main([str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()
    made = json.loads(first.read_text())
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["serialNumber"])
    lengths = {"SHA-256": 64, "SHA-512": 128}
    for one in made["components"]:
        assert one["type"] == "library"
        assert re.fullmatch(r"pkg:(pypi|npm)/[^@]+@[^@]+", one["purl"])
        assert all(len(each["content"]) == lengths[each["alg"]] for each in one["hashes"])
    references = [one["ref"] for one in made["dependencies"]]
    assert len(references) == len(set(references))


def test_who_needs_whom_is_what_is_installed() -> None:
    needs = {one["ref"].partition("@")[0]: one["dependsOn"] for one in bill()["dependencies"]}
    assert any(each.startswith("pkg:pypi/asgiref@") for each in needs["pkg:pypi/django"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda made: made["components"].append(made["components"][0]), "stands there twice"),
        (lambda made: made["components"][0].pop("hashes"), "no hash"),
        (lambda made: next(one for one in made["components"] if one["name"] == "django").pop("licenses"), "no licence"),
        (lambda made: made["dependencies"][1]["dependsOn"].append("pkg:pypi/ghost@1"), "needed, and not there"),
    ],
)
def test_what_is_wrong_is_said(spoil, said: str) -> None:
    made = deepcopy(bill())
    assert complaints(made) == []
    spoil(made)
    (line,) = complaints(made)
    assert said in line


def test_how_soon_a_weak_component_is_replaced_is_written_down() -> None:
    """Days for each severity, the worse the sooner."""
    said = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    days = {how: int(n) for how, n in re.findall(r"^\| (critical|high|medium|low)[^|]*\| (\d+) days \|$", said, re.M)}
    assert list(days) == ["critical", "high", "medium", "low"]
    assert sorted(days.values()) == list(days.values())


def test_a_version_ends_where_the_marker_begins() -> None:
    lock = 'one_two==1.0 ; python_version < "3.12" \\\n    --hash=sha256:' + "a" * 64 + "\n"
    (one,) = of_python(lock)
    assert (one["name"], one["version"], one["hashes"][0]["content"]) == ("one-two", "1.0", "a" * 64)
