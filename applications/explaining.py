"""Why somebody fits a job, criterion by criterion, in words. Pure: it reads its inputs alone.

`inputs` is plain JSON, stored beside each match (P-32): running the stored version on the stored
inputs gives the stored criteria and score again, byte for byte. It has no place for what P-33
forbids: no name, photo, birth date, gender, nationality, postcode, address or previous pay.

`inputs["job"]`: needed, must and nice ([{id, name, weight}]), mode, offices ([name]), levels
([from, to]), pay ([to, currency]). `inputs["person"]`: skills ({id: {source, year, via}}), city,
km and office (the nearest one), remote, level, expects ([amount, currency]), furthest, days (since
we last spoke) and past ([{job, furthest, outcome, reason, month, would_hire}], the best first).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from applications.models import Milestone, Outcome, RejectionReason
from candidates.models import CandidateSkill, Seniority

MATCHER_VERSION = "1"

# What each part of the score is worth, of 1000 together. The SQL of `matching` says the same.
SKILLS = 600  # the must-haves 400 and the nice-to-haves 200, or all of it where nothing is nice
NICE = 200
PLACE, LEVEL, STEP, RECENT = 100, 50, 30, 100
NEAR_KM = 50
RECENT_DAYS = ((90, RECENT), (180, 80), (365, 60), (730, 30))

Inputs = dict[str, Any]
Criterion = dict[str, str]

_SOURCES: dict[str, str] = {
    CandidateSkill.Source.STATED: "stated by the candidate",
    CandidateSkill.Source.PARSED: "read in their CV",
    CandidateSkill.Source.RECRUITER: "noted by a recruiter",
}
_FURTHEST: dict[int, str] = {
    Milestone.APPLIED: "Applied for {job}, not interviewed",
    Milestone.SCREENED: "Was screened for {job}",
    Milestone.INTERVIEWED: "Was interviewed for {job}",
    Milestone.FINAL: "Reached the final round for {job}",
    Milestone.OFFERED: "Was offered {job}",
    Milestone.HIRED: "Was hired for {job}",
}


@dataclass(frozen=True)
class Explanation:
    """criteria: [{code, label, verdict, evidence}] in order; verdict meets, missing, against, note.

    "missing" is what somebody did not state: never a claim that they lack it.
    """

    criteria: list[Criterion]
    score: int


def explain(inputs: Inputs) -> Explanation:
    """Return what speaks for the person, what is not known, what speaks against, and the score."""
    job, person = inputs["job"], inputs["person"]
    criteria = [_skill("must", skill, person) for skill in job["must"]]
    criteria += [_skill("nice", skill, person) for skill in job["nice"]]
    criteria += [_place(job, person), *_level(job, person), *_pay(job, person)]
    criteria += [
        _criterion("past", _past(past), "note", "We would hire them" if past["would_hire"] else "")
        for past in person["past"]
    ]
    return Explanation(criteria, _score(job, person, criteria))


EXPLAINERS: dict[str, Callable[[Inputs], Explanation]] = {MATCHER_VERSION: explain}


def sentences_for_candidate(inputs: Inputs, criteria: list[Criterion]) -> list[str]:
    """Return what was met, said to the person themselves (P-36). Never an outcome or a score."""
    job, person = inputs.get("job", {}), inputs.get("person", {})
    skills = {skill["name"]: skill for skill in [*job.get("must", []), *job.get("nice", [])]}
    found = []
    for row in criteria:
        if row["verdict"] != "meets":
            continue
        if row["code"] in {"must", "nice"}:
            known = person["skills"][str(skills[row["label"]]["id"])]
            found.append(_said(row["label"], known["source"], known["via"]))
        elif row["code"] == "place":
            found.append(_place_said(job, person))
        elif row["code"] == "level":
            level = gettext(Seniority(person["level"]).label)
            found.append(gettext("Your level fits: {level}.").format(level=level))
        elif row["code"] == "pay":
            found.append(gettext("What you hope to earn fits what the job pays."))
    return found


def _criterion(code: str, label: str, verdict: str, evidence: str = "") -> Criterion:
    return {"code": code, "label": label, "verdict": verdict, "evidence": evidence}


def _skill(code: str, skill: dict[str, Any], person: dict[str, Any]) -> Criterion:
    known = person["skills"].get(str(skill["id"]))
    if known is None:
        return _criterion(code, skill["name"], "missing", "not stated")
    evidence = _SOURCES[known["source"]]
    if known["via"]:
        evidence = f"follows from {known['via']}, {evidence}"
    return _criterion(code, skill["name"], "meets", f"{evidence}, {known['year']}")


def _fits_place(job: dict[str, Any], person: dict[str, Any]) -> bool:
    is_near = person["km"] is not None and person["km"] <= NEAR_KM
    is_remote = person["remote"] in {"remote", "any"}
    return {"remote": is_remote, "hybrid": is_near or is_remote}.get(job["mode"], is_near)


def _place(job: dict[str, Any], person: dict[str, Any]) -> Criterion:
    label = _place_label(job)
    remote, city, km = person["remote"], person["city"], person["km"]
    wants = {
        "remote": "asked for remote",
        "any": "open to remote",
        "on_site": "asked to work on site",
        "hybrid": "asked for hybrid work",
    }.get(remote, "")
    where = city
    if km is not None:
        away = "less than 1 km" if km == 0 else f"{km:,} km"
        where = f"{city or 'Their place is'}{',' if city else ''} {away} from {person['office']}"
    if job["mode"] == "remote":
        if _fits_place(job, person):
            return _criterion("place", label, "meets", wants)
        if remote:
            return _criterion("place", label, "against", wants)
        return _criterion("place", label, "missing", "whether they want remote work is not stated")
    if _fits_place(job, person):
        is_near = km is not None and km <= NEAR_KM
        parts = [where, wants if not is_near or remote == "remote" else ""]
        return _criterion("place", label, "meets", "; ".join(filter(None, parts)))
    if km is None:
        parts = [where, "how far that is, is not known" if where else "place not stated", wants]
        return _criterion("place", label, "missing", "; ".join(filter(None, parts)))
    return _criterion("place", label, "against", "; ".join(filter(None, [where, wants])))


def _place_label(job: dict[str, Any]) -> str:
    if job["mode"] == "remote":
        return "Remote"
    places = " or ".join(office.removeprefix("the ") for office in job["offices"]) or "Place"
    return f"{places}, or remote" if job["mode"] == "hybrid" else places


def _level(job: dict[str, Any], person: dict[str, Any]) -> list[Criterion]:
    lowest, highest = job["levels"]
    if lowest is None and highest is None:
        return []
    label = _levels(lowest, highest)
    level = person["level"]
    if level is None:
        return [_criterion("level", label, "missing", "level not stated")]
    verdict = "meets" if _fits_level(job, person) else "against"
    return [_criterion("level", label, verdict, f"theirs is {Seniority(level).label.lower()}")]


def _levels(lowest: int | None, highest: int | None) -> str:
    if lowest is None or highest is None:
        bound = lowest if lowest is not None else highest
        assert bound is not None  # noqa: S101  # the caller left out jobs without a level
        return f"{Seniority(bound).label} {'or above' if highest is None else 'or below'}"
    if lowest == highest:
        return Seniority(lowest).label
    return f"{Seniority(lowest).label} to {Seniority(highest).label.lower()}"


def _fits_level(job: dict[str, Any], person: dict[str, Any]) -> bool:
    lowest, highest = job["levels"]
    level = person["level"]
    if level is None or (lowest is None and highest is None):
        return False
    return (lowest is None or level >= lowest) and (highest is None or level <= highest)


def _pay(job: dict[str, Any], person: dict[str, Any]) -> list[Criterion]:
    top, currency = job["pay"]
    if top is None:
        return []
    amount, theirs = person["expects"]
    label = f"Up to {currency} {top / 100:,.0f} a year"
    if amount is None:
        return [_criterion("pay", label, "missing", "hope not stated")]
    hope = f"hopes for {theirs} {amount / 100:,.0f}"
    if theirs != currency:
        return [_criterion("pay", label, "missing", f"{hope}: another currency, not compared")]
    return [_criterion("pay", label, "meets" if amount <= top else "against", hope)]


def _past(past: dict[str, Any]) -> str:
    if past["outcome"] == Outcome.OFFER_DECLINED:
        text = f"Declined our offer for {past['job']} in {past['month']}"
    else:
        what = _FURTHEST[past["furthest"]].format(job=past["job"])
        text = f"{what} in {past['month']}"
        if past["outcome"] == Outcome.WITHDRAWN:
            text += ", withdrew"
    if past["reason"]:
        text += f" ({RejectionReason(past['reason']).label.lower()})"
    return text


def _said(skill: str, source: str, via: str | None) -> str:
    if source == CandidateSkill.Source.STATED:
        words = gettext("You told us you know {skill}.")
        by_way = gettext("You told us you know {via}, and so {skill}.")
    elif source == CandidateSkill.Source.PARSED:
        words = gettext("Your CV says you know {skill}.")
        by_way = gettext("Your CV says you know {via}, and so {skill}.")
    else:
        words = gettext("We noted that you know {skill}.")
        by_way = gettext("We noted that you know {via}, and so {skill}.")
    return (by_way if via else words).format(skill=skill, via=via)


def _place_said(job: dict[str, Any], person: dict[str, Any]) -> str:
    is_near = person["km"] is not None and person["km"] <= NEAR_KM
    if job["mode"] != "remote" and is_near:
        return gettext("You are near {office}.").format(office=person["office"])
    return gettext("You told us that you are open to remote work.")


def _score(job: dict[str, Any], person: dict[str, Any], criteria: list[Criterion]) -> int:
    """Whole numbers only, so that PostgreSQL and Python agree to the last digit."""
    known = person["skills"]
    total = sum(skill["weight"] for skill in job["nice"])
    nice_worth = NICE if total else 0
    score = 0
    if job["must"]:
        met = sum(str(skill["id"]) in known for skill in job["must"])
        score += (SKILLS - nice_worth) * met // len(job["must"])
    if total:
        met = sum(skill["weight"] for skill in job["nice"] if str(skill["id"]) in known)
        score += nice_worth * met // total
    score += PLACE if _fits_place(job, person) else 0
    score += LEVEL if _fits_level(job, person) else 0
    score += STEP * min(person["furthest"] or 0, Milestone.OFFERED)
    days = person["days"]
    if days is not None:
        score += next((worth for most, worth in RECENT_DAYS if days <= most), 0)
    return score
