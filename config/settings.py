"""Settings of Perennial, read top to bottom.

Every environment variable is declared in the one table below with its type and default; nothing
else reads the environment. `NAME_FILE` is read in place of `NAME` where it is set, for secrets.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from config import csp, hosts, logs, mail

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv(
    DEBUG=(bool, False),
    DEMO=(bool, False),  # a fictional company: banner, sink mail only, /outbox/
    ALLOWED_HOSTS=(list, []),  # empty: the host of BASE_URL
    BASE_URL=(str, "http://localhost:8000"),  # what links in emails start with
    FORMER_HOSTS=(dict, {}),  # earlier names and the day: old.example.org=2026-03-01
    FORBID_DEBUG=(bool, False),  # set in the container image: a start with DEBUG is refused
    SECURE_PROXY=(bool, False),  # a proxy in front sets X-Forwarded-Proto
    REDIS_URL=(str, "redis://localhost:6379/0"),
    EMAIL_URL=(str, "smtp://localhost:1025"),
    MAIL_PER_SECOND=(int, 20),  # what the mail server may be given, all together
    MAIL_PER_SECOND_PER_DOMAIN=(int, 5),  # and for the addresses of one domain
    MAIL_CONNECTIONS=(int, 8),  # at most, of one worker to the mail server
    JOB_EMAILS_PER_SENDER_PER_DAY=(int, 200),
    ANYMAIL=(dict, {}),  # provider settings, as NAME=value,NAME=value
    EMAIL_BACKEND=(str, ""),  # an Anymail backend; empty: SMTP by EMAIL_URL
    MAIL_SANDBOX=(str, ""),  # the one address that every email goes to, instead of to people
    DNS_SERVERS=(list, []),  # for the check of the sending domain; empty: those of the system
    MAIL_HOOKS=(list, []),  # providers that may report to /hooks/; empty: the one of EMAIL_BACKEND
    REPLIES_TO=(str, ""),  # the mailbox for answers; empty: they go to the sender
    IMAP_URL=(str, ""),  # imaps://user:password@host/INBOX: read every half minute
    OUTBOX_DIR=(str, ""),  # where the development mail catcher keeps what it caught
    MEDIA_ROOT=(str, str(BASE_DIR / "var" / "media")),
    # The journal of erasures: outside the database backup, so that a restore brings nobody back.
    ERASURE_JOURNAL_DIR=(str, str(BASE_DIR / "var" / "erasures")),
    FILES_URL=(str, ""),  # an origin of its own for files, such as https://files.example.org
    VIRUS_SCANNER=(str, ""),  # such as clamd://clamav:3310; empty: files are not scanned
    LOG_LEVEL=(str, "INFO"),
    MATCHING_ENABLED=(bool, True),  # off: software matches nobody; the rest works
    RETENTION_DEFAULT=(str, "EU"),  # the row of the policy pack where no country is known
    ANSWER_AFTER_INTERVIEW_DAYS=(int, 14),  # our own rule beside what a law says; 0: none
    APPLICATIONS_PER_NETWORK_PER_HOUR=(int, 60),  # a school or an office is one network
    LINK_KEYS=(list, []),  # keys of links in emails, newest first; never remove one
    SUPPRESSION_KEYS=(list, []),  # keys of the suppression memory, newest first; never remove one
)

DEBUG = env.bool("DEBUG")
DEMO = env.bool("DEMO")
SECRET_KEY = env.str("SECRET_KEY")
BASE_URL = env.str("BASE_URL").rstrip("/")
# Loopback names: the health check inside the container asks by them.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS") or [urlsplit(BASE_URL).hostname]
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
FILES_URL = env.str("FILES_URL").rstrip("/")
if FILES_URL:
    if urlsplit(FILES_URL).netloc in {"", urlsplit(BASE_URL).netloc}:
        raise ImproperlyConfigured("FILES_URL is to be another host than BASE_URL.")
    ALLOWED_HOSTS.append(urlsplit(FILES_URL).hostname)
FORMER_HOSTS = hosts.former(env.dict("FORMER_HOSTS"))
ALLOWED_HOSTS += list(FORMER_HOSTS)
if DEBUG and env.bool("FORBID_DEBUG"):
    raise ImproperlyConfigured("DEBUG shows secrets to visitors: this installation refuses it.")

# Links in old emails and the suppression memory must outlive a change of SECRET_KEY, so they have
# keys of their own. The version of a key is its place counted from the oldest.
LINK_KEYS: list[str] = env.list("LINK_KEYS") or [f"link:{SECRET_KEY}"]
SUPPRESSION_KEYS: list[str] = env.list("SUPPRESSION_KEYS") or [f"suppression:{SECRET_KEY}"]

INSTALLED_APPS = [
    "accounts",
    "candidates",
    "applications",
    "engagement",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "anymail",
    "csp",
    "django_htmx",
    "lucide",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.files_host.FilesHost",
    "config.former_hosts.FormerHosts",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.OwnTimeZone",
    "accounts.middleware.StaffHeaders",
    "accounts.middleware.WholePageSignIn",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "config.templatetags.candidate_pages",
                "config.templatetags.components",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms/

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

RETENTION_DEFAULT = env.str("RETENTION_DEFAULT")
MATCHING_ENABLED = env.bool("MATCHING_ENABLED")
ANSWER_AFTER_INTERVIEW_DAYS = env.int("ANSWER_AFTER_INTERVIEW_DAYS")

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "perennial",
    }
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]  # what candidates read (`accounts.languages`)
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.str("MEDIA_ROOT")
VIRUS_SCANNER = env.str("VIRUS_SCANNER")
if VIRUS_SCANNER and not VIRUS_SCANNER.startswith("clamd://"):
    raise ImproperlyConfigured("VIRUS_SCANNER is to be written as clamd://host:port.")
ERASURE_JOURNAL_DIR = env.str("ERASURE_JOURNAL_DIR")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {  # what people send us: no address leads here, only views that ask who wants it
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Email. Only engagement.delivery speaks to a mail server; a test holds that.
EMAIL_URL = env.email_url("EMAIL_URL")
EMAIL_HOST = EMAIL_URL.get("EMAIL_HOST")
EMAIL_PORT = EMAIL_URL.get("EMAIL_PORT")
EMAIL_HOST_USER = EMAIL_URL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_URL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_URL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_URL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 30
ANYMAIL = env.dict("ANYMAIL")
if DEMO:
    # Invented people, but a mistyped environment could reach a real server: nothing leaves a demo.
    EMAIL_BACKEND = mail.SMTP
    EMAIL_HOST = EMAIL_HOST if EMAIL_HOST in {"localhost", "127.0.0.1", "::1"} else "127.0.0.1"
else:
    EMAIL_BACKEND = mail.checked_backend(env.str("EMAIL_BACKEND"), ANYMAIL, EMAIL_HOST)
MAIL_PROVIDER = mail.provider_of(EMAIL_BACKEND)  # also in the address of its webhook
MAIL_HOOKS: list[str] = env.list("MAIL_HOOKS") or [MAIL_PROVIDER] * bool(MAIL_PROVIDER)
MAIL_SANDBOX = mail.checked_sandbox(env.str("MAIL_SANDBOX"))
DNS_SERVERS: list[str] = env.list("DNS_SERVERS")
REPLIES_TO = "" if DEMO else env.str("REPLIES_TO")
IMAP_URL = "" if DEMO else env.str("IMAP_URL")
MAIL_PER_SECOND = env.int("MAIL_PER_SECOND")
MAIL_PER_SECOND_PER_DOMAIN = env.int("MAIL_PER_SECOND_PER_DOMAIN")
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS")
JOB_EMAILS_PER_SENDER_PER_DAY = env.int("JOB_EMAILS_PER_SENDER_PER_DAY")
OUTBOX_DIR = env.str("OUTBOX_DIR")

APPLICATIONS_PER_NETWORK_PER_HOUR = env.int("APPLICATIONS_PER_NETWORK_PER_HOUR")

# Celery carries hints only: an emptied Redis loses nothing.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 600, "socket_timeout": 10}
CELERY_TIMEZONE = "UTC"
# Each tick finds its work in the database. One that waited longer than its turn is not run late.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": f"engagement.tasks.{name}", "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {
        "deliver": 3,
        "plan": 3,
        "take_in": 300,
        "fire_rules": 60,
        "send_trials": 3,
        "carry_stops": 3,
        "carry_reports": 3,
        "read_incoming": 3,
        "read_mailbox": 30,
        "carry_letters": 15,
        "carry_opt_ins": 15,
        "forget_unproved": 3600,
        "send_codes": 3,
        "forget_codes": 3600,
        "forget_reports": 3600,
        "forget_incoming": 3600,
        "settle_addresses": 3600,
        "acknowledge_complaints": 30,
        "look_up_claims": 30,
        "reap": 15,
        "count_measures": 1800,
    }.items()
}
CELERY_BEAT_SCHEDULE["write_to_staff"] = {
    "task": "config.tasks.write_to_staff",
    "schedule": 300,
    "options": {"expires": 300},
}
CELERY_BEAT_SCHEDULE["forget_staff_emails"] = {
    "task": "config.tasks.forget_staff_emails",
    "schedule": 86400,
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["go_on_with_imports"] = {
    "task": "applications.tasks.go_on_with_imports",
    "schedule": 5,
    "options": {"expires": 5},
}
CELERY_BEAT_SCHEDULE |= {
    name: {"task": f"candidates.tasks.{name}", "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {
        "go_on_with_work": 5,
        "fill_pools": 600,
        "count_pools": 60,
        "forget_work": 900,
        "go_on_with_erasures": 300,
        "forget_notes": 3600,
        "find_duplicates": 600,
        "forget_merges": 3600,
        "read_waiting_documents": 15,
    }.items()
}
CELERY_BEAT_SCHEDULE["lapse_promises"] = {
    "task": "applications.tasks.lapse_promises",
    "schedule": 900,
    "options": {"expires": 900},
}
CELERY_BEAT_SCHEDULE["count_measures_of_applications"] = {
    "task": "applications.tasks.count_measures",
    "schedule": 1800,
    "options": {"expires": 1800},
}
CELERY_BEAT_SCHEDULE |= {
    name: {"task": f"accounts.tasks.{name}", "schedule": 3600, "options": {"expires": 3600}}
    for name in ("forget_sessions", "forget_counts")
}
# Nudges that were lost, and a nightly look whether any match profile is not what it must be: none.
CELERY_BEAT_SCHEDULE["find_matches"] = {
    "task": "applications.tasks.find_matches_of_open_jobs",
    "schedule": 600,
    "options": {"expires": 600},
}
CELERY_BEAT_SCHEDULE["mend_profiles"] = {
    "task": "applications.tasks.mend_profiles",
    "schedule": crontab(hour=2, minute=40),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["forget_removed_documents"] = {
    "task": "candidates.tasks.forget_removed_documents",
    "schedule": crontab(hour=3, minute=20),
    "options": {"expires": 3600},
}
if not DEMO:  # everybody in the demo was asked when it was made, and it writes to nobody by itself
    CELERY_BEAT_SCHEDULE["check_sending_domain"] = {
        "task": "engagement.tasks.check_sending_domain",
        "schedule": crontab(hour=5, minute=40),
        "options": {"expires": 3600},
    }
    CELERY_BEAT_SCHEDULE["plan_surveys"] = {
        "task": "engagement.tasks.plan_surveys",
        "schedule": crontab(hour=6, minute=15),
        "options": {"expires": 3600},
    }
    CELERY_BEAT_SCHEDULE["ask_to_extend"] = {
        "task": "engagement.tasks.ask_to_extend",
        "schedule": crontab(hour="*/6", minute=50),
        "options": {"expires": 3600},
    }
CELERY_BEAT_SCHEDULE["plan_retention"] = {
    "task": "candidates.tasks.plan_retention",
    "schedule": crontab(hour=1, minute=20),
    "options": {"expires": 3600},
}
CELERY_BEAT_SCHEDULE["lock_untold"] = {
    "task": "applications.tasks.lock_untold",
    "schedule": 600,
    "options": {"expires": 600},
}
CELERY_BEAT_SCHEDULE["execute_retention"] = {
    "task": "candidates.tasks.execute_retention",
    "schedule": crontab(minute=35),
    "options": {"expires": 3600},
}

# Security. Hardened unless DEBUG.
SECURE_SSL_REDIRECT = not DEBUG and BASE_URL.startswith("https://")
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside the container, without the proxy
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY = env.bool("SECURE_PROXY")
if SECURE_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60  # the absolute limit; `accounts.models.session` has both limits
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60  # an invitation link works for three days
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_NAME = "sessionid" if DEBUG else "__Host-session"
CSRF_COOKIE_NAME = "csrftoken" if DEBUG else "__Host-csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = csp.policy(FILES_URL)

LOGGING = logs.settings(debug=DEBUG, level=env.str("LOG_LEVEL"))
