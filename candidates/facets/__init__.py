"""What a list of people can be narrowed by, and how many people each value leaves."""

from candidates.facets.counting import COUNTED_AT_MOST, Counts, Value, count
from candidates.facets.own import NOBODY, register_own
from candidates.facets.place import register_place
from candidates.facets.registry import Chosen, Facet, Params, all_facets, facets_of, fixed, register

__all__ = [
    "COUNTED_AT_MOST",
    "NOBODY",
    "Chosen",
    "Counts",
    "Facet",
    "Params",
    "Value",
    "all_facets",
    "count",
    "facets_of",
    "fixed",
    "register",
    "register_own",
    "register_place",
]
