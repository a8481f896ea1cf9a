"""Every change to jobs, applications, letters and promises. Nothing else writes these tables.

Each action takes the record and `by`; runs in one transaction; refuses with a ValidationError that
a form can show; leaves a line on the person's timeline and one in the audit trail.
"""
