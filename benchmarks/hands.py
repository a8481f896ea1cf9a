"""Several processes that send at once: `python -m benchmarks.hands ours|raw PORT SHARE NUMBER`.

Each says when it is ready and begins when it is told to, so that no start is in the measured time.
"""

import os
import subprocess
import sys
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BYTES = 2_000
SENDER = "jobs@larkspur-tidal.example"
# Without the limits that are manners.
UNLIMITED = {
    "MAIL_PER_SECOND": "1000000000",
    "MAIL_PER_SECOND_PER_DOMAIN": "1000000000",
    "JOB_EMAILS_PER_SENDER_PER_DAY": "1000000000",
}


def text() -> str:
    """Return what everybody says: 1 KB of text, which with its HTML makes 2 KB of message."""
    line = "We opened a job that may suit you, and you asked to hear of such jobs. " + "-" * 6
    return "\n".join([line] * (BYTES // 2 // (len(line) + 1)))


def start(
    what: str, port: int, size: int, hands: int, **more: str
) -> list["subprocess.Popen[str]"]:
    """Start processes that share `size` messages, and wait until each is ready."""
    environment = os.environ | UNLIMITED | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"} | more
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.hands", what, str(port), str(size // hands), str(n)],
            cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(hands)
    ]  # fmt: skip
    for process in processes:
        assert process.stdout
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"a process that was to send ({what}) did not start")
    return processes


def begin(processes: list["subprocess.Popen[str]"]) -> None:
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()


def seconds(processes: list["subprocess.Popen[str]"]) -> float:
    """Let them begin, and return how long the last of them takes."""
    started = time.perf_counter()
    begin(processes)
    wait_for(processes)
    return time.perf_counter() - started


def wait_for(processes: list["subprocess.Popen[str]"]) -> None:
    """Wait until each has ended. Raises RuntimeError: one of them failed."""
    codes = [process.wait() for process in processes]
    for process in processes:
        process.__exit__(None, None, None)
    if any(codes):
        raise RuntimeError(f"processes that were to send ended with {codes}")


def _wait_for_go() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


def raw(port: int, share: int, number: int) -> None:
    """Send over one open connection, with nothing looked up or written down."""
    import smtplib

    message = EmailMessage()
    message["From"], message["To"] = SENDER, "candidate@mail.example"
    message["Subject"] = "A job"
    message.set_content(text())
    message.add_alternative(f"<p>{text()}</p>", subtype="html")
    content = message.as_bytes(policy=SMTP)
    with smtplib.SMTP("127.0.0.1", port) as client:
        _wait_for_go()
        for one in range(share):
            numbered = f"X-Perennial-Message: raw-{number}-{one}\r\n".encode() + content
            client.sendmail(SENDER, [f"c{one}@mail.example"], numbered)


def ours() -> None:
    """Deliver what is due until nothing is, as a worker of the product does."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    import time_machine
    from django.db import connection
    from django.utils import timezone

    from benchmarks.delivery import MONDAY
    from config.celery import get_ready
    from engagement import tasks
    from engagement.models import Message

    get_ready()
    connection.ensure_connection()
    waiting = Message.objects.filter(state=Message.State.DUE)
    _wait_for_go()
    with time_machine.travel(MONDAY, tick=True):
        # Where a limit a second holds some back, the next beat is sooner here.
        while tasks.deliver() or waiting.filter(due_at__lte=timezone.now()).exists():
            time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[1] == "raw":
        raw(*map(int, sys.argv[2:]))
    else:
        ours()
