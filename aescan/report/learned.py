"""
Entries for a site's own catalogue of certificates, one for each server certificate that was seen, in YAML.

A report comes in; a file in the form of ``aescan/data/avaya_certificates.yml`` goes out, ready to be named in the
settings under ``certificate_patterns``. An entry matches that certificate and its key alone: what would match more, by
the issuer's name or key, stands beside it as comments for the operator to decide. Text of certificates is printable and
quoted, so it can say nothing in the file's own language.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from aescan.certificates.chain import Chain
from aescan.certificates.facts import Certificate
from aescan.observation import Failed, Observation, Seen
from aescan.report.model import Report, worst_first
from aescan.text import printable

LONGEST: Final = 160
"""Characters of a name: the rules' own limit for a title."""
LONGEST_EXPRESSION: Final = 200
"""Characters of a regular expression that a catalogue takes."""
DIGITS: Final = 32
"""Digits of the fingerprint in an entry's name: two certificates share so many neither by chance nor by intent."""
SPECIAL: Final = frozenset("\\.^$*+?{}[]|()")
"""What means something in a regular expression."""
MOST_NAMED: Final = 8
"""Targets named behind one certificate."""

HEAD: Final = """\
# Certificates that aescan {version} saw on {day}: entries for your own catalogue. Keep those that you know, in a file
# that the settings name under certificate_patterns; aescan/data/avaya_certificates.yml says what each key means.
# For each, check meaning (default: a product's own, not for production; system_manager: your own System Manager's CA)
# and say in product what presents it.
"""


def render(report: Report) -> Iterator[str]:
    """Return the file in pieces, one certificate after another, soonest end first."""
    yield HEAD.format(version=report.version, day=report.moment.date())
    if report.simulated:
        yield "# SIMULATED: these certificates are a lab's, and no real server has them.\n"
    seen = sorted(
        ((one, one.outcome) for one in worst_first(report.observations) if isinstance(one.outcome, Seen)),
        key=lambda pair: pair[1].chain.leaf.fingerprint_sha256,
    )
    yield "patterns:\n" if seen else "patterns: []\n"
    for _, group in groupby(seen, key=lambda pair: pair[1].chain.leaf.fingerprint_sha256):
        pairs = list(group)
        yield _entry(pairs[0][1].chain, [one for one, _ in pairs])
    for observation in report.observations:
        if isinstance(observation.outcome, Failed):
            why = f"{observation.target.name}: {observation.outcome.reason}: {observation.outcome.detail}"
            yield f"# not seen: {printable(why, LONGEST)}\n"


def _entry(chain: Chain, observations: list[Observation]) -> str:
    leaf = chain.leaf
    names = ", ".join(one.target.name for one in observations[:MOST_NAMED])
    more = len(observations) - MOST_NAMED
    where = f"{names} and {more} more" if more > 0 else names
    day = observations[0].moment.date()
    lines = [
        "",
        f"  # subject  {_shown(leaf)}",
        f"  # issuer   {'itself' if leaf.self_signed else _issuer(leaf)}",
        f"  # valid    {_date(leaf, 'not_before')} to {_date(leaf, 'not_after')}",
        f"  - name: learned-{leaf.fingerprint_sha256[:DIGITS]}",
        "    meaning: default",
        f"    product: {_quoted(f'presented by {where}')}",
        f"    fingerprint_sha256: [{_quoted(leaf.fingerprint_sha256)}]",
    ]
    if leaf.public_key_sha256 is not None:
        lines.append(f"    public_key_sha256: [{_quoted(leaf.public_key_sha256)}]")
    lines += _wider(chain)
    lines += [f"    source: {_quoted(f'presented by {where} on {day}')}", "    confidence: sourced"]
    return "\n".join(lines) + "\n"


def _wider(chain: Chain) -> Iterator[str]:
    """Yield as comments what would match every certificate of the same issuer."""
    leaf = chain.leaf
    signer = None if leaf.self_signed or chain.signers[0] is None else chain.certificates[chain.signers[0]]
    if signer is not None and signer.public_key_sha256 is not None:
        yield f"    # every certificate by this key of {_shown(signer)}, written above instead:"
        yield f"    # public_key_sha256: [{_quoted(signer.public_key_sha256)}]"
    attributes = leaf.issuer.attributes if leaf.issuer is not None else ()
    expressions = {kind: _escaped(value) for kind, value in attributes if _plain(kind) and value.isprintable()}
    written = ", ".join(
        f"{kind}: {_quoted(expression)}"
        for kind, expression in expressions.items()
        if 0 < len(expression) <= LONGEST_EXPRESSION
    )
    if written:
        yield "    # every certificate whose issuer has this name; names prove nothing:"
        yield f"    # issuer: {{{written}}}"


def _plain(kind: str) -> bool:
    """Whether it is a short type as the catalogue's keys take it."""
    return kind.isascii() and kind.isalpha()


def _escaped(value: str) -> str:
    """Return a regular expression that matches ``value`` alone."""
    return "".join(f"\\{character}" if character in SPECIAL else character for character in value)


def _shown(certificate: Certificate) -> str:
    return printable(certificate.title, LONGEST)


def _issuer(leaf: Certificate) -> str:
    return printable(leaf.issuer.text, LONGEST) if leaf.issuer is not None else "(unreadable)"


def _date(leaf: Certificate, which: str) -> str:
    moment = getattr(leaf, which)
    return "(unreadable)" if moment is None else str(moment.date())


def _quoted(text: str) -> str:
    """Return ``text``, made printable, as a double-quoted scalar: JSON's strings are among YAML's."""
    return json.dumps(printable(text), ensure_ascii=False)
