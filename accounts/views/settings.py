"""The organisation in whose name we write, and the audit trail. For admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.actions.organisation import change_organisation
from accounts.forms import AuditFilterForm, OrganisationForm
from accounts.http import StaffRequest, render_part, requires
from accounts.models import AuditEvent, Organisation
from accounts.permissions import Permission

AUDIT_PAGE = 50


@requires(Permission.MANAGE_SETTINGS)
def organisation(request: StaffRequest) -> HttpResponse:
    """Who we are in every email, and what is still missing before one may leave."""
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        change_organisation(by=request.user, **form.cleaned_data)
        messages.success(request, "The organisation is saved.")
        return redirect("accounts:organisation")
    context = {"form": form, "missing": Organisation.current().missing_to_write}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/organisation.html", context, status=status)


@requires(Permission.VIEW_AUDIT)
def audit(request: StaffRequest) -> HttpResponse:
    """Who did what, newest first. Nothing in it can be changed."""
    form = AuditFilterForm(request.GET)
    found = list(form.apply(AuditEvent.objects.all())[: AUDIT_PAGE + 1])
    events, has_more = found[:AUDIT_PAGE], len(found) > AUDIT_PAGE
    older = request.GET.copy()
    if has_more:
        older["before"] = str(events[-1].pk)
    context = {
        "form": form,
        "events": events,
        "older": older.urlencode() if has_more else "",
        "is_filtered": any(request.GET.get(name) for name in ("who", "what", "subject")),
        "is_first_page": not request.GET.get("before"),
    }
    return render_part(request, "accounts/audit.html", "events", context)
