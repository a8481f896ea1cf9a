"""What a person chose about job emails, in words for colleagues: beside whether they may be sent.

A side of a narrowing that leaves nothing out is not named.
"""

from candidates.models import Preference, RemotePreference, Seniority

_MODES = {
    RemotePreference.ON_SITE: "on site",
    RemotePreference.HYBRID: "hybrid",
    RemotePreference.REMOTE: "remote",
}


def in_words(preference: Preference) -> str:
    """Return "They want: only remote jobs; at most one a month.", or "" where they said nothing."""
    said = [_jobs(preference)] if preference.is_narrowed else []
    if preference.frequency == Preference.Frequency.MONTHLY:
        said.append("at most one a month")
    return f"They want: {'; '.join(said)}." if said else ""


def _jobs(preference: Preference) -> str:
    """Return "only remote or hybrid jobs in Electrical, in Bristol or Cork, senior or lead"."""
    modes, levels = set(preference.work_modes), set(preference.levels)
    if not (preference.families and preference.places and modes and levels):
        return "no kind of job that we have"
    all_modes = RemotePreference.ANY in modes or modes >= set(_MODES)
    how = "" if all_modes else f"{_either([_MODES[one] for one in _MODES if one in modes])} "
    parts = [f"only {how}jobs in {_either(sorted(preference.families))}"]
    if modes != {RemotePreference.REMOTE}:
        parts.append(f"in {_either(sorted(preference.places))}")
    if levels < set(Seniority.values):
        parts.append(_either([Seniority(one).label.lower() for one in sorted(levels)]))
    return ", ".join(parts)


def _either(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
