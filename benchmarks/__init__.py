"""Measurements of the product, run by `python3 dev.py bench`. Not part of the product."""
