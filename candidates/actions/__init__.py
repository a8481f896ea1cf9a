"""Every change to a person. Nothing else writes these tables, but the import, set by set."""
