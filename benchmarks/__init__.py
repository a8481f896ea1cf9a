"""What the product does per second, beside what the machine could do: `dev.py bench [NAME]`.

A benchmark is a module here with `run(size, report)` and a `SIZE` for when none is given. Each one
starts with a migrated, empty database of its own and prints every figure beside its limit, measured
in the same run.
"""
