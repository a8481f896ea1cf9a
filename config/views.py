"""Home, Today and the health check."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.http import StaffRequest, requires
from accounts.permissions import Permission


@requires(Permission.USE_PRODUCT)
def home(request: StaffRequest) -> HttpResponse:
    return redirect("today")


@requires(Permission.USE_PRODUCT)
def today(request: StaffRequest) -> HttpResponse:
    return render(request, "config/today.html", {})


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Say whether this process reaches the database. Tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
