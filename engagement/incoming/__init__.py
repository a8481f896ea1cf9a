"""What people answer: read apart like every stranger's file, recognised, and threaded.

`parsing` is the life of a process of its own that takes one raw message to pieces; `reader` starts
it and believes nothing it says. `quotes`, `dates` and `recognising` are pure: what is new in the
text, which day it names, and what kind of answer it is, each with its reasons.
"""
