from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kesher.accounts"
    label = "accounts"

    def ready(self) -> None:
        """The task that mails invitations must be known to every process, the worker above all."""
        import_module("kesher.accounts.invitations")
