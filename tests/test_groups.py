"""Tests that share a town go to one worker: a version of pytest that xdist does not know loses the groups without a word."""

import pytest


@pytest.mark.xdist_group("of its own")
def test_what_belongs_together_stays_with_one_worker(request: pytest.FixtureRequest) -> None:
    """``make test`` and CI share out by group; where nobody shares out, there is nothing to keep together."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@of its own")
