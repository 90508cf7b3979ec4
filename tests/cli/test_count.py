"""``kesher count``: months that are over, each once; what cannot be counted is said in a sentence."""

import pytest

from kesher.cli import main
from kesher.insights.models import Vintage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """The command says as which role it works; the tests after it must not inherit that."""
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")


def test_a_month_once_and_then_what_is_due(capsys):
    assert main(["count", "--month", "2024-03"]) == 0
    assert "2024-03: 0 figures" in capsys.readouterr().out
    assert main(["count", "--month", "2024-03"]) == 2
    assert "counted already" in capsys.readouterr().err
    assert main(["count"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("2024-04:"), "from the month after the last that was counted"
    assert main(["count"]) == 0
    assert "has been counted" in capsys.readouterr().out
    assert Vintage.objects.filter(dataset__code="our-loop").count() == len(said) + 1


@pytest.mark.parametrize("month", ["2024-13", "2024-1", "march", "2024-03-01", "٢٠٢٤-٠٣", "-1"])
def test_what_is_no_month_is_said(capsys, month):
    with pytest.raises(SystemExit) as end:
        main(["count", f"--month={month}"])
    assert end.value.code == 2
    assert "is not a month" in capsys.readouterr().err


def test_a_month_to_come_is_refused(capsys):
    assert main(["count", "--month", "2999-01"]) == 2
    assert "not over" in capsys.readouterr().err
    assert not Vintage.objects.exists()
