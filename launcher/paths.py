"""Where things lie. Everything that is made at run time lies under `.venv/` and `var/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
VAR = ROOT / "var"
LOGS = VAR / "log"
SECRETS = VAR / "secrets"
REQUIREMENTS = ROOT / "requirements"
