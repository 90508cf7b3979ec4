"""Workplaces: how their placements ended, which are blocked and by which rule, and who let one go on."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation, User
from kesher.base.transitions import Refused
from kesher.casework.hosting import families, hosts
from kesher.casework.models import HostPermit, HostRecord
from kesher.casework.models.hosts import UNPAID_IN_A_ROW
from kesher.people.models import FILE_ROLES
from kesher.www.caseworker.access import signed_in
from kesher.www.forms import Typed

MOST = 200


class PermitForm(Typed, forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why may they take one more person?"),
        help_text=gettext_lazy("It stands here with your name."),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


def permits_for(user: User) -> UUID | None:
    """The organisation for which this user may let a host go on; None = for none."""
    return next(iter(user.organisation_ids_as(hosts.PERMITTERS)), None)


class HostsView(AccessMixin, View):
    """Counts of organisations, nothing of a person: for who sends people, and for who decides on a blocked host."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.organisation_ids_as(FILE_ROLES | hosts.PERMITTERS):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        organisation = permits_for(user)
        try:
            host = Organisation.objects.approved().filter(pk=UUID(request.POST.get("host", ""))).first()
        except ValueError:
            host = None
        if organisation is None or host is None:
            raise Http404
        form = PermitForm(request.POST, auto_id=f"{host.pk.hex[-6:]}-%s")
        if not form.is_valid():
            return self._draw(request, tried=(host.pk, form), status=400)
        try:
            hosts.permit(host, why=form.cleaned_data["why"], user=user, by=user.as_actor(organisation))
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, tried=(host.pk, form), status=400)
        messages.success(request, _("Written down. They may take one more person."))
        return redirect("hosts")

    @staticmethod
    def _draw(request: HttpRequest, *, tried: tuple[UUID, PermitForm] | None = None, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        may = permits_for(user) is not None
        listed = list(HostRecord.objects.select_related("host").order_by("-unpaid_in_a_row", "id")[:MOST])
        row_of = families.unpaid_in_a_row(one.host_id for one in listed)
        blocked = {key for key, row in row_of.items() if row >= UNPAID_IN_A_ROW}
        # nobody has counted anything of these, and nobody is sent there: a permit must be possible
        listed += [HostRecord(host=one) for one in families.others_of(blocked) if one.pk not in row_of][:MOST]
        row_of |= families.unpaid_in_a_row(one.host_id for one in listed if one.host_id not in row_of)
        blocked |= {one.host_id for one in listed if row_of[one.host_id] >= UNPAID_IN_A_ROW}
        given: dict[UUID, list[HostPermit]] = {}
        own = (
            HostPermit.objects.visible_to(user)
            .select_related("agreement")
            .filter(host__in=[one.host_id for one in listed])
        )
        for permit in own.order_by("-id"):
            given.setdefault(permit.host_id, []).append(permit)
        rows = []
        for record in listed:
            same = tried is not None and tried[0] == record.host_id
            form = tried[1] if same and tried is not None else PermitForm(auto_id=f"{record.host_id.hex[-6:]}-%s")
            unused = [one for one in given.get(record.host_id, []) if not hasattr(one, "agreement")]
            rows.append(
                {
                    "record": record,
                    "blocked": record.host_id in blocked,
                    "family": row_of[record.host_id] if row_of[record.host_id] != record.unpaid_in_a_row else 0,
                    "permits": given.get(record.host_id, [])[:5],
                    "form": form if may and record.host_id in blocked and not unused else None,
                    "waits": bool(unused),
                    "open": same,
                }
            )
        context = {"rows": rows, "in_a_row": UNPAID_IN_A_ROW, "days": hosts.RAN_AT_LEAST.days, "may": may}
        return render(request, "caseworker/training/hosts.html", context, status=status)
