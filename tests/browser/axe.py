"""Runs axe-core on a page of the browser tests."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# axe would fetch the style sheets again through inline styles, which our CSP rightly refuses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}


def violations(page: Any) -> list[str]:
    """Return one line for each broken rule and element; empty is what we want."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        for node in rule["nodes"]
    ]
