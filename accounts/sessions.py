"""Server-side sessions that know their user (ASVS 7: list and end them)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from accounts.models import Session


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]  # our model class
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.user_agent = str(data.get("user_agent", ""))[:300]
        return session
