"""Choosing the language of candidate pages. It is remembered."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import languages
from engagement.actions.own_details import choose_language
from engagement.views.arriving import candidate_page
from engagement.views.visits import visit_of


@candidate_page("POST")
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, and go back to the page that asked."""
    code = languages.known(request.POST.get("language", ""))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/careers"
    response = HttpResponseRedirect(back, status=303)
    if request.method != "POST" or not code:
        return response
    if visit := visit_of(request):
        choose_language(visit.candidate, code)
    return languages.remember(response, code)
