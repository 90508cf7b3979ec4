"""The roles a member of an organisation may have, and which kind of visitor each one is."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Scope of each: the organisations in which one holds it (HOUSE: roles). Public and person need no membership."""

    PLATFORM_ADMIN = "platform_admin", _("platform administrator")
    AUDITOR = "auditor", _("auditor")
    ORGANISATION_ADMIN = "organisation_admin", _("organisation administrator")
    OFFICER = "officer", _("officer")
    MODERATOR = "moderator", _("moderator")
    CASEWORKER = "caseworker", _("caseworker")
    REFERRER = "referrer", _("referrer")
    MANAGER = "manager", _("manager")
    PROVIDER = "provider", _("service provider")
    COLLEGE = "college", _("college")
    EMPLOYER = "employer", _("employer")
    MENTOR = "mentor", _("mentor")
    CONVENOR = "convenor", _("convenor")
    PARTNER = "partner", _("partner representative")
    WORKING_GROUP = "working_group", _("working-group member")
    OBSERVER = "observer", _("observer")


#: Roles that reach over all organisations of the portal; every other role holds only where one is a member.
PORTAL_WIDE: frozenset[str] = frozenset({Role.PLATFORM_ADMIN, Role.AUDITOR, Role.MODERATOR, Role.OFFICER})

#: Roles in which one reads, or is sent, what stands in a person's file. Whoever audits one holds none of them there.
OPENS_FILES: frozenset[str] = frozenset({
    Role.ORGANISATION_ADMIN, Role.CASEWORKER, Role.REFERRER, Role.PROVIDER, Role.COLLEGE, Role.EMPLOYER, Role.MENTOR
})  # fmt: skip

#: All who work for an organisation log in with a second step: they see people's files, requests, complaints or figures, keep
#: rules and agreements, or can give such a role. Observers and members of a working group read what is nearly public.
SECOND_STEP: frozenset[str] = frozenset(Role) - {Role.OBSERVER, Role.WORKING_GROUP}

#: Which folder of ``www`` is home to a role.
HOME: Mapping[str, str] = {
    Role.PLATFORM_ADMIN: "admin",
    Role.AUDITOR: "admin",
    Role.ORGANISATION_ADMIN: "provider",
    Role.OFFICER: "officer",
    Role.MODERATOR: "officer",
    Role.CASEWORKER: "caseworker",
    Role.REFERRER: "caseworker",
    Role.MANAGER: "manager",
    Role.PROVIDER: "provider",
    Role.COLLEGE: "college",
    Role.EMPLOYER: "employer",
    Role.MENTOR: "mentor",
    Role.CONVENOR: "convenor",
    Role.PARTNER: "table",
    Role.WORKING_GROUP: "table",
    Role.OBSERVER: "table",
}
