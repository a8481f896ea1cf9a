"""Larkspur Tidal Works: a fictional maker of tidal turbines, so that a newcomer sees life.

Everything here is invented and stays invented: addresses under .example, telephone numbers from
the ranges kept for drama, no photographs, no real school or employer. The same seed and anchor give
the same rows on every machine; each record draws from a random stream of its own, so that adding
one kind of record moves no other. Outcomes are drawn without looking at names.
"""
