"""The three announcements that go up: to floors that a person's record cannot know.

Each is sent inside the transaction of the action, with the gates of everybody concerned locked, and
received in the `receivers.py` of a floor above. Whatever a receiver raises undoes the whole action.

`candidate_merged` (survivor, merged, at): two records become one. Sent before rows move: a receiver
settles what must not hang on one person twice, and may refuse. What it changes is put back by an
unmerge, as long as the rows are declared in `candidates.person_data`.
`candidate_unmerged` (survivor, merged, at): they are two again, and their rows are back.
`candidate_erased` (candidate, people, at, by, application_stays): the rows of the person go next,
those that the declarations name. A receiver keeps the counts that must not move, without a person.
people: the keys of their record and of those merged into it. application_stays: what an open
application needs is left for now (C-26), so it is not counted yet.
"""

from django.dispatch import Signal

candidate_merged = Signal()
candidate_unmerged = Signal()
candidate_erased = Signal()
