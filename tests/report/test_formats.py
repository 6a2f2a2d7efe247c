"""Which formats there are."""

from pkgutil import iter_modules

import pytest

import aescan.report
import aescan.report.plan
from aescan.report.formats import SHARED, formats, renderer
from tests.report.estate import REPORT


def test_formats_are_the_modules() -> None:
    """Every module of the folder is a format, or shared and no format."""
    names = {module.name for module in iter_modules(aescan.report.__path__) if not module.ispkg}
    of_plan = {module.name for module in iter_modules(aescan.report.plan.__path__)}
    assert names | of_plan >= SHARED
    assert formats() == tuple(sorted(names - SHARED))
    assert formats("plan") == tuple(sorted(of_plan - SHARED))
    assert {"csv", "json", "text"} <= set(formats())
    assert formats("plan") == ("html", "json", "markdown", "text")


@pytest.mark.parametrize("name", formats())
def test_pieces(name: str) -> None:
    """Every format yields a report piece by piece, at least one for each target."""
    assert len(list(renderer(name)(REPORT))) >= len(REPORT.observations)
