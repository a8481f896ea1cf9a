"""Reading CSV files of people, and writing what they say, set by set.

`reading` turns a file into records, `columns` says what a column may mean, `people` writes a chunk
of checked rows. The run itself (and the past applications on a row) stands one floor up, in
`applications.imports`, so that people and applications of a chunk commit together.
"""
