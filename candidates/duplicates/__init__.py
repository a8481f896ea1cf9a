"""Who may be one person in two records: found by blocking, weighed, and said in words.

`blocking` finds pairs worth a look, in the database. `weighing` gives each its weight of evidence,
field by field. `finding` writes down what is worth asking a colleague. Nothing is merged by itself.
"""
