"""A migrated database that every test worker copies: the migrations run once, not each time."""

import hashlib
from collections.abc import Callable

import psycopg
from psycopg import sql

from launcher.paths import ROOT

PREFIX = "template_"


def ensure(server: str, url_of: Callable[[str], str], migrate: Callable[[str], None]) -> str:
    """Return the name of a database that has every migration of this checkout.

    server: address of a database to connect to, as somebody who may make others. url_of: gives the
    address of a database by its name. migrate: brings the database at an address up to date.
    Templates of other migrations are dropped. One that was not finished is made anew.
    """
    name = f"{PREFIX}{_digest()}"
    part = f"{name}_part"
    with psycopg.connect(server, autocommit=True) as admin:
        there = {row[0] for row in admin.execute("SELECT datname FROM pg_database").fetchall()}
        for stale in sorted(one for one in there if one.startswith(PREFIX) and one != name):
            admin.execute(_statement("DROP DATABASE {}", stale))
        if name not in there:
            admin.execute(_statement("CREATE DATABASE {}", part))
            migrate(url_of(part))
            admin.execute(_statement("ALTER DATABASE {} RENAME TO {}", part, name))
    return name


def _digest() -> str:
    """Return what stands for all migrations: ours by text, those of packages by their locks."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("requirements/*.txt")]):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _statement(text: str, *names: str) -> sql.Composed:
    return sql.SQL(text).format(*map(sql.Identifier, names))
