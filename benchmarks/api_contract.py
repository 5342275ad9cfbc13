"""A long check of the HTTP API against its OpenAPI document, with schemathesis.

    python benchmarks/api_contract.py [--examples 200] [--seed 7]

Starts a server of its own, and prints what schemathesis says; exit code 1 when it found a fault.
The test suite does the same with few examples.
"""

import argparse
import tempfile
import time
from pathlib import Path
from sys import exit as end
from sys import path

path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.support.contract import check_contract


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--examples", type=int, default=200, help="for each operation (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    options = ("--max-examples", str(args.examples), "--seed", str(args.seed))
    with tempfile.TemporaryDirectory(prefix="api-contract-") as home:
        done = check_contract(Path(home), *options, now=time.time())
    print(done.stdout)
    return done.returncode


if __name__ == "__main__":
    end(main())
