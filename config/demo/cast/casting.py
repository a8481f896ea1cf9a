"""How somebody gets a part: what is invented for everybody, and the facts that are decided."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.demo.people import Person, make
from config.demo.streams import Streams

BRISTOL = {"office": "Bristol", "town": ("Bristol", 51.454, -2.588), "family": "Electrical"}
GDANSK = {"office": "Gdańsk", "town": ("Gdańsk", 54.352, 18.646)}
NANTES = {"office": "Nantes", "town": ("Nantes", 47.218, -1.554)}
KINGSTON = {"office": "Kingston", "town": ("Kingston", 44.231, -76.486)}
AMMAN = {"office": "Amman", "town": ("Amman", 31.954, 35.911)}


@dataclass(frozen=True)
class Casting:
    """Gives out the parts. Dates are relative to `anchor`."""

    streams: Streams
    anchor: datetime

    def ago(self, days: float) -> datetime:
        return self.anchor - timedelta(days=days)

    def person(self, key: str, name: str, call: str, **facts: object) -> Person:
        base = make(self.streams, f"cast:{key}", self.anchor, applies=True)
        address = f"{key.replace('_', '.')}@mailbox.example"
        known = {
            "phone": "",
            "salary": None,
            "emails": [address],
            "pool": "active",
            "language": "en",
        }
        return replace(base, name=name, call_name=call, **(known | facts))  # type: ignore[arg-type]

    def consent(self, since: float, days: int = 365) -> dict[str, object]:
        granted_at = self.ago(since)
        return {"granted_at": granted_at, "expires_at": granted_at + timedelta(days=days)}
