"""
The report as one page that opens from disk, with nothing outside it: to send on, to print, to keep with a ticket.

Overview and targets are those of the exporter's status page, from the same templates. Without JavaScript everything is
there; with it, the table can be searched, filtered and sorted, and the view stands in the address. The page's own
policy lets nothing in but its own style and script, by their digests, whatever a certificate may have in its names.
"""

from collections.abc import Iterator

from aescan.report.markup.entries import of_report
from aescan.report.markup.environment import SCRIPT, STYLE, digest, template
from aescan.report.markup.overview import overview
from aescan.report.markup.query import Query
from aescan.report.model import Report


def render(report: Report) -> Iterator[str]:
    """Return the page in pieces, one target after another."""
    entries = of_report(report.observations)
    return template("report.html").generate(
        report=report,
        moment=report.moment,
        entries=entries,
        overview=overview(entries, report.moment, report.policy),
        query=Query(),
        link=lambda parameters: f"#?{parameters}",
        page_of={entry.name: f"#target-{number}" for number, entry in enumerate(entries, 1)}.__getitem__,
        policy=f"default-src 'none'; style-src {digest(STYLE)}; script-src {digest(SCRIPT)}",
    )
