"""How we send: the provider, the sandbox, and what the DNS says of our domain. For admins."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.http import StaffRequest, refusals_shown_on, requires
from accounts.models import Organisation
from accounts.permissions import Permission
from engagement.actions.sending_domain import change_domain, check_domain
from engagement.forms.sending_domain import SendingDomainForm
from engagement.models import SendingDomain
from engagement.views.common import told

TONES = {"good": "good", "warn": "warn", "bad": "bad", "unknown": "quiet"}
WORDS = {"good": "In order", "warn": "Could be better", "bad": "Wrong", "unknown": "Not known"}


@requires(Permission.MANAGE_SETTINGS)
def sending(request: StaffRequest) -> HttpResponse:
    """Show how mail leaves, and take what an admin knows of the domain."""
    organisation = Organisation.current()
    row = SendingDomain.objects.filter(domain=organisation.mail_domain).first()
    form = SendingDomainForm(
        request.POST or None, initial=SendingDomainForm.initial_of(row, organisation)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_shown_on(form):
            change_domain(by=request.user, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "Saved. Check the domain again to see what follows.")
            return redirect("engagement:sending")
    findings = row.findings if row else []
    context = {
        "form": form,
        "domain": organisation.mail_domain,
        "row": row,
        "findings": [
            {**finding, "tone": TONES[finding["level"]], "word": WORDS[finding["level"]]}
            for finding in findings
        ],
        "provider": settings.MAIL_PROVIDER,
        "server": settings.EMAIL_HOST,
        "sandbox": settings.MAIL_SANDBOX,
        "waits": organisation.demands_ready_domain and not (row and row.is_ready),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "engagement/sending.html", context, status=status)


@require_POST
@requires(Permission.MANAGE_SETTINGS)
def sending_check(request: StaffRequest) -> HttpResponse:
    with told(request, "The domain is checked."):
        check_domain(by=request.user)
    return redirect(reverse("engagement:sending") + "#records")
