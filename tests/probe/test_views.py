"""What an endpoint shows to other clients: servers with two kinds of key, and chains that depend on the server name."""

import asyncio
import ssl
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from aescan.errors import ProbeError, Reason
from aescan.inventory.model import Target
from aescan.lab.answers import Tls
from aescan.lab.certificates import Identity
from aescan.lab.contexts import TlsSettings, tls_context
from aescan.lab.servers import Server, serving
from aescan.probe.ladder import Rung
from aescan.probe.probe import Prober
from aescan.probe.views import Hello, chosen, hello
from aescan.tls.capture import Capture, Missed, View, ViewName
from tests import certs, flights
from tests.facts import capture
from tests.peers import openssl_server, scripted, tlslite_server
from tests.ports import reserved
from tests.probe.daemons import running
from tests.tools import tool

RSA, ECDSA, NO_SNI, SNI = ViewName
RSA_CHAIN, EC_CHAIN = certs.make_chain(2, keys=(certs.rsa_key(),)), certs.make_chain(2)
OTHER_CHAIN = certs.make_chain(2)
ONLY_12, ONLY_13 = (ssl.TLSVersion.TLSv1_2,) * 2, (ssl.TLSVersion.TLSv1_3,) * 2


def ders(chain: Sequence[Identity]) -> tuple[bytes, ...]:
    """Return a chain as a capture has it."""
    return tuple(identity.der for identity in chain)


async def viewed(
    port: int, *views: ViewName, name: str | None = certs.HOST, host: str = "127.0.0.1", protocols: bool = False
) -> Capture:
    """Probe a port of loopback in these views."""
    target = Target("one", host, port, address="127.0.0.1", server_name=name, views=views, protocols=protocols)
    return await Prober().probe(target)


def shown(capture: Capture) -> dict[str, tuple[bytes, ...] | Reason]:
    """Return the chain, or the reason of the failure, of each view."""
    return {
        view.name.value: view.outcome.reason if isinstance(view.outcome, Missed) else view.outcome.certificates
        for view in capture.views
    }


def with_both(folder: Path, versions: tuple[ssl.TLSVersion, ssl.TLSVersion]) -> ssl.SSLContext:
    """Return the context of a server with an RSA and an ECDSA certificate."""
    context = tls_context(RSA_CHAIN, TlsSettings(versions=versions))
    (folder / "chain.pem").write_bytes(b"".join(identity.pem for identity in EC_CHAIN))
    (folder / "key.pem").write_bytes(EC_CHAIN[0].key_pem)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(("versions", "hello_said", "vain"), [(ONLY_12, "tls12", 0), (ONLY_13, "tls13", 1)])
async def test_two_kinds_of_key(
    tmp_path: Path, versions: tuple[ssl.TLSVersion, ssl.TLSVersion], hello_said: str, vain: int
) -> None:
    """A server with an RSA and an ECDSA certificate shows each to the view that wants it, in clear or encrypted."""
    with serving([Server("127.0.0.1", partial(Tls, context=with_both(tmp_path, versions)))]) as (port,):
        found = await viewed(port, RSA, ECDSA)

    assert shown(found) == {"rsa": ders(RSA_CHAIN), "ecdsa": ders(EC_CHAIN)}
    assert found.certificates in {ders(RSA_CHAIN), ders(EC_CHAIN)}
    assert (found.hello, found.connections) == (hello_said, vain + 3)
    assert [view.outcome.hello for view in found.views if isinstance(view.outcome, Capture)] == [hello_said] * 2


async def test_two_kinds_of_key_by_openssl_s_server(tmp_path: Path) -> None:
    """OpenSSL's own server with both."""
    (tmp_path / "ec.pem").write_bytes(EC_CHAIN[0].pem + EC_CHAIN[0].key_pem)
    with openssl_server(tmp_path, RSA_CHAIN, "-dcert", "ec.pem", "-dkey", "ec.pem", "-no_tls1_3") as port:
        found = await viewed(port, RSA, ECDSA)

    leaves = {name: found[0] for name, found in shown(found).items() if isinstance(found, tuple)}
    assert leaves == {"rsa": RSA_CHAIN[0].der, "ecdsa": EC_CHAIN[0].der}


