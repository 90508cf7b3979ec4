"""No GPL or AGPL among what is installed to run the portal (LGPL as a library is fine). Part of ``make check``."""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
FORBIDDEN = re.compile(r"(?<![LR])\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
#: Dual-licensed packages whose other licence we take, looked at by hand.
TAKEN_OTHERWISE = {"docutils": "public domain and BSD parts; GPL only for an editor mode that is not installed"}


#: Packages whose metadata names no licence; read in their repository.
READ_ELSEWHERE = {"data-inclusion-schema": "MIT"}


def licence(package: Distribution) -> str:
    metadata = package.metadata
    texts = [metadata.get("License-Expression", ""), *metadata.get_all("Classifier", [])]
    texts = [text for text in texts if text and ("::" not in text or text.startswith("License"))]
    if not any(texts):
        texts = [(metadata.get("License") or "").splitlines()[0] if metadata.get("License") else ""]
    return "; ".join(texts)


def main() -> int:
    names = NAME.findall((ROOT / "requirements" / "run.lock").read_text())
    bad, unknown = [], []
    for name in names:
        try:
            words = licence(distribution(name))
        except PackageNotFoundError:
            continue  # for another platform
        words = words or READ_ELSEWHERE.get(name, "")
        if not words:
            unknown.append(name)
        elif FORBIDDEN.search(words) and name not in TAKEN_OTHERWISE:
            bad.append(f"{name}: {words}")
    for line in bad:
        print(f"licence not allowed: {line}")
    if unknown:
        print(f"no licence in the metadata of: {', '.join(unknown)}")
    print(f"licences: {len(names)} packages looked at, {len(bad)} not allowed")
    return 1 if bad or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
