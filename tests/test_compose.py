"""The container set-up, read as text: no engine is needed to see that it fits the product."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from config import settings as product_settings

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IMAGE_VARIABLES = set(re.findall(r"^\s*(?:ENV )?([A-Z_]+)=\S", DOCKERFILE, re.MULTILINE))


def image_command() -> list[str]:
    (command,) = re.findall(r"^CMD (\[.*?\])$", DOCKERFILE, re.MULTILINE | re.DOTALL)
    words: list[str] = yaml.safe_load(command.replace("\\\n", ""))
    return words


def test_compose_has_every_part_of_the_product() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "valkey", "clamav", "mailpit"}


@pytest.mark.parametrize("name", OURS)
def test_our_services_are_one_image(name: str) -> None:
    assert (SERVICES[name]["image"], SERVICES[name]["build"]) == ("perennial", ".")


@pytest.mark.parametrize("name", OURS)
def test_environment_names_are_those_of_the_settings(name: str) -> None:
    known = {*product_settings.env.scheme, "SECRET_KEY", "DATABASE_URL"}

    assert set(SERVICES[name]["environment"]) - known == set()
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} <= set(SERVICES[name]["environment"])


def test_example_names_what_compose_reads() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    read = set(re.findall(r"\$\{([A-Z_]+)", text))
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read - {"LOG_LEVEL"} == example


def test_secrets_have_no_default() -> None:
    environment = SERVICES["web"]["environment"]

    assert environment["SECRET_KEY"].startswith("${SECRET_KEY:?")
    assert "${POSTGRES_PASSWORD:?" in environment["DATABASE_URL"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith(
        "${POSTGRES_PASSWORD:?"
    )


def test_addresses_name_services_and_their_ports() -> None:
    environment = SERVICES["web"]["environment"]
    database = SERVICES["postgres"]["environment"]

    assert environment["DATABASE_URL"].endswith(f"@postgres:5432/{database['POSTGRES_DB']}")
    assert environment["REDIS_URL"] == "redis://valkey:6379/0"
    assert environment["EMAIL_URL"] == "${EMAIL_URL:-smtp://mailpit:1025}"
    assert environment["VIRUS_SCANNER"] == "${VIRUS_SCANNER-clamd://clamav:3310}"


def test_web_listens_where_compose_and_the_health_check_look() -> None:
    command = image_command()
    port = command[command.index("--bind") + 1].rpartition(":")[2]

    assert SERVICES["web"]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert f"EXPOSE {port}" in DOCKERFILE
    assert f"http://localhost:{port}/healthz" in SERVICES["web"]["healthcheck"]["test"][-1]
    assert re.search(r"path\(\"healthz\"", (ROOT / "config/urls.py").read_text())


def test_image_starts_the_wsgi_application() -> None:
    command = image_command()
    module, _, name = command[1].partition(":")

    assert command[0] == "gunicorn"
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize(("name", "verb"), [("worker", "worker"), ("beat", "beat")])
def test_celery_services_name_the_application(name: str, verb: str) -> None:
    command = SERVICES[name]["command"]
    app = importlib.import_module(command[2]).celery_app

    assert command[:4] == ["celery", "-A", "config", verb]
    assert app.main == "perennial"


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_accepts_the_options(name: str) -> None:
    program = Path(sys.executable).with_name("celery")
    words = [str(program), *SERVICES[name]["command"][1:], "--help"]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_gunicorn_accepts_the_options() -> None:
    program = Path(sys.executable).with_name("gunicorn")
    done = subprocess.run(
        [str(program), *image_command()[1:], "--check-config"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_migrate_is_a_management_command() -> None:
    command = SERVICES["migrate"]["command"]

    assert command[:2] == ["python", "manage.py"]
    assert command[2] in get_commands()


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_product_waits_for_migrations_and_services(name: str) -> None:
    conditions = {key: value["condition"] for key, value in SERVICES[name]["depends_on"].items()}

    assert conditions == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "valkey": "service_healthy",
    }


@pytest.mark.parametrize("name", ["web", "worker", "postgres", "valkey", "mailpit"])
def test_services_have_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_only_loopback_is_published() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert [port.split(":")[0] for port in published] == ["127.0.0.1"] * len(published)


def test_volumes_are_declared() -> None:
    used = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }

    assert used == set(COMPOSE["volumes"])
    assert SERVICES["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]  # as from 18 on


def test_image_keeps_files_in_the_volume() -> None:
    assert "MEDIA_ROOT=/data/media" in DOCKERFILE
    assert SERVICES["web"]["volumes"] == ["data:/data"]
    assert "MEDIA_ROOT" in product_settings.env.scheme


def test_image_does_not_run_as_root() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    users = re.findall(r"^USER (\S+)$", stages[-1], re.MULTILINE)

    assert users == ["perennial"]


def test_image_variables_are_known_ones() -> None:
    python = {name for name in IMAGE_VARIABLES if name.startswith(("PYTHON", "PIP_"))}
    known = {*product_settings.env.scheme, "SECRET_KEY", "DATABASE_URL", "PATH"}

    assert IMAGE_VARIABLES - python - known == set()


def test_debug_cannot_be_switched_on_in_the_image() -> None:
    assert "FORBID_DEBUG=1" in DOCKERFILE
    assert all(
        {"DEBUG", "DEMO", "FORBID_DEBUG"} & set(SERVICES[name]["environment"]) == set()
        for name in OURS
    )
    environment = os.environ | {"FORBID_DEBUG": "1", "DEBUG": "1", "SECRET_KEY": "x"}
    environment |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode != 0
    assert "this installation refuses it" in done.stderr


def test_files_the_image_copies_are_not_ignored() -> None:
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    apps = {app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()}

    assert apps | {"templates", "static", "manage.py", "requirements/base.txt"} <= kept
    assert [name for name in kept if not (ROOT / name).exists()] == []


def test_no_registry_is_named() -> None:
    images = [service["image"] for service in SERVICES.values()]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert [name for name in (*images, *bases) if "." in name.split("/")[0].split(":")[0]] == []