async def test_two_kinds_of_key_by_nginx(tmp_path: Path) -> None:
    """Nginx with both, and another chain for other names."""
    program = tool("nginx", "the Debian package nginx-light")
    for name, chain in ("rsa", RSA_CHAIN), ("ec", EC_CHAIN), ("other", OTHER_CHAIN):
        (tmp_path / f"{name}.pem").write_bytes(b"".join(identity.pem for identity in chain))
        (tmp_path / f"{name}.key").write_bytes(chain[0].key_pem)

    def presents(*names: str) -> str:
        paths = ((f"{tmp_path}/{name}.pem", f"{tmp_path}/{name}.key") for name in names)
        return "".join(f"ssl_certificate {chain}; ssl_certificate_key {key}; " for chain, key in paths)

    with reserved() as port:
        listens = f"listen 127.0.0.1:{port} ssl"
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {tmp_path}; " for kind in kinds)
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr notice; events {{}}\n"
            f"http {{ access_log off; {temporary}\n"
            f"server {{ {listens} default_server; {presents('other')} }}\n"
            f"server {{ {listens}; server_name {certs.HOST}; {presents('rsa', 'ec')} }}\n }}\n",
            encoding="ascii",
        )
        command = [program, "-p", str(tmp_path), "-c", "nginx.conf", "-e", "stderr"]
        with running(command, tmp_path, ready=rb'using the ".+" event method'):
            found = await viewed(port, *ViewName)

    chains = {"rsa": ders(RSA_CHAIN), "ecdsa": ders(EC_CHAIN), "no_sni": ders(OTHER_CHAIN), "sni": found.certificates}
    assert shown(found) == chains
    assert found.connections == 4


@pytest.mark.parametrize("versions", [ONLY_12, ONLY_13], ids=["1.2", "1.3"])
async def test_one_kind_of_key(versions: tuple[ssl.TLSVersion, ssl.TLSVersion]) -> None:
    """A server without an ECDSA key refuses that view, which says so; the capture stands."""
    context = tls_context(RSA_CHAIN, TlsSettings(versions=versions))
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        found = await viewed(port, RSA, ECDSA)

    assert shown(found) == {"rsa": ders(RSA_CHAIN), "ecdsa": Reason.ALERT}
    assert found.certificates == ders(RSA_CHAIN)


async def test_a_refusal_says_what_was_tried() -> None:
    """A view that is refused is asked once more in TLS 1.3, and tells both."""
    context = tls_context(RSA_CHAIN, TlsSettings(versions=ONLY_12))
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        found = await viewed(port, ECDSA)

    assert found.connections == 3
    assert found.views == (
        View(
            ECDSA,
            Missed(
                Reason.ALERT,
                "the server answered with protocol_version (70) (tls13 hello, after tls12: handshake_failure (40))",
            ),
        ),
    )


async def test_a_key_of_its_own_for_tls13(tmp_path: Path) -> None:
    """Where ECDSA is kept for TLS 1.3, its view finds it there; such clients are shown that chain."""
    context = with_both(tmp_path, (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3))
    context.set_ciphers("aRSA:@SECLEVEL=0")
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        found = await viewed(port, RSA, ECDSA)

    assert shown(found) == {"rsa": ders(RSA_CHAIN), "ecdsa": ders(EC_CHAIN)}
    assert (found.certificates, found.connections) == (ders(RSA_CHAIN), 4)
    ecdsa = found.views[1].outcome
    assert isinstance(ecdsa, Capture)
    assert (ecdsa.hello, ecdsa.version, ecdsa.connections, ecdsa.address) == ("tls13", "TLS 1.3", 2, "127.0.0.1")


def by_name(default: ssl.SSLContext, others: dict[str | None, ssl.SSLContext | int]) -> ssl.SSLContext:
    """Return the context of a server that shows one chain for these names and another else, or an alert."""

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        found = others.get(name)
        if isinstance(found, int):
            return found
        connection.context = found or default
        return None

    default.sni_callback = choose
    return default


@pytest.mark.parametrize("versions", [ONLY_12, ONLY_13], ids=["1.2", "1.3"])
async def test_a_chain_for_a_name(versions: tuple[ssl.TLSVersion, ssl.TLSVersion]) -> None:
    """Clients that send no name are shown another chain; the view that says what the ordinary hello says costs none."""
    settings = TlsSettings(versions=versions)
    own, other = tls_context(RSA_CHAIN, settings), tls_context(OTHER_CHAIN, settings)
    with serving([Server("127.0.0.1", partial(Tls, context=by_name(other, {certs.HOST: own})))]) as (port,):
        named = await viewed(port, NO_SNI, SNI)
        nameless = await viewed(port, NO_SNI, SNI, host=certs.HOST, name=None)
        addressed = await viewed(port, NO_SNI, SNI, name=None)

    assert named.certificates == ders(RSA_CHAIN)
    assert nameless.certificates == addressed.certificates == ders(OTHER_CHAIN)
    assert shown(named) == shown(nameless) == {"no_sni": ders(OTHER_CHAIN), "sni": ders(RSA_CHAIN)}
    assert shown(addressed) == {"no_sni": ders(OTHER_CHAIN), "sni": Reason.NO_CERTIFICATE}
    vain = versions == ONLY_13
    assert [one.connections - vain for one in (named, nameless, addressed)] == [2, 2, 1]
    assert [view.outcome.connections for view in named.views if isinstance(view.outcome, Capture)] == [1, 0]


