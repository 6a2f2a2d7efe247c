"""
The lab's estate: AE Services hosts of many ages on loopback, every certificate and port trouble among them.

A moment comes in; while ``running_estate`` lasts there are targets to scan, each a real server, with what ought to be
found at that moment. The hosts exist nowhere: their names are under ``.example`` (RFC 2606) and each target has its
loopback address, so that no name is ever looked up. What this machine's OpenSSL cannot serve is left out, with a note.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from aescan.errors import Reason
from aescan.inventory.model import Target
from aescan.lab import stories
from aescan.lab.answers import Answer, Closing, Greeting, PlainHttp, Resetting, Silent, Tls
from aescan.lab.authorities import establish
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, loopback, serving

DOMAIN: Final = "lab.example"

ORDINARY: Final = TlsSettings()
CLIENT_CERTIFICATE: Final = TlsSettings((ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2), client_certificate=True)
TLS13_ONLY: Final = TlsSettings((ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3))
TLS10_ONLY: Final = TlsSettings((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1), "AES128-SHA:@SECLEVEL=0")
"""What the JTAPI clients of releases 5.2 and 6.2 need: they speak TLS 1.0 with RSA key exchange and nothing else."""


@dataclass(frozen=True, slots=True)
class TlsPort:
    """A service that presents a chain."""

    service: str
    teller: stories.Teller
    settings: TlsSettings = ORDINARY


@dataclass(frozen=True, slots=True)
class OtherPort:
    """A service that gives no chain: how it answers (not at all where None), and what the probe has to say of it."""

    service: str
    answer: Answer | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Host:
    """One server of the estate; services by their keys, release and labels as an operator would note them."""

    name: str
    release: str
    labels: Mapping[str, str]
    ports: tuple[TlsPort | OtherPort, ...]


NORTH: Final = {"site": "north", "owner": "voice"}
SOUTH: Final = {"site": "south", "owner": "voice"}
CONTACT_CENTRE: Final = {"site": "south", "owner": "contact-centre", "aacc": "yes"}

HOSTS: Final = (
    Host(
        "aes1",
        "10.2",
        NORTH,
        (
            TlsPort("oam", stories.clean, TLS13_ONLY),
            TlsPort("dmcc", stories.clean),
            TlsPort("tsapi", stories.clean),
            OtherPort("cvlan", None, Reason.REFUSED),
        ),
    ),
    Host(
        "aes2",
        "5.2",
        NORTH,
        (TlsPort("tsapi", stories.legacy_default, TLS10_ONLY), TlsPort("dmcc", stories.legacy_default)),
    ),
    Host(
        "aes3",
        "10.2",
        CONTACT_CENTRE,
        (
            TlsPort("dmcc", stories.legacy_default_alone),
            TlsPort("tr87", stories.legacy_default_alone, CLIENT_CERTIFICATE),
        ),
    ),
    Host(
        "aes4",
        "8.1.3",
        SOUTH,
        (TlsPort("oam", stories.self_signed_default), TlsPort("dmcc", stories.self_signed_default)),
    ),
    Host("aes5", "6.3.3", NORTH, (TlsPort("dmcc", stories.outlives_authority),)),
    Host(
        "aes6",
        "8.1.3",
        NORTH,
        (
            TlsPort("dmcc", stories.FIRST_SYSTEM_MANAGER),
            TlsPort("tr87", stories.FIRST_SYSTEM_MANAGER, CLIENT_CERTIFICATE),
        ),
    ),
    Host("aes7", "10.1", SOUTH, (TlsPort("dmcc", stories.SECOND_SYSTEM_MANAGER),)),
    Host("aes8", "7.0.1", SOUTH, (TlsPort("tsapi", stories.notice_recipe), TlsPort("cvlan", stories.notice_recipe))),
    Host("aes9", "7.1.3", CONTACT_CENTRE, (TlsPort("oam", stories.clean), TlsPort("dmcc", stories.legacy_default))),
    Host("aes10", "8.1.3", NORTH, (TlsPort("dmcc", stories.LAST_DAYS),)),
    Host(
        "aes11",
        "7.1.3",
        SOUTH,
        (
            TlsPort("oam", stories.out_of_order),
            TlsPort("dmcc", stories.leaf_twice),
            TlsPort("tsapi", stories.intermediate_missing),
        ),
    ),
    Host("aes12", "10.1", NORTH, (TlsPort("oam", stories.empty_subject), TlsPort("dmcc", stories.not_yet_valid))),
    Host("aes13", "8.1.3", NORTH, (TlsPort("dmcc", stories.sha1_root),)),
    Host(
        "aes14",
        "6.3.3",
        SOUTH,
        (
            OtherPort("oam", PlainHttp, Reason.PLAINTEXT),
            OtherPort("tsapi", Greeting, Reason.PLAINTEXT),
            OtherPort("dmcc", Silent, Reason.TIMEOUT),
            OtherPort("cvlan", Closing, Reason.CLOSED),
            OtherPort("tr87", Resetting, Reason.RESET),
        ),
    ),
    Host("ipo1", "", SOUTH, (TlsPort("", stories.ip_office),)),
)


@dataclass(frozen=True, slots=True)
class Estate:
    """
    The running estate.

    ``targets``
        What to scan, in the order of the table.
    ``chains``
        By target name, what its server presents: DER, in order; targets that give no chain are not in it.
    ``expected``
        By target name, the codes of its findings at the estate's moment, or the reason why there is no chain.
    ``notes``
        For the operator: each target left out and why, in words.
    """

    targets: tuple[Target, ...]
    chains: Mapping[str, tuple[bytes, ...]]
    expected: Mapping[str, frozenset[str] | Reason]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Planned:
    target: Target
    server: Server
    chain: tuple[bytes, ...]
    expected: frozenset[str] | Reason


@contextmanager
def running_estate(moment: datetime) -> Iterator[Estate]:
    """Run the estate as it is at ``moment`` (aware UTC) until the block is left; then nothing of it remains."""
    planned, notes = _plan(moment.replace(microsecond=0))
    with serving([plan.server for plan in planned]) as ports:
        yield Estate(
            tuple(replace(plan.target, port=port) for plan, port in zip(planned, ports, strict=True)),
            {plan.target.name: plan.chain for plan in planned if plan.chain},
            {plan.target.name: plan.expected for plan in planned},
            notes,
        )


def _plan(moment: datetime) -> tuple[list[_Planned], tuple[str, ...]]:
    lab = establish(moment)
    planned: list[_Planned] = []
    notes: list[str] = []
    for number, host in enumerate(HOSTS, start=1):
        address = loopback(number)
        # each story once a host, so that the ports that tell it present one leaf
        tellers = {port.teller for port in host.ports if isinstance(port, TlsPort)}
        told = {teller: teller(lab, f"{host.name}.{DOMAIN}", moment) for teller in tellers}
        for port in host.ports:
            target = _target(host, port.service, address)
            if isinstance(port, OtherPort):
                planned.append(_Planned(target, Server(address, port.answer), (), port.reason))
                continue
            try:
                planned.append(_presenting(target, address, told[port.teller], port.settings))
            except ssl.SSLError as error:
                notes.append(f"{target.name} is left out: {ssl.OPENSSL_VERSION} cannot serve it: {error}")
    return planned, tuple(notes)


def _presenting(target: Target, address: str, story: stories.Story, settings: TlsSettings) -> _Planned:
    server = Server(address, partial(Tls, context=tls_context(story.presented, settings)))
    old = settings.versions[1] < ssl.TLSVersion.TLSv1_2
    codes = story.codes | {"legacy_protocol"} if old else story.codes
    return _Planned(target, server, tuple(identity.der for identity in story.presented), codes)


def _target(host: Host, service: str, address: str) -> Target:
    return Target(
        name="-".join(filter(None, (host.name, service))),
        host=f"{host.name}.{DOMAIN}",
        port=0,
        service=service,
        release=host.release,
        server_name=f"{host.name}.{DOMAIN}",
        address=address,
        labels=host.labels,
        source="lab",
    )
