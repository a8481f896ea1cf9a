"""The text of one hostile file, read in a process of its own that nothing else depends on.

`process` is its whole life: limits first, then the bytes from standard input, then one JSON object
to standard output. Nothing here imports Django, a model or a setting; nothing outside imports this
but `reader`, which starts the process and distrusts what it says.
"""
