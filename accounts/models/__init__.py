from accounts.models.audit import AuditEvent
from accounts.models.limits import RateCount
from accounts.models.organisation import Organisation
from accounts.models.put_off import PutOff
from accounts.models.session import Session
from accounts.models.user import Role, User

__all__ = ["AuditEvent", "Organisation", "PutOff", "RateCount", "Role", "Session", "User"]
