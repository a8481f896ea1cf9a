"""The cast: people with a part in the documentation, the screenshots and the tests."""

from datetime import datetime

from config.demo.cast.casting import Casting
from config.demo.cast.leading import leading
from config.demo.cast.supporting import supporting
from config.demo.people import Person
from config.demo.streams import Streams

ERASED = 35  # remembered only as refusals; “Erased person 14” is one of them


def cast(streams: Streams, anchor: datetime) -> list[Person]:
    """Decide the cast. Dates are relative to `anchor`."""
    casting = Casting(streams, anchor)
    return [*leading(casting), *supporting(casting)]
