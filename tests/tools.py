"""Programs that a test needs and a developer's machine may lack."""

import os
import shutil

import pytest


def tool(name: str, package: str) -> str:
    """Return where the program is; without it the test is skipped, or fails where CI is set."""
    found = shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, f"{name} is to be on PATH where CI is set; it comes with {package}"
        pytest.skip(f"{name} is not on PATH; it comes with {package}")
    return found
