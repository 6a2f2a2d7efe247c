"""
Which targets are shown, in which order, which page of them: all of it stands in the address, so a view can be sent on.

Parameters come in as strangers wrote them, bounded and forgiving: what means nothing is as if it were not there. Out
go the targets, and the addresses of other views.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from aescan.report.markup.entries import STANDINGS, Entry
from aescan.report.model import natural

LONGEST: Final = 200
"""Characters of a search that count."""
MOST_PAGES: Final = 1_000_000

BARE: Final = "-"
"""What stands for the service of a bare port."""

SORTS: Final = ("standing", "target", "service", "ends", "probed")
"""What to sort by; the first is usual."""


@dataclass(frozen=True, slots=True)
class Query:
    """
    One view of the targets; the names are those of the parameters.

    ``q``
        Words that all must occur in what is known of a target.
    ``standing``, ``service``, ``finding``
        Only those; empty for all. A service of ``-`` is a bare port.
    ``first``, ``last``
        Only chains that end from the one day to the other, both included, written ``2027-08-17``.
    ``order``
        ``desc`` turns the order around.
    """

    q: str = ""
    standing: str = ""
    service: str = ""
    finding: str = ""
    first: str = ""
    last: str = ""
    sort: str = SORTS[0]
    order: str = ""
    page: int = 1

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "Query":
        """Return the view that these parameters ask for."""
        text = {name: " ".join(given.get(name, "")[:LONGEST].split()) for name in ("q", "service", "finding")}
        page = given.get("page", "")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) <= len(str(MOST_PAGES)) else 1
        return cls(
            **text,
            standing=_one_of(given.get("standing"), STANDINGS, ""),
            first=_day(given.get("first", "")),
            last=_day(given.get("last", "")),
            sort=_one_of(given.get("sort"), SORTS, SORTS[0]),
            order=_one_of(given.get("order"), ("desc",), ""),
            page=max(1, number),
        )

    def parameters(self, **changes: object) -> str:
        """Return the parameters of this view with changes, escaped for an address; the first page unless told."""
        usual = asdict(Query())
        wanted = {**asdict(self), "page": 1, **changes}
        changed = {name: value for name, value in wanted.items() if value != usual[name]}
        return urlencode(changed, errors="replace")  # half a character, as from a broken argument, is no UTF-8

    @property
    def narrowed(self) -> bool:
        """Whether some targets may be left out."""
        return any((self.q, self.standing, self.service, self.finding, self.first, self.last))

    def choose(self, entries: Iterable[Entry]) -> list[Entry]:
        """Return the targets that this view shows, in its order, on all its pages."""
        words = self.q.casefold().split()
        found = [entry for entry in entries if self._fits(entry) and all(word in entry.searched for word in words)]
        found.sort(key=lambda entry: entry.order)
        if self.sort == "target":
            found.sort(key=lambda entry: natural(entry.name), reverse=self.order == "desc")
        elif self.sort == "service":
            found.sort(key=lambda entry: entry.target.service, reverse=self.order == "desc")
        elif self.sort == "ends":
            found.sort(key=lambda entry: entry.end.timestamp() if entry.end else 0.0, reverse=self.order == "desc")
            found.sort(key=lambda entry: entry.end is None)  # whichever way, what has no date is behind
        elif self.sort == "probed":
            found.sort(
                key=lambda entry: entry.last.moment.timestamp() if entry.last else 0.0, reverse=self.order == "desc"
            )
        elif self.order == "desc":
            found.reverse()
        return found

    def _fits(self, entry: Entry) -> bool:
        if self.standing and entry.standing != self.standing:
            return False
        if self.service and (entry.target.service or BARE) != self.service:
            return False
        if self.finding and self.finding not in entry.codes:
            return False
        if not (self.first or self.last):
            return True
        return entry.end is not None and (self.first or "0") <= f"{entry.end:%Y-%m-%d}" <= (self.last or "9999-12-31")


def _one_of(value: str | None, known: tuple[str, ...], usual: str) -> str:
    return value if value in known and value is not None else usual


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        return ""
