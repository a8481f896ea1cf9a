"""The saved views of the demo company: what Mina and Jonas look at again and again."""

from datetime import datetime, timedelta

from accounts.models import User
from applications.models import Job
from candidates.models import SavedView, ViewUse
from config.demo.streams import Streams

# owner: name, query of the people list, shared with all recruiters
VIEWS = {
    "mina@larkspur-tidal.example": [
        ("Finalists we may write to", "emails=yes&milestone=4", True),
        ("Offshore medical valid", "tag=Offshore+medical+valid", False),
    ],
    "jonas@larkspur-tidal.example": [
        ("Cable people, silent for long", "q=cable+or+jointing&contact=older&contact=365", True),
    ],
}
# owner, title of a job, name, query of its pipeline, shared with all who see it
PIPELINES = [
    ("mina@larkspur-tidal.example", "Cable Technician", "Late ones", "late=on", True),
]


def write(streams: Streams, anchor: datetime) -> None:
    """Nobody has seen anybody in the views yet: the counts begin with the first visit."""
    for email, views in VIEWS.items():
        owner = User.objects.get(email=email)
        for name, query, is_shared in views:
            view = SavedView.objects.create(
                public_id=streams.uid("view", name),
                name=name,
                query=query,
                owner=owner,
                is_shared=is_shared,
                created_at=anchor - timedelta(days=40),
            )
            ViewUse.objects.create(view=view, user=owner)
    for email, title, name, query, is_shared in PIPELINES:
        job = Job.objects.filter(title=title).order_by("pk")[0]
        SavedView.objects.create(
            public_id=streams.uid("view", name),
            name=name,
            query=query,
            place=f"pipeline:{job.public_id}",
            owner=User.objects.get(email=email),
            is_shared=is_shared,
            created_at=anchor - timedelta(days=20),
        )
