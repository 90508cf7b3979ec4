from importlib import import_module

from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "kesher.referrals"
    label = "referrals"

    def ready(self) -> None:
        """Those who listen to events or run at night must be known to every process, the worker above all."""
        for module in (
            "cohorts",
            "complaint_notices",
            "follow_ups",
            "monthly",
            "notices",
            "parted",
            "recalls",
            "reminders",
            "silence",
            "suspended",
        ):
            import_module(f"kesher.referrals.{module}")
        from kesher.people.merging import moves
        from kesher.referrals.models import Loop, Referral

        for model in (Loop, Referral):
            moves(model)
