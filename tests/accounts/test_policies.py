import pytest

from accounts.permissions import Permission, may, permissions_of
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_an_admin_sees_no_candidate():
    admin = UserFactory(admin=True)

    assert permissions_of(admin) == {
        Permission.USE_PRODUCT,
        Permission.MANAGE_SETTINGS,
        Permission.VIEW_AUDIT,
        Permission.EDIT_LETTERS,  # the words that letters start from, to nobody yet
        Permission.VIEW_TASKS,  # what runs and how far, without names
    }


def test_roles_add_up():
    all_three = UserFactory(roles=["admin", "recruiter", "privacy_officer"])

    assert permissions_of(all_three) == set(Permission)


def test_only_a_privacy_officer_gets_into_the_restricted_archive():
    both = UserFactory(roles=["admin", "recruiter"])
    officer = UserFactory(privacy_officer=True)
    guarded = {Permission.VIEW_RESTRICTED, Permission.MANAGE_PRIVACY}

    assert set(Permission) - permissions_of(both) == guarded
    assert guarded <= permissions_of(officer)
    assert not may(officer, Permission.EDIT_PEOPLE)


def test_a_closed_account_may_do_nothing():
    closed = UserFactory(roles=["admin", "recruiter"], is_active=False)

    assert not [permission for permission in Permission if may(closed, permission)]
