from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "kesher.casework"
    label = "casework"

    def ready(self) -> None:
        from kesher.casework import tasks  # noqa: F401  what follows from events
        from kesher.casework.models import Appointment, Note, Review, Step
        from kesher.people.merging import moves

        # The plan and the caseworker stay: each file has one of its own, and the kept one's dates are counted anew.
        for model in (Step, Note, Review, Appointment):
            moves(model)
