"""Server-side sessions that know their user (ASVS 7: list and end them)."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from accounts.models import Session


class SessionStore(db.SessionStore):
    """Django's database sessions; a row keeps its birth and public id when saved again."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    @classmethod
    def clear_expired(cls) -> None:
        Session.objects.ended().delete()

    def load(self) -> dict[str, Any]:
        self.row = self._get_session_from_db()  # type: ignore[attr-defined]  # missing from the stubs
        return self.decode(self.row.session_data) if self.row else {}

    def create(self) -> None:
        """Begin a new session: after signing in nothing of the old one's times is kept."""
        self.row = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment]  # our model class
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.user_agent = str(data.get("user_agent", ""))[:300]
        if self.row and self.row.session_key == session.session_key:
            session.created_at = self.row.created_at
            session.public_id = self.row.public_id
        self.row = session
        return session
