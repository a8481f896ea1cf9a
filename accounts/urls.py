from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path

from accounts.views import account, confirm, settings, sign_in, users

app_name = "accounts"
urlpatterns: list[URLPattern] = [
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", login_not_required(auth_views.LogoutView.as_view()), name="sign_out"),
    path("set-password/<uuid:public_id>/<str:token>", sign_in.set_password, name="set_password"),
    path("account", account.account, name="account"),
    path("account/password", account.change_password, name="change_password"),
    path("account/emails", account.change_emails, name="change_emails"),
    path("account/emails/stop", account.stop_emails, name="stop_emails"),
    path("account/confirm", confirm.confirm, name="confirm"),
    path("account/sessions/end-all", account.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/sessions/<uuid:public_id>/end", account.end_one, name="end_session"),
    path("settings/users", users.users, name="users"),
    path("settings/users/new", users.user_new, name="user_new"),
    path("settings/users/<uuid:public_id>", users.user, name="user"),
    path("settings/users/<uuid:public_id>/close", users.deactivate, name="user_deactivate"),
    path("settings/users/<uuid:public_id>/open", users.reactivate, name="user_reactivate"),
    path("settings/users/<uuid:public_id>/sign-out", users.end_sessions, name="user_end_sessions"),
    path(
        "settings/users/<uuid:public_id>/password-link",
        users.password_link,
        name="user_password_link",
    ),
    path("settings/organisation", settings.organisation, name="organisation"),
    path("audit", settings.audit, name="audit"),
]
