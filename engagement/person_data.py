"""What of this floor hangs on a person."""

from candidates.person_data import Follow, Move, PersonData
from engagement.models import Decision, DeliveryEvent, Enrolment, Message

OWN = (
    PersonData(Enrolment, merge=Move()),
    PersonData(Message, merge=Move()),
    PersonData(DeliveryEvent, "message__candidate", merge=Follow()),
    PersonData(Decision, merge=Move()),
)