async def test_a_chain_that_only_a_view_brings() -> None:
    """A server that refuses clients without a name, where the inventory sends none: the view's chain counts."""
    refusal = ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    context = by_name(tls_context(RSA_CHAIN, TlsSettings()), {None: refusal})
    with serving([Server("127.0.0.1", partial(Tls, context=context))]) as (port,):
        found = await viewed(port, NO_SNI, SNI, host=certs.HOST, name=None, protocols=True)

    assert found.certificates == ders(RSA_CHAIN)
    assert found.remarks == (
        "only the view sni brought a chain; the ordinary hello: the server answered with unrecognized_name (112)",
    )
    assert shown(found) == {"no_sni": Reason.ALERT, "sni": ders(RSA_CHAIN)}
    assert found.protocols != ()
    assert found.connections == 2 + 5


async def test_no_view_brings_a_chain() -> None:
    """The error is that of the ordinary hello, with the connections of all."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(flights.alert(112))

    async with scripted(script) as port:
        with pytest.raises(ProbeError) as caught:
            await viewed(port, RSA, SNI, name=None, host=certs.HOST)

    assert caught.value.detail == "the server answered with unrecognized_name (112)"
    assert (caught.value.reason, caught.value.connections) == (Reason.ALERT, 3)


async def test_nobody_is_asked_where_nothing_speaks_tls() -> None:
    """A port that refuses, or speaks plain text, gets no further hello."""
    connections = 0

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.write(b"220 aes1 ESMTP\r\n")
        await reader.read()

    async with scripted(script) as port:
        with pytest.raises(ProbeError) as caught:
            await viewed(port, *ViewName, protocols=True)

    assert (caught.value.reason, caught.value.connections, connections) == (Reason.PLAINTEXT, 1, 1)
    with pytest.raises(ProbeError) as caught:
        await viewed(port, *ViewName)
    assert (caught.value.reason, caught.value.connections) == (Reason.REFUSED, 1)


async def test_views_of_ssl3() -> None:
    """SSL 3.0 is asked in its own hello, and not for what it does not have."""
    with tlslite_server(RSA_CHAIN, minVersion=(3, 0), maxVersion=(3, 0), cipherNames=["3des"]) as port:
        found = await viewed(port, RSA)

    assert found.version == "SSL 3.0"
    assert shown(found) == {"rsa": ders(RSA_CHAIN)}


NAMED, UNNAMED = (
    Target("one", "aes1.example.com", 443, server_name="aes1"),
    Target("one", "aes1.example.com", 443),
)
AT_ADDRESS = Target("one", "192.0.2.1", 443)
NO_NAME = Missed(Reason.NO_CERTIFICATE, "there is no name to send; give one in the inventory, as sni")
NO_SUITE = Missed(Reason.NO_CERTIFICATE, "the server speaks SSL, which has no cipher suite for such a key")


@pytest.mark.parametrize(
    ("name", "rung", "target", "said"),
    [
        (RSA, Rung.TLS12, NAMED, Hello(Rung.TLS12, "aes1", "RSA")),
        (ECDSA, Rung.TLS13_NAMELESS, NAMED, Hello(Rung.TLS13_NAMELESS, "aes1", "ECDSA")),
        (ECDSA, Rung.TLS10, NAMED, Hello(Rung.TLS10, "aes1", "ECDSA")),
        (RSA, Rung.SSL3, NAMED, Hello(Rung.SSL3, "aes1", "RSA")),
        (ECDSA, Rung.SSL3, NAMED, NO_SUITE),
        (ECDSA, Rung.SSL2, NAMED, NO_SUITE),
        (RSA, Rung.SSL2, NAMED, None),
        (NO_SNI, Rung.TLS12, NAMED, Hello(Rung.TLS12_NAMELESS, None)),
        (NO_SNI, Rung.TLS13, NAMED, Hello(Rung.TLS13_NAMELESS, None)),
        (NO_SNI, Rung.TLS12_NAMELESS, NAMED, None),
        (NO_SNI, Rung.TLS10, NAMED, None),
        (NO_SNI, Rung.TLS12, UNNAMED, None),
        (SNI, Rung.TLS12, NAMED, None),
        (SNI, Rung.TLS13, NAMED, None),
        (SNI, Rung.TLS12_NAMELESS, NAMED, Hello(Rung.TLS12, "aes1")),
        (SNI, Rung.TLS13_NAMELESS, NAMED, Hello(Rung.TLS13, "aes1")),
        (SNI, Rung.SSL3, NAMED, Hello(Rung.TLS12, "aes1")),
        (SNI, Rung.TLS13, UNNAMED, Hello(Rung.TLS13, "aes1.example.com")),
        (SNI, Rung.TLS12, AT_ADDRESS, NO_NAME),
    ],
)
def test_what_a_view_says(name: ViewName, rung: Rung, target: Target, said: Hello | Missed | None) -> None:
    """Whatever the ordinary hello was, a view differs from it in its one point, or says nothing."""
    assert hello(name, rung, target) == said


def test_the_ordinary_chain_is_chosen() -> None:
    """Views do not take the place of what the ordinary hello brought."""
    ordinary = capture()
    assert chosen(ordinary, [View(RSA, Missed(Reason.ALERT, ""))]) is ordinary
