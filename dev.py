#!/usr/bin/env python3
"""Set up and run Perennial on this machine. Needs Python 3.11 or newer and pip, nothing else.

python3 dev.py run [--port N]    services, demo data, web, worker, beat, mail catcher
python3 dev.py test [ARGS]       every test, a real browser included; ARGS go to pytest
python3 dev.py check             lint, types, imports, templates, migrations, deploy check
python3 dev.py fix               format and mend what can be mended by machine
python3 dev.py bench [NAME] [--size N]
python3 dev.py assets            the front-end files of package.json into static/vendor/
python3 dev.py shell             Django's shell on the data of `run`
python3 dev.py setup             only the set-up that `test` would do
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def newer_python():
    """Return an interpreter that is new enough. Each is run: version managers leave dead shims."""
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", "import venv"], stderr=subprocess.DEVNULL) == 0:
            return path
    sys.exit("error: Python 3.11 or newer is needed")


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (this file alone must start on an older one)
        python = newer_python()
        os.execv(python, [python, str(Path(__file__).resolve()), *sys.argv[1:]])
    from launcher.main import main

    sys.exit(main(sys.argv[1:], __doc__))
