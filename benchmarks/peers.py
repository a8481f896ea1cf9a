"""The peers, in their own environment: `python peers.py PEER PORT SIZE PROCESSES`.

PEER is post_office or django_mailer. The body comes on standard input. Prints messages/s as JSON:
for delivering what is queued already (what our engine is compared by), and for queueing and
delivering together. Makes the tables of the peer in the database of DATABASE_URL under a schema of
its own.
"""

import json
import logging
import sys
import time

import django
import environ
from django.conf import settings
from django.db import connection

SENDER = "jobs@larkspur-tidal.example"


def main(peer: str, port: int, size: int, hands: int, body: str) -> None:
    database = environ.Env().db("DATABASE_URL")
    database["OPTIONS"] = {"options": "-c search_path=peer"}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", peer if peer == "post_office" else "mailer"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="bench",
        USE_TZ=True,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        # post_office: one thread a process like everybody here, its own batch size.
        POST_OFFICE={
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
            "THREADS_PER_PROCESS": 1,
            "BATCH_SIZE": 1000,
            "LOG_LEVEL": 1,
        },
        MAILER_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        LOGGING_CONFIG=None,
    )
    logging.disable(logging.CRITICAL)
    django.setup()
    from django.core.management import call_command

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS peer CASCADE")
        cursor.execute("CREATE SCHEMA peer")
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    queue, deliver = PEERS[peer]
    started = time.perf_counter()
    queue(size, body)
    queued = time.perf_counter()
    deliver(hands)
    done = time.perf_counter()
    speeds = {
        "delivering the queue": size / (done - queued),
        "queueing and delivering": size / (done - started),
    }
    print(json.dumps(speeds))


def queue_post_office(size, body):
    from post_office import mail

    letters = [
        {
            "sender": SENDER,
            "recipients": [f"c{number}@mail.example"],
            "subject": "A job",
            "message": body,
            "html_message": f"<p>{body}</p>",
            "headers": {"X-Perennial-Message": f"post-office-{number}"},
        }
        for number in range(size)
    ]
    mail.send_many(letters)


def deliver_post_office(hands):
    from post_office.mail import send_queued

    sent = 1
    while sent:
        sent, _failed, _requeued = send_queued(processes=hands, log_level=1)
        connection.close()  # the processes that it forked ended it


def queue_django_mailer(size, body):
    from django.core.mail import EmailMultiAlternatives
    from mailer.models import Message

    rows = []
    for number in range(size):
        headers = {"X-Perennial-Message": f"django-mailer-{number}"}
        message = Message(priority=2)
        email = EmailMultiAlternatives(
            "A job", body, SENDER, [f"c{number}@mail.example"], headers=headers
        )
        email.attach_alternative(f"<p>{body}</p>", "text/html")
        message.email = email
        rows.append(message)
    Message.objects.bulk_create(rows, batch_size=1000)


def deliver_django_mailer(hands):
    from mailer.engine import send_all

    send_all()


PEERS = {
    "post_office": (queue_post_office, deliver_post_office),
    "django_mailer": (queue_django_mailer, deliver_django_mailer),
}

if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]), sys.stdin.read())
