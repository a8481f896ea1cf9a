from django.urls import URLPattern, path

from engagement.views import candidate, live, messages

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
    # A campaign under way, and single emails.
    path("campaigns", live.campaigns, name="campaigns"),
    path("campaigns/<uuid:public_id>", live.campaign, name="campaign"),
    path("campaigns/<uuid:public_id>/people", live.campaign_people, name="campaign_people"),
    path("campaigns/<uuid:public_id>/cancel", live.campaign_cancel, name="campaign_cancel"),
    path("campaigns/<uuid:public_id>/pause", live.campaign_pause, name="campaign_pause"),
    path("campaigns/<uuid:public_id>/resume", live.campaign_resume, name="campaign_resume"),
    path("campaigns/<uuid:public_id>/stop", live.campaign_stop, name="campaign_stop"),
    path("messages/<uuid:public_id>", messages.message, name="message"),
    path("messages/<uuid:public_id>/settle", messages.message_settle, name="message_settle"),
    path("people/<uuid:public_id>/emails-panel", messages.candidate_panel, name="candidate_panel"),
]
