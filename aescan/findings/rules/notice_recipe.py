"""
The leaf was made by the OpenSSL steps of PSN004561u, so its CA comes to its end about now.

The notice has the CA made for 3650 days, and CAs made when it was published, August 2015 to January 2018, end from
August 2025 to January 2028: the third wave, after the default certificates and their one-year successors. A new server
certificate from the same CA does not help. The steps leave signs, all of which must be there: key usages
digitalSignature, nonRepudiation, keyEncipherment and dataEncipherment; purposes serverAuth and clientAuth; no
alternative name; C, ST and O equal to the CA's, which `openssl ca` demands. Besides one of two: a serial number of at
most ten digits, for the notice draws it from `/dev/urandom` by digits; 730 days of validity. A self-signed leaf is
exempt. Notice, because the certificate itself is sound.
"""

from datetime import timedelta
from typing import Final

from aescan.certificates.facts import Certificate
from aescan.findings.model import Evidence, Rule, Severity
from aescan.findings.names import has_alternative_names
from aescan.findings.words import ahead, called, past

KEY_USAGE: Final = frozenset({"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"})
PURPOSES: Final = frozenset({"serverAuth", "clientAuth"})
MATCHING: Final = ("C", "ST", "O")
"""What openssl.cnf's policy_match, which the steps leave as it is, wants to be the CA's own."""

DIGITS: Final = 10
"""``tr -c -d 0-9 < /dev/urandom | head -c 10``: OpenSSL reads the file as hexadecimal."""

VALIDITY: Final = timedelta(days=730)


def check(evidence: Evidence) -> str | None:
    """Name the signs that are not always there, and when the CA ends."""
    leaf = evidence.leaf
    signs = [*_signs(leaf)] if _made_so(leaf) else []
    return f"key usages, names and {' and '.join(signs)} are those of the steps; {_ending(evidence)}" if signs else None


def _made_so(leaf: Certificate) -> bool:
    if leaf.self_signed or has_alternative_names(leaf) or not leaf.readable:
        return False
    if {*(leaf.key_usage or ())} != KEY_USAGE or {*(leaf.extended_key_usage or ())} != PURPOSES:
        return False
    subject, issuer = leaf.subject, leaf.issuer
    if subject is None or issuer is None:
        return False
    return all(subject.values(kind) and subject.values(kind) == issuer.values(kind) for kind in MATCHING)


def _signs(leaf: Certificate) -> tuple[str, ...]:
    serial, begin, end = leaf.serial_number, leaf.not_before, leaf.not_after
    digits = "" if serial is None or serial <= 0 else f"{serial:x}"
    numbered = (f"the serial number {digits}",) if digits.isdecimal() and len(digits) <= DIGITS else ()
    lasting = ("the 730 days",) if begin is not None and end is not None and end - begin == VALIDITY else ()
    return numbered + lasting


def _ending(evidence: Evidence) -> str:
    signer, moment = evidence.chain.signers[0], evidence.moment
    end = None if signer is None else evidence.chain.certificates[signer].not_after
    if signer is None or end is None:
        return "its CA is not presented, and ends from August 2025 to January 2028 if made when the notice came out"
    when = f"ended {past(end, moment)}" if end < moment else f"ends {ahead(end, moment)}"
    return f"its CA {when}: {called(evidence.chain, signer)}"


RULE = Rule(
    code="notice_recipe",
    severity=Severity.NOTICE,
    title="Made by the notice's OpenSSL steps",
    remedy=(
        "look when the CA ends; before that make a new CA, put it on every client beside the old one, then have the"
        " server certificates issued by it"
    ),
    reference="PSN004561u, OpenSSL",
    check=check,
)
