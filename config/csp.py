"""What a page may load, and where it may send a form: from here and to here, nothing else."""

from typing import Any

from csp.constants import NONE, SELF


def policy(files_url: str) -> dict[str, Any]:
    """Return the policy of every page.

    files_url: the origin that is for files, or "". The button that asks for a file leads there, and
    browsers hold the way of a form to `form-action` to its end.
    """
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "img-src": [SELF, "data:"],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF, *([files_url] if files_url else [])],
            "frame-ancestors": [NONE],
        }
    }
