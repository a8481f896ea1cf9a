"""What people wrote about how it was to apply, for those who write to people."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import StaffRequest, requires
from accounts.models import Organisation
from accounts.permissions import Permission
from engagement import survey_words


@require_GET
@requires(Permission.VIEW_CAMPAIGNS)
def survey_answers(request: StaffRequest) -> HttpResponse:
    """Show the words of one quarter, the latest unless another is asked for."""
    quarters = survey_words.quarters(timezone.now())
    asked = request.GET.get("quarter", quarters[0].key if quarters else "")
    shown = next((one for one in quarters if one.key == asked), None)
    if shown is None and asked:
        raise Http404
    context = {
        "tabs": [
            {
                "label": one.label,
                "href": f"?quarter={one.key}",
                "current": one == shown,
                "count": one.wrote,
            }
            for one in quarters
        ],
        "words": survey_words.words_of(shown) if shown else [],
        "most": survey_words.MOST,
        "least": survey_words.LEAST,
        "wrote": shown.wrote if shown else 0,
        "is_on": Organisation.current().asks_how_it_was,
    }
    return render(request, "engagement/survey_answers.html", context)
