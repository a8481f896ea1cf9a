"""The gates of the people of the demo: how many job emails they had of late."""

from datetime import datetime, timedelta

from candidates.models import ContactGate
from engagement.models import Message


def count(messages: list[Message], anchor: datetime) -> None:
    recent = [m for m in messages if m.armed_at and m.armed_at > anchor - timedelta(days=90)]
    gates = {
        gate.candidate_id: gate
        for gate in ContactGate.objects.filter(candidate__in=[m.candidate_id for m in recent])
    }
    for message in recent:
        gates[message.candidate_id].job_emails_at.append(message.due_at)
    ContactGate.objects.bulk_update(gates.values(), ["job_emails_at"], batch_size=500)
