"""A certificate of what somebody did and learnt at a workplace: given once it has ended, in the person's language.

    certificate = issue(agreement, name="Almaz Tadesse", work="Baker", hours=240, by=noa)
    page = words_of(certificate)            what stands on the page and on paper alike

What it says is written down when it is given: what changes afterwards does not change a paper somebody has shown.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.sensitive import is_sensitive
from kesher.base.events import emit
from kesher.base.transitions import Actor, Refused
from kesher.base.translated import in_language
from kesher.casework.hosting import agreements
from kesher.casework.models import TrainingAgreement, TrainingCertificate
from kesher.casework.moving import changing, must_work_with_files
from kesher.people import files


def suggested_hours(agreement: TrainingAgreement) -> int:
    """Hours a week times the weeks it ran, as the form proposes: whoever gives the certificate asks how many it were."""
    last = min(agreement.ended_on or agreement.ends_on, agreement.ends_on)
    days = max(0, (last - agreement.starts_on).days + 1)
    return max(1, round(agreement.hours_a_week * Decimal(days) / 7))


def stamp(given: TrainingCertificate | None) -> str:
    """What tells what is said on a certificate from what else could be; "" where none is given."""
    return files.stamp_of(given, ["name", "work", "hours"])


def issue(
    agreement: TrainingAgreement, *, name: str, work: str, hours: int, by: Actor, seen: str | None = None
) -> TrainingCertificate:
    """Give it, or correct it: there is one. ``seen``: the :func:`stamp` of the one that was read before.

    Raises :class:`Refused`, and :class:`~kesher.people.files.Changed` where another says something else by now.
    """
    must_work_with_files(agreement.person, by)
    if refused := agreements.theirs(agreement, by):
        raise Refused(refused, "guard")
    if agreement.state != TrainingAgreement.State.ENDED or agreement.sender_signed_on is None:
        raise Refused(gettext_lazy("A certificate is given when it has ended."), "state")
    if not agreement.has_begun:
        raise Refused(gettext_lazy("It never began: there is nothing to certify."), "state")
    assert by.user_id is not None  # a worker has an account
    with changing(agreement.person, by=by, reason="certificate given"):
        found = TrainingCertificate.objects.select_for_update(of=("self",)).filter(agreement=agreement).first()
        certificate = found or TrainingCertificate(agreement=agreement, person_id=agreement.person_id)
        told: dict[str, Any] = {
            "name": " ".join(name.split())[:120],
            "work": " ".join(work.split())[:300],
            "hours": hours,
        }
        files.must_be_as_seen(certificate, told, seen=seen, now=stamp(found))
        certificate.name, certificate.work, certificate.hours = told["name"], told["work"], hours
        certificate.language = agreement.person.language
        certificate.learnt = list(agreement.goals.filter(reached_on__isnull=False).values_list("text", flat=True))
        certificate.issued_on, certificate.issued_by_id = timezone.localdate(), by.user_id
        try:
            certificate.clean_fields(exclude=["person", "agreement"])
            certificate.validate_constraints()
        except ValidationError as wrong:
            raise Refused(" ".join(wrong.messages), "field") from wrong
        certificate.save()
        emit("training.certificate", agreement, by=by, data={"person": str(agreement.person_id)})
    return certificate


def words_of(certificate: TrainingCertificate) -> dict[str, Any]:
    """All that stands on it, in the language it is written in."""
    agreement = certificate.agreement
    with translation.override(certificate.language):

        def day(on: date) -> str:
            return formats.date_format(on, "DATE_FORMAT")

        ran_until = min(agreement.ended_on or agreement.ends_on, agreement.ends_on)
        return {
            "language": certificate.language,
            "heading": _("Certificate of learning at work"),
            "called": certificate.name,
            "said": _("has worked and learnt at a workplace:"),
            "lines": [
                {"what": _("Workplace"), "words": in_language(agreement.host.name, certificate.language).text},
                {"what": _("Work"), "words": certificate.work},
                {"what": _("From – until"), "words": f"{day(agreement.starts_on)} – {day(ran_until)}"},
                {"what": _("Hours in all"), "words": str(certificate.hours)},
                {"what": _("Tutor"), "words": agreement.tutor},
            ],
            "learnt_title": _("What was learnt"),
            "learnt": list(certificate.learnt),
            "given": _("Given by %(organisation)s on %(day)s")
            % {
                "organisation": _("the town’s employment portal")
                if is_sensitive(agreement.organisation)  # whoever reads it would learn where somebody is known
                else in_language(agreement.organisation.name, certificate.language).text,
                "day": day(certificate.issued_on),
            },
            "signature": _("Signature"),
            "date": day(certificate.issued_on),
        }
