"""Every change to colleagues, their sessions and the organisation."""
