"""What tlslite-ng knows of the protocol: a second opinion, written by others, on numbers, names and hellos."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it imports asyncore where there is one
    from tlslite.constants import AlertDescription, AlertLevel, CipherSuite, ContentType, GroupName, HandshakeType
    from tlslite.extensions import TLSExtension
    from tlslite.messages import ClientHello, RecordHeader3
    from tlslite.utils.codec import Parser

__all__ = [
    "AlertDescription",
    "AlertLevel",
    "CipherSuite",
    "ClientHello",
    "ContentType",
    "GroupName",
    "HandshakeType",
    "Parser",
    "RecordHeader3",
    "TLSExtension",
]
