"""What people send us about themselves: checked, read apart, and never trusted.

`kinds` says which files we take; `storage` where they lie; `reader` starts `extraction`, a process
of its own with limits, and `findings` looks for skills and addresses in what it gives back. Of a
PDF it also makes a copy that does nothing.
"""
