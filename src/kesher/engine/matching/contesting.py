"""The hash of what a list was made from, so that somebody who contests it can have the same list made again.

SHA-256 over the records in a fixed writing, the weights, and what was set. Two lists with one hash were made from the same
inputs; a changed record, weight, knob or price changes it. The records are not in it: a hash tells nothing of a person to whom
the record is not known.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from kesher.engine.matching.market import Market
from kesher.engine.matching.model import Doubles, Person, Vacancy


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in sorted(value.items())}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def digest_of(record: Person | Vacancy) -> str:
    """The hash of one record."""
    said = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    return _hash(json.dumps(said, sort_keys=True, ensure_ascii=False))


def digest_of_market(market: Market, prices: Doubles | None = None, **settings: float | str | bool) -> str:
    """The hash of all vacancies, skills, weights, prices and settings: what lists of one run have in common."""
    parts = [digest_of(vacancy) for vacancy in market.vacancies]
    parts.append(json.dumps(asdict(market.weights), sort_keys=True))
    parts.append(json.dumps([market.skills.names, market.travel.unit, sorted(settings.items())], ensure_ascii=False))
    parts.append(_bytes(market.skills.broader))
    parts.append("" if market.skills.vectors is None else _bytes(market.skills.vectors))
    parts.append("" if prices is None else _bytes(np.asarray(prices)))
    return _hash("\n".join(parts))


def digest_of_list(person: Person, of_market: str) -> str:
    """The hash of one person's list."""
    return _hash(digest_of(person) + of_market)


def _bytes(array: Any) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
