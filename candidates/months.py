"""The names of months as people write them, in English, French and German."""

from typing import Final

_NAMES_OF: Final = {
    1: "january jan januar jänner janvier janv",
    2: "february feb februar février fevrier févr fevr",
    3: "march mar märz maerz mars",
    4: "april apr avril avr",
    5: "may mai",
    6: "june jun juni juin",
    7: "july jul juli juillet juil",
    8: "august aug août aout",
    9: "september sep sept septembre",
    10: "october oct oktober okt octobre",
    11: "november nov novembre",
    12: "december dec dezember dez décembre decembre déc",
}
NUMBER: Final = {name: month for month, names in _NAMES_OF.items() for name in names.split()}
NAMES: Final = "|".join(sorted(NUMBER, key=len, reverse=True))  # as part of an expression
