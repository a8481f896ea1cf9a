from django.urls import URLPattern, path

from engagement.views import candidate

app_name = "engagement"
urlpatterns: list[URLPattern] = [
    # What a person opens from an email. Paths must outlive any change of ours: they stand in mail.
    path("p/", candidate.preferences, name="preferences"),
    path("p/<str:token>", candidate.preferences_link, name="preferences_link"),
    path("u/", candidate.stop, name="stop"),
    path("u/<str:token>", candidate.stop_link, name="stop_link"),
    path("u1/<str:token>", candidate.one_click, name="one_click"),
    path("why/", candidate.why, name="why"),
    path("why/<str:token>", candidate.why_link, name="why_link"),
    path("undo/", candidate.undo, name="undo"),
    path("undo/<str:token>", candidate.undo_link, name="undo_link"),
]
