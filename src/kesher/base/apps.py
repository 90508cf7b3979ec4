from django.apps import AppConfig
from django.db.models.signals import post_migrate


class BaseConfig(AppConfig):
    name = "kesher.base"
    label = "base"

    def ready(self) -> None:
        from kesher.base.rights import grant_application_rights, guard_history

        # Without a sender: rights must cover the tables of every app, so the last app migrated decides.
        post_migrate.connect(guard_history, dispatch_uid="kesher.base.rights.history")
        post_migrate.connect(grant_application_rights, dispatch_uid="kesher.base.rights")
