"""
PEM (RFC 7468) to the certificates and keys in it, with whatever text stands around the blocks.

Bytes come in, a ``Bundle`` goes out, or KeystoreError. Text outside the blocks is passed over, as that which ``openssl
x509 -text`` and ``openssl pkcs12`` write. What a block holds is told by its content: a PKCS#7 under the header of a
certificate is read all the same, for edited headers are a known stumbling block. Linear in the size of the file.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from aescan.errors import KeystoreError
from aescan.keystores import pkcs
from aescan.keystores.asn1 import Kind, from_base64, kind_of, values
from aescan.keystores.model import Bundle, Form
from aescan.text import printable

BEGIN: Final = b"-----BEGIN "
END: Final = b"-----END "
DASHES: Final = b"-----"
KEY: Final = "PRIVATE KEY"
"""How the label of every block that holds a private key ends, encrypted or not."""
LONGEST_LABEL: Final = 40
"""Characters of a label that a message repeats."""


class Block(NamedTuple):
    """One block: its label, what stands between the lines, and the whole of it."""

    label: str
    body: bytes
    whole: bytes


def is_pem(content: bytes) -> bool:
    """Whether there is any block in ``content``."""
    return BEGIN in content


def read(content: bytes, password: str | None) -> Bundle:
    """Return what the blocks of ``content`` hold."""
    certificates: list[bytes] = []
    keys: list[str] = []
    locked = 0
    labels: list[str] = []
    for number, block in enumerate(_blocks(content), 1):
        labels.append(printable(block.label, LONGEST_LABEL))
        if block.label.endswith(KEY):
            key = pkcs.public_part_of_pem(block.whole, from_base64(block.body), password)
            keys += [key] if key else []
            locked += key is None
        else:
            certificates += _certificates(block, number)
    if not certificates and not keys and not locked:
        raise KeystoreError(f"it holds no certificate, but {', '.join(dict.fromkeys(labels))}", foreign=True)
    return Bundle(Form.PEM, tuple(certificates), tuple(keys), locked)


def _blocks(content: bytes) -> Iterator[Block]:
    for number, piece in enumerate(content.split(BEGIN)[1:], 1):
        label, dashes, rest = piece.partition(DASHES)
        body, end, _ = rest.partition(END)
        name = label.decode("ascii", "replace")
        if not dashes or not end:
            shown = printable(name.partition("\n")[0].strip(), LONGEST_LABEL)
            raise KeystoreError(f"block {number} ({shown}) has no end; the file is cut short, or the line was edited")
        yield Block(name, body, BEGIN + label + DASHES + body + END + label + DASHES + b"\n")


def _certificates(block: Block, number: int) -> tuple[bytes, ...]:
    """Return the certificates of a block that holds no key: none for a request, parameters or the like."""
    content = from_base64(block.body)
    match kind_of(content):
        case Kind.CERTIFICATE:
            # A TRUSTED CERTIFICATE of OpenSSL has what it is trusted for behind it.
            return (next(values(content), content),)
        case Kind.PKCS7:
            return pkcs.pkcs7_certificates(content)
        case _ if "CERTIFICATE" in block.label and "REQUEST" not in block.label:
            label = printable(block.label, LONGEST_LABEL)
            raise KeystoreError(f"block {number} ({label}) is damaged: it does not begin as a certificate does")
        case _:
            return ()
