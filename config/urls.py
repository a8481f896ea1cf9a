"""The map of the house. Each app brings its own rooms."""

from django.urls import URLPattern, URLResolver, include, path

from applications.views import careers
from config import outbox, views
from config import today_views as today

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("today", today.today, name="today"),
    path("today/put-off", today.put_off, name="today_put_off"),
    path("today/hand-over", today.hand_over, name="today_hand_over"),
    path("today/bring-back", today.bring_back, name="today_bring_back"),
    path("palette", views.palette, name="palette"),
    path("palette/used", views.palette_used, name="palette_used"),
    path("theme", views.theme, name="theme"),
    path("help/shortcuts", views.shortcuts, name="shortcuts"),
    path("components/", views.components, name="components"),
    path("components/candidate", views.candidate_components, name="candidate_components"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<slug:name>", outbox.message, name="outbox_message"),
    path("outbox/<slug:name>/html", outbox.message_html, name="outbox_message_html"),
    path("outbox/<slug:name>/raw", outbox.message_raw, name="outbox_message_raw"),
    path("healthz", views.healthz, name="healthz"),
    path("sitemap.xml", careers.sitemap, name="sitemap"),
    path("robots.txt", careers.robots, name="robots"),
    path("", include("accounts.urls")),
    path("", include("candidates.urls")),
    path("", include("applications.urls")),
    path("", include("engagement.urls")),
]
