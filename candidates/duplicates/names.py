"""Short forms of given names: which of them are the same name. Pure."""

from typing import Final

# One line a name: its forms, folded. Small on purpose: what people really write on applications.
_FORMS: Final = """
alexander alex sandro sascha sasha xander
alexandra alex sandra sasha alexa
andrew andy drew andreas
anthony tony antonio anton
benjamin ben benny
catherine katherine kate cathy kathy katie katharina catarina kathrin
charles charlie chuck carlos
christina christine chris tina kristina christa
christopher chris christoph christian
daniel dan danny
david dave davide
deborah debbie deb
dorothy dot dorothea
edward ed eddie eduardo ted
elizabeth liz beth betty lisa elisabeth elsa eliza
emmanuel manuel manny manu
francis frank francisco francesco franco
frederick fred freddie friedrich federico
gabriel gabe gabriele
gerald gerry jerry gerhard
gregory greg gregor
henry harry hank heinrich enrique hendrik
ignatius ignacio nacho
jacob jake jakob
james jim jimmy jamie
jennifer jen jenny
jessica jess jessie
john jack johnny johannes juan johan
jonathan jon johnny
joseph joe jose josef giuseppe pepe
joshua josh
judith judy judit
katarzyna kasia
kenneth ken kenny
lawrence larry laurence lorenz lorenzo
leonard leo len leonardo
lucas luke lukas luca
magdalena magda lena
margaret maggie peggy meg margarita marguerite greta
martin marty martino
matthew matt matteo matthias mateo
michael mike mick miguel michel mikhail
mohammed mohamed muhammad mohammad mohamad
nathaniel nathan nate
nicholas nick nico nicolas nikolaus
olivia liv
pamela pam
patricia pat patty tricia patrizia
patrick pat paddy patricio
paul pablo paolo pavel
peter pete pedro pietro petr
philip phil philipp felipe
rebecca becky becca rebekka
richard rick dick rich ricardo
robert bob rob bobby roberto
ronald ron ronnie
samuel sam sammy
samantha sam
stanislav stan stanislaw
stephen steven steve stefan stephan esteban
susan sue susie susanne suzanne susanna
teresa terry tess theresa
theodore ted theo teodoro
thomas tom tommy tomas
timothy tim
valentina vale
veronica vera veronika
victoria vicky vic viktoria
vincent vince vincenzo vicente
vladimir vova
walter walt
william will bill billy liam wilhelm guillermo
zachary zach zack
"""

ROOTS: Final[dict[str, frozenset[str]]] = {}


def _fill() -> None:
    found: dict[str, set[str]] = {}
    for line in _FORMS.strip().splitlines():
        root, *forms = line.split()
        for form in (root, *forms):
            found.setdefault(form, set()).add(root)
    ROOTS.update({form: frozenset(roots) for form, roots in found.items()})


_fill()


def is_same_name(one: str, other: str) -> bool:
    """Say whether two folded given names are forms of one name: Bob and Robert."""
    return bool(ROOTS.get(one, frozenset()) & ROOTS.get(other, frozenset()))
