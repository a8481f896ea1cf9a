"""What of this floor hangs on a person."""

from candidates.person_data import Follow, Move, PersonData
from candidates.rights import Delete, Forget
from engagement import shown
from engagement.models import (
    AccessCode,
    AddressChange,
    AddressClaim,
    Decision,
    DeliveryEvent,
    Enrolment,
    Handover,
    Message,
    Reply,
    SignUp,
    Survey,
)
from engagement.residue import forget_surveys, letters_of_open_applications

OWN = (
    PersonData(AccessCode, merge=Move(), erase=Delete(), export=shown.ACCESS_CODES),
    PersonData(AddressChange, merge=Move(), erase=Delete(), export=shown.ADDRESS_CHANGES),
    PersonData(AddressClaim, merge=Move(), erase=Delete(), export=shown.ADDRESS_CLAIMS),
    PersonData(Enrolment, merge=Move(), erase=Delete(), export=shown.ENROLMENTS),
    PersonData(Survey, merge=Move(), erase=Forget(forget_surveys), export=shown.SURVEYS),
    PersonData(Handover, merge=Move(), erase=Delete(), export=shown.HANDOVERS),
    PersonData(Reply, merge=Move(), erase=Delete(), export=shown.REPLIES),
    PersonData(
        Message,
        merge=Move(),
        erase=Delete(),
        export=shown.MESSAGES,
        stays=lambda _: letters_of_open_applications(),
    ),
    PersonData(
        DeliveryEvent,
        "message__candidate",
        merge=Follow(),
        erase=Delete(),
        export=shown.DELIVERY_EVENTS,
        stays=lambda _: letters_of_open_applications("message__"),
    ),
    PersonData(
        Decision,
        merge=Move(),
        erase=Delete(),
        export=shown.DECISIONS,
        stays=lambda _: letters_of_open_applications("message__"),
    ),
    PersonData(SignUp, merge=Move(), erase=Delete(), export=shown.SIGN_UPS),
)
