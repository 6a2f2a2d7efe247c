"""The report as a page, read by a strict parser."""

import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aescan.findings.model import Severity
from aescan.inventory.model import Target
from aescan.report.markup.environment import SCRIPT, STYLE, asset, digest
from aescan.report.model import worst_first
from aescan.tls.capture import ViewName
from tests.facts import INTERMEDIATE, LEAF, ROOT, failed, finding, looked_at, name, seen, target
from tests.markup import read
from tests.report.estate import REPORT, golden, rendered, report

ANY = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'\x1b\u202e\ud800\n{}%/="), min_size=1, max_size=30)


def test_golden() -> None:
    """The fixed estate renders as its golden file has it, to the byte."""
    assert rendered("html", REPORT) == golden("report.html")


def test_one_file() -> None:
    """Nothing is outside it: no resource, no handler; style and script are the ones that its policy lets in."""
    page = read(rendered("html", REPORT))
    (policy,) = page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    (style,), (script,) = page.all("style"), page.all("script")
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src {digest(STYLE)}; script-src {digest(SCRIPT)}"
    )
    assert (style.text, script.text) == (asset(STYLE), asset(SCRIPT))
    assert not [one for one in page.below() if one.name in {"img", "link", "iframe", "object", "form action"}]


def test_every_target() -> None:
    """Each target has a row, worst first, and a part of its own that the row leads to."""
    page = read(rendered("html", REPORT))
    (table,) = page.all("table", id="targets")
    names = [next(row.all("bdi")).text for row in table.all("tr") if next(row.all("bdi"), None)]
    assert names == [one.target.name for one in worst_first(REPORT.observations)]
    links = [row.attributes["href"] for row in table.all("a")]
    assert links == [f"#target-{number}" for number in range(1, len(names) + 1)]


def test_landmarks() -> None:
    """A screen reader finds its way: regions with names, headings in order, the sorted column told."""
    page = read(rendered("html", REPORT))
    assert [len(list(page.all(one))) for one in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert all("aria-labelledby" in section.attributes for section in page.all("section"))
    assert [cell.text for cell in page.all("th", **{"aria-sort": "ascending"})] == ["Standing"]
    (caption,) = page.all("caption")
    assert caption.text == "Targets, worst first"


def test_colour_is_never_alone() -> None:
    """Each standing has a word and a shape beside its colour."""
    badges = [one for one in read(rendered("html", REPORT)).all("span") if "badge" in one.attributes.get("class", "")]
    assert len(badges) > 20
    assert all(badge.text.strip() and next(badge.all("use"), None) for badge in badges)


def test_details() -> None:
    """A target's part has its findings with remedies, its chain, verdicts, protocols, views and the last probe."""
    text = read(rendered("html", REPORT)).text
    for said in (
        "What to do: install a server certificate of your own",
        "the store does not hold CN=Example Root CA, which signed itself",
        "SSL 3.0: refused",
        "SSL 2.0: not known",
        "The same chain.",
        "alert: the server answered with handshake_failure (40)",
        "the hello tls12 was answered with TLS 1.2, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "what to do: check the port, and that the service is switched on at the server",
        "certificate: the bytes end inside an INTEGER",
        "-----BEGIN CERTIFICATE-----\nbGVhZg==\n-----END CERTIFICATE-----\n",
    ):
        assert said in text, said


@pytest.mark.parametrize("complete", [True, False])
def test_caveats(complete: bool) -> None:
    """A lab and an interrupted sweep are told before anything else."""
    text = read(rendered("html", replace(report(seen(), complete=complete), expected=9))).text
    assert ("Interrupted. 1 of 9 targets were looked at" in text) is not complete
    assert "Simulated." not in text
    assert "Simulated." in read(rendered("html", REPORT)).text


def test_empty() -> None:
    """A report without targets says so."""
    assert "No target was looked at." in read(rendered("html", report())).text


def test_nothing_seen() -> None:
    """Without a chain there is no drawing."""
    page = read(rendered("html", report(failed())))
    assert "No chain with a readable date was seen." in page.text
    assert not list(page.all("rect"))[7:]


def test_clean() -> None:
    """Nothing wrong is said in words."""
    assert read(rendered("html", report(seen()))).text.count("Nothing is wrong with what was seen.") == 2


def test_another_chain_of_a_view() -> None:
    """A view that sees another chain shows it."""
    page = read(rendered("html", report(looked_at(seen(None, LEAF), (ViewName.RSA, seen(None, ROOT))))))
    assert [bdi.text for bdi in page.all("bdi")].count("CN=Example Root CA,O=Example,C=US") == 3


def test_a_long_chain() -> None:
    """Of a chain beyond all sense the first certificates are shown, the others counted."""
    page = read(rendered("html", report(seen(None, LEAF, *[INTERMEDIATE] * 40))))
    assert "and 21 more" in page.text
    assert len(list(page.all("pre"))) == 20


@cache
def ours() -> set[str]:
    """Return the names of all elements that a report has."""
    return {one.name for one in read(rendered("html", REPORT)).below()}


@settings(max_examples=60)
@example("\ud800", "\udfff", "\ud800")
@given(ANY, ANY, ANY)
def test_any_text_is_text(text: str, other: str, detail: str) -> None:
    """Whatever strings stand in names, labels, certificates, findings and details, the page is well-formed."""
    of = Target(text, other, 443, text, text, labels={other: text}, server_name=detail)
    hostile = replace(
        LEAF, subject=name(("CN", text)), issuer=name(("O", other)), dns_names=(text,), unreadable=(detail,)
    )
    said = replace(finding(text, Severity.CRITICAL, sentence=detail), title=text, remedy=other, reference=text)
    page = rendered("html", report(seen(of, hostile, findings=(said,)), failed(Target(other, text, 1), detail=detail)))
    tree = read(page)
    assert {one.name for one in tree.below()} <= ours()
    assert all(line.isprintable() for line in re.split("\n", page))


def test_size() -> None:
    """A target costs a few kilobytes, so that a report of thousands still opens."""
    one, more = (len(rendered("html", report(*[seen(target(port=p)) for p in range(n)]))) for n in (1, 11))
    assert (more - one) / 10 < 9000
