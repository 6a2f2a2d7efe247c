"""What was logged, as the lines of the log have it behind time, level and logger."""

import pytest

from aescan.logs import facts, logfmt


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what was said, with its facts, of each record."""
    return [logfmt(facts(record)) for record in caplog.records]
