"""What `dev.py` is made of: set-up, embedded services, the supervisor, the mail catcher.

Everything that runs before the virtual environment exists (`console`, `paths`, `install`, `node`,
`assets`) imports the standard library only. None of it is needed in a real deployment.
"""
