"""The server and its OpenAPI document say the same."""

import time

from tests.support.contract import check_contract


def test_the_server_does_what_its_document_says(tmp_path):
    """Every operation, with valid and broken requests; a longer run is in benchmarks."""
    done = check_contract(
        tmp_path, "--seed", "7", "--max-examples", "2", "--workers", "2", now=time.time()
    )
    print(done.stdout)
    assert done.returncode == 0
    assert "Tested: 24" in done.stdout
