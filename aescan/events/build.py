"""
Settings to the outboxes that events are put into.

``EventSettings`` come in, one outbox for each receiver goes out, or ConfigError with every certificate that cannot be
used. Certificates are read here; nothing is connected.
"""

import os
import socket
import ssl
from collections.abc import Awaitable, Callable

from aescan.errors import ConfigError
from aescan.events.outbox import Outbox
from aescan.events.sinks import Connection, Datagrams, Lines, Sink
from aescan.events.syslog import Sender
from aescan.inventory.model import host_and_port
from aescan.probe.resolve import Resolver
from aescan.settings.events import FACILITIES, EventSettings, SyslogReceiver, Transport
from aescan.text import printable


def outboxes(settings: EventSettings, aside: Callable[[Callable[[], None]], Awaitable[None]]) -> tuple[Outbox, ...]:
    """Return an outbox for each receiver; ``aside`` runs a function beside the event loop."""
    sender = Sender(socket.gethostname(), str(os.getpid()), FACILITIES[settings.facility], settings.enterprise_number)
    resolver, sinks, problems = Resolver(), list[Sink](), list[str]()
    for receiver in settings.syslog:
        try:
            sinks.append(_sink(receiver, sender, resolver))
        except (OSError, ValueError) as error:
            files = receiver.ca_file, receiver.cert_file, receiver.key_file
            named = ", ".join(str(path) for path in files if path is not None)
            why = printable(str(error.strerror or error)) if isinstance(error, OSError) else printable(str(error))
            where = host_and_port(receiver.host, receiver.port)
            problems.append(f"events to {where}: the certificates in {named}: {why}")
    if problems:
        raise ConfigError(problems)
    if settings.file is not None:
        sinks.append(Lines(settings.file, aside))
    return tuple(Outbox(sink, settings.rate) for sink in sinks)


def _sink(receiver: SyslogReceiver, sender: Sender, resolver: Resolver) -> Sink:
    match receiver.transport:
        case Transport.UDP:
            return Datagrams(receiver.host, receiver.port, sender, resolver)
        case Transport.TCP:
            return Connection(receiver.host, receiver.port, sender, resolver)
        case Transport.TLS:
            return Connection(receiver.host, receiver.port, sender, resolver, _context(receiver))


def _context(receiver: SyslogReceiver) -> ssl.SSLContext:
    """Return a context that verifies the collector by its name or address (RFC 5425 section 5.2)."""
    context = ssl.create_default_context(cafile=receiver.ca_file)
    if receiver.cert_file is not None:
        context.load_cert_chain(receiver.cert_file, receiver.key_file, password="")
    return context
