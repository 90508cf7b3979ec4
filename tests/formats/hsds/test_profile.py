"""RFC 7386 on its own examples, the United Kingdom's profile rebuilt, and Kesher's profile over HSDS 3.1.1."""

import pytest

from kesher.formats.hsds.conformance import uk_profile
from kesher.formats.hsds.profile import KESHER_PROFILE, build, merge
from tests.shared import shared

# Appendix A of RFC 7386, in its order: original, patch, result.
RFC_7386 = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7386)
def test_merge_does_what_the_rfc_shows(original, patch, result):
    assert merge(original, patch) == result


def test_merge_changes_neither_argument():
    original, patch = {"a": {"b": 1}}, {"a": {"b": None, "c": 2}}
    merge(original, patch)
    assert (original, patch) == ({"a": {"b": 1}}, {"a": {"b": None, "c": 2}})


@pytest.mark.conformance
def test_uk_profile_is_rebuilt():
    assert uk_profile(shared("conformance/hsds")) == "17 schemas equal, 16 of them patched"


@pytest.mark.conformance
def test_kesher_profile_adds_and_takes_nothing_away(tmp_path):
    base = shared("conformance/hsds/3.1.1/schema")
    plain, ours = build(base, tmp_path), build(base, KESHER_PROFILE)
    assert plain.keys() == ours.keys()
    for name, schema in plain.items():
        assert schema.get("required") == ours[name].get("required")
        for field, definition in schema.get("properties", {}).items():
            assert ours[name]["properties"][field] == definition
    added = ours["service.json"]["properties"].keys() - plain["service.json"]["properties"].keys()
    assert added >= {"referral_modes", "remote", "weekly_hours", "weeks", "learning_outcomes", "translations"}


def test_a_patch_that_is_not_json_is_named(tmp_path):
    (tmp_path / "service.json").write_text("{")
    with pytest.raises(ValueError, match=r"service\.json is not JSON"):
        build(tmp_path, tmp_path)
