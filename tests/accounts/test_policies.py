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
    }


def test_roles_add_up():
    both = UserFactory(roles=["admin", "recruiter"])

    assert permissions_of(both) == set(Permission)


def test_a_closed_account_may_do_nothing():
    closed = UserFactory(roles=["admin", "recruiter"], is_active=False)

    assert not [permission for permission in Permission if may(closed, permission)]
