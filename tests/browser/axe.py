"""Runs axe-core on a page of the browser tests."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

# axe would fetch the style sheets again through inline styles, which our CSP rightly refuses.
OPTIONS = {"resultTypes": ["violations"], "preload": False}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Any, *, only_wcag: bool = False) -> list[str]:
    """Return one line for each broken rule and element; empty is what we want.

    only_wcag: without axe's advice on whole pages, for what is shown inside another one.
    """
    options = OPTIONS | ({"runOnly": WCAG} if only_wcag else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found
        for node in rule["nodes"]
    ]
