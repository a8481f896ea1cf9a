from django.urls import URLPattern, path

from engagement.views import (
    again,
    archived,
    campaigns,
    candidate,
    extension,
    interview,
    joining,
    live,
    telling,
    templates,
)

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
    path("careers/talent-community", joining.join, name="join"),
    path("join/<str:token>", joining.join_link, name="join_link"),
    path("again/", again.again_ask, name="again"),
    path("again/<str:token>", again.again_link, name="again_link"),
    path("e/", extension.extension, name="extension"),
    path("e/<str:token>", extension.extension_link, name="extension_link"),
    path("i/", interview.interview, name="interview"),
    path("i/<str:token>", interview.interview_link, name="interview_link"),
    path("campaigns", campaigns.campaigns, name="campaigns"),
    path("campaigns/new", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<uuid:public_id>", live.campaign, name="campaign"),
    path("campaigns/<uuid:public_id>/live", live.campaign_live, name="campaign_live"),
    path("campaigns/<uuid:public_id>/people", live.campaign_people, name="campaign_people"),
    path(
        "campaigns/<uuid:public_id>/audience", campaigns.campaign_audience, name="campaign_audience"
    ),
    path(
        "campaigns/<uuid:public_id>/messages", campaigns.campaign_messages, name="campaign_messages"
    ),
    path(
        "campaigns/<uuid:public_id>/messages/template",
        campaigns.campaign_use_template,
        name="campaign_use_template",
    ),
    path(
        "campaigns/<uuid:public_id>/messages/remove",
        campaigns.campaign_remove_step,
        name="campaign_remove_step",
    ),
    path("campaigns/<uuid:public_id>/preview", campaigns.campaign_preview, name="campaign_preview"),
    path(
        "campaigns/<uuid:public_id>/preview/html",
        campaigns.campaign_preview_html,
        name="campaign_preview_html",
    ),
    path("campaigns/<uuid:public_id>/sender", campaigns.campaign_sender, name="campaign_sender"),
    path("campaigns/<uuid:public_id>/check", campaigns.campaign_check, name="campaign_check"),
    path("campaigns/<uuid:public_id>/approve", campaigns.campaign_approve, name="campaign_approve"),
    path(
        "campaigns/<uuid:public_id>/people/<uuid:person_id>/leave-out",
        campaigns.campaign_leave_out,
        name="campaign_leave_out",
    ),
    path("campaigns/<uuid:public_id>/discard", campaigns.campaign_discard, name="campaign_discard"),
    path("campaigns/<uuid:public_id>/cancel", live.campaign_cancel, name="campaign_cancel"),
    path("campaigns/<uuid:public_id>/pause", live.campaign_pause, name="campaign_pause"),
    path("campaigns/<uuid:public_id>/resume", live.campaign_resume, name="campaign_resume"),
    path("campaigns/<uuid:public_id>/stop", live.campaign_stop, name="campaign_stop"),
    path("messages/<uuid:public_id>", live.message, name="message"),
    path("messages/<uuid:public_id>/settle", live.message_settle, name="message_settle"),
    path("people/untold", telling.untold_people, name="untold_people"),
    path("people/<uuid:public_id>/tell", telling.person_tell, name="person_tell"),
    path("people/<uuid:public_id>/messages", live.candidate_panel, name="candidate_panel"),
    path(
        "privacy/archive/<uuid:public_id>/messages",
        archived.archived_panel,
        name="archived_panel",
    ),
    path("templates", templates.templates, name="templates"),
    path("templates/new", templates.template_new, name="template_new"),
    path("templates/<uuid:public_id>", templates.template, name="template"),
    path("templates/<uuid:public_id>/archive", templates.template_archive, name="template_archive"),
    path("templates/<uuid:public_id>/restore", templates.template_restore, name="template_restore"),
]
