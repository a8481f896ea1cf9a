"""Does a question ask what somebody earned before? Nobody should have to say (P-41). Pure.

A lint, not a judge: it knows usual words in the languages of our interface and of our offices. What
somebody *hopes* to earn may be asked.
"""

import re
from typing import Final

EU: Final = frozenset(
    [
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    ]
)
_BEFORE = r"(?:current|present|previous|past|last|latest|prior|former|most recent|existing)"
_PAY = r"(?:salary|salaries|pay|wages?|compensation|earnings|income|remuneration|package|bonus|ctc)"
_WORDS = (
    rf"\b{_BEFORE}\b(?:\W+\w+){{0,3}}?\W+{_PAY}\b",
    rf"\b{_PAY}\W+(?:history|slips?|stubs?)\b|\bpayslips?\b",
    rf"\b{_PAY}\b(?:\W+\w+){{0,4}}?\W+(?:now|at the moment|{_BEFORE}\W+(?:job|role|employer))\b",
    r"\b(?:do|did|have) you (?:currently |presently |now )?(?:earn|make|paid|get paid|earned)\b",
    r"\b(?:are|were) you (?:currently |now )?(?:paid|earning)\b",
    r"\b(?:salaire|rémunération|paie|revenus?)\W+(?:actuel|précédent|ancien|dernier|passé)",
    r"\b(?:dernière?|actuel(?:le)?|précédente?|ancien(?:ne)?)\W+(?:salaire|rémunération|paie)\b",
    r"\b(?:gagnez|gagniez|touchez|touchiez)[- ]vous\b|\bbulletins? de (?:paie|salaire)\b",
    r"\b(?:aktuell|derzeitig|bisherig|letzt|jetzig|früher)\w*\W+(?:gehalt|lohn|vergütung|verdienst)",
    r"\b(?:gehalts|lohn)(?:abrechnung|historie|verlauf)|\bverdien(?:en|ten) sie\b",
    r"\b(?:salario|sueldo|remuneración)\W+(?:actual|anterior|previo|último)",
    r"\b(?:último|actual|anterior)\W+(?:salario|sueldo)\b|\bcuánto (?:gana|ganaba)\b",
    r"\b(?:obecn|aktualn|poprzedni|ostatni)\w*\W+(?:wynagrodzeni|pensj|zarobk|płac)",
    r"\bile (?:pan |pani |państwo )?zarabia",
    r"(?:الراتب|راتبك|الأجر|أجرك)\s+(?:ال)?(?:حالي|سابق|أخير)|كم\s+(?:تتقاضى|تكسب)",
)
_ASKS = re.compile("|".join(f"(?:{words})" for words in _WORDS), re.IGNORECASE)


def is_asked_in(*texts: str) -> bool:
    """Say whether one of these texts asks for pay history."""
    return any(_ASKS.search(text) for text in texts)
