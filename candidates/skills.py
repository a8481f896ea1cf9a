"""Which skill a spelling means."""

import re
import unicodedata
from collections.abc import Iterable

from candidates.models import Skill, SkillAlias

_NOISE = re.compile(r"[^\w+#.&/]+")
_EDGE = re.compile(r"^[./&]+(?=\w\w\w\w)|[./&]+$")  # ".NET" keeps its dot, "docker." loses it


def normalise(spelling: str) -> str:
    """Return the form in which spellings are stored and compared.

    Folds width, case, accents and punctuation, but keeps what tells skills apart: C, C++ and C# are
    three, and so are .NET and net.
    """
    text = unicodedata.normalize("NFKD", spelling).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char))
    words = (_EDGE.sub("", word) for word in _NOISE.sub(" ", text).split())
    return " ".join(word for word in words if word)


def resolve(spellings: Iterable[str], *, in_text: bool = False) -> dict[str, Skill]:
    """Return the skill of each spelling that is known; the others are left out. One query.

    in_text: the spellings were found in running text, where ambiguous ones (Go, R, C) do not
    count. In a list of skills they do. A merged skill answers with the one that survived.
    """
    normal_of = {spelling: normalise(spelling) for spelling in spellings}
    aliases = SkillAlias.objects.filter(spelling__in=set(normal_of.values())).select_related(
        "skill__merged_into__merged_into"
    )
    if in_text:
        aliases = aliases.filter(is_ambiguous=False)
    skill_of = {alias.spelling: _survivor(alias.skill) for alias in aliases}
    return {
        spelling: skill_of[normal] for spelling, normal in normal_of.items() if normal in skill_of
    }


def _survivor(skill: Skill) -> Skill:
    while skill.merged_into is not None:
        skill = skill.merged_into
    return skill
