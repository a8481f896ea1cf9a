"""What the home page is made of: blocks of rows with things to do."""

from dataclasses import dataclass

from django.utils.text import slugify

from accounts.permissions import Permission

MOST_BUTTONS = 2  # of a row; what else there is to do stands in its menu


@dataclass(frozen=True)
class Action:
    """Something to do about a row. `post`: a form of its own, else a link; `sends`: its fields.

    needs: it stands only where its user may do it.
    """

    label: str
    href: str
    post: bool = False
    sends: tuple[tuple[str, str], ...] = ()
    needs: Permission = Permission.USE_PRODUCT

    @property
    def stays(self) -> bool:
        """Whether it comes back to Today, and so can be done in place."""
        return ("back", "today") in self.sends


@dataclass(frozen=True)
class Row:
    """One thing that is due, about a person (their initials are shown) or a thing (an icon).

    mark: a word such as “3 days late”; tone colours the mark and the icon. thing: under this name
    it can be put off; one that is `legal` can only be handed over.
    """

    title: str
    href: str
    icon: str = ""
    detail: str = ""
    tone: str = "quiet"
    mark: str = ""
    progress: tuple[int, int] | None = None
    actions: tuple[Action, ...] = ()
    thing: str = ""
    legal: bool = False

    @property
    def first_actions(self) -> tuple[Action, ...]:
        return self.actions[:MOST_BUTTONS]

    @property
    def more_actions(self) -> tuple[Action, ...]:
        return self.actions[MOST_BUTTONS:]


@dataclass(frozen=True)
class Block:
    """Rows of one kind in order of when they are due; `more`: how many are not shown.

    aside: it runs by itself and stands beside the queue where the screen is wide.
    all_of_them: address of the whole list. section: the heading it stands under. counts: its rows
    are things to do. late: how many are, shown or not. note: what is still to come, such as “1 more
    tomorrow”.
    """

    title: str
    lead: str
    rows: list[Row]
    more: int = 0
    aside: bool = False
    all_of_them: str = ""
    section: str = ""
    counts: bool = True
    late: int = 0
    note: str = ""

    @property
    def key(self) -> str:
        return slugify(self.title)

    @property
    def total(self) -> int:
        return len(self.rows) + self.more
