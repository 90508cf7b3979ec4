from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "kesher.casework"
    label = "casework"

    def ready(self) -> None:
        from django.db.models import Exists, OuterRef, Q

        from kesher.casework import (  # noqa: F401  what follows from events, and what comes up of files
            appointment_notices,
            tasks,
            today_of_files,
            today_of_referrals,
            today_of_young,
        )
        from kesher.casework.hosting import notices as told_hosts  # noqa: F401  the same of learning at work
        from kesher.casework.hosting import sources as hosting_sources  # noqa: F401
        from kesher.casework.mentoring import notices, sources  # noqa: F401  who is told, and today's rows
        from kesher.casework.models import (
            Appointment,
            Attendance,
            CheckIn,
            Conference,
            Match,
            MentoringGoal,
            MentoringMeeting,
            Note,
            Review,
            Step,
            Strength,
            Talk,
            TrainingAgreement,
            TrainingCertificate,
            TrainingGoal,
            WeeklyCheck,
        )
        from kesher.people.merging import moves
        from kesher.referrals.models.loops import NEXT_STEPS

        # A step under way keeps a wish from standing among those of which nobody takes care.
        NEXT_STEPS.append(lambda: Q(Exists(Step.objects.open().filter(loop=OuterRef("pk")))))
        # The plan and the caseworker stay: each file has one of its own, and the kept one's dates are counted anew.
        for model in (Step, Note, Review, Appointment, Match, MentoringGoal, MentoringMeeting, CheckIn, Talk, Strength):
            moves(model)
        moves(Conference)
        moves(Attendance)
        for part in (TrainingAgreement, TrainingGoal, WeeklyCheck, TrainingCertificate):
            moves(part)
