"""Pages about colleagues: sign-in, own account, users, organisation, audit trail."""
