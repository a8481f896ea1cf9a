"""Who may do what. One table, deny by default (OWASP ASVS 8.2).

A view names one permission with `@requires`; which *records* the user sees is the business of
`visible_to(user)` on the QuerySet.
"""

from enum import StrEnum

from accounts.models import Role, User


class Permission(StrEnum):
    USE_PRODUCT = "use_product"  # sign in, own account, Today
    MANAGE_SETTINGS = "manage_settings"  # organisation, users
    VIEW_AUDIT = "view_audit"
    VIEW_PEOPLE = "view_people"
    EDIT_PEOPLE = "edit_people"
    VIEW_PAY = "view_pay"
    IMPORT_PEOPLE = "import_people"
    EXPORT_PEOPLE = "export_people"  # take many people away in a file
    VIEW_TASKS = "view_tasks"  # own background work, and files that were made for one
    VIEW_JOBS = "view_jobs"
    EDIT_JOBS = "edit_jobs"
    VIEW_MATCHES = "view_matches"
    MOVE_APPLICATION = "move_application"
    CLOSE_APPLICATION = "close_application"
    EDIT_LETTERS = "edit_letters"  # the words that letters start from, for everybody
    SCHEDULE_INTERVIEWS = "schedule_interviews"
    GIVE_VIEWS = "give_views"  # say what one thinks of an application, when asked
    VIEW_CAMPAIGNS = "view_campaigns"
    EDIT_CAMPAIGNS = "edit_campaigns"
    APPROVE_CAMPAIGNS = "approve_campaigns"
    VIEW_REPORTS = "view_reports"  # measures, of the jobs one sees
    VIEW_HOUSE_REPORTS = "view_house_reports"  # those of the whole house, and of job emails
    VIEW_OVERSIGHT = "view_oversight"  # whether people looked before they approved
    VIEW_RESTRICTED = "view_restricted"  # open somebody in the restricted archive
    RECORD_REQUESTS = "record_requests"  # write down what a person asks about their own data
    MANAGE_PRIVACY = "manage_privacy"  # what is kept and for how long, holds, requests


_EVERYBODY = {Permission.USE_PRODUCT}

PERMISSIONS_OF: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(
        _EVERYBODY
        | {
            Permission.MANAGE_SETTINGS,
            Permission.VIEW_AUDIT,
            Permission.VIEW_TASKS,
            Permission.EDIT_LETTERS,
        }
    ),
    Role.RECRUITER: frozenset(
        set(Permission)
        - {
            Permission.MANAGE_SETTINGS,
            Permission.VIEW_AUDIT,
            Permission.VIEW_RESTRICTED,
            Permission.MANAGE_PRIVACY,
        }
    ),
    Role.HIRING_MANAGER: frozenset(
        _EVERYBODY | {Permission.VIEW_JOBS, Permission.GIVE_VIEWS, Permission.VIEW_REPORTS}
    ),
    Role.INTERVIEWER: frozenset(_EVERYBODY | {Permission.GIVE_VIEWS}),
    Role.PRIVACY_OFFICER: frozenset(
        _EVERYBODY
        | {
            Permission.VIEW_AUDIT,
            Permission.VIEW_TASKS,
            Permission.VIEW_PEOPLE,
            Permission.VIEW_PAY,
            Permission.VIEW_JOBS,
            Permission.VIEW_MATCHES,
            Permission.VIEW_CAMPAIGNS,
            Permission.VIEW_OVERSIGHT,
            Permission.EXPORT_PEOPLE,
            Permission.VIEW_RESTRICTED,
            Permission.RECORD_REQUESTS,
            Permission.MANAGE_PRIVACY,
        }
    ),
}


def permissions_of(user: User) -> frozenset[Permission]:
    """Return everything the user's roles allow. An inactive user may do nothing."""
    if not user.is_active:
        return frozenset()
    return frozenset().union(*(PERMISSIONS_OF[Role(role)] for role in user.roles))


def may(user: User, permission: Permission) -> bool:
    return permission in permissions_of(user)
