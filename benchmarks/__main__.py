"""Run one benchmark inside this process: `python -m benchmarks NAME [--size N] [--out FILE]`."""

import argparse
import importlib
import os
from pathlib import Path

import django

from benchmarks.report import Report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name")
    parser.add_argument("--size", type=int)
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    module = importlib.import_module(f"benchmarks.{chosen.name}")
    report = Report(chosen.out)
    module.run(chosen.size or module.SIZE, report)
    print(report.table(), flush=True)


if __name__ == "__main__":
    main()
