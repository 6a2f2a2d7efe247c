"""Everything that is wrong is told at once, and what is sound is counted."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aescan.arguments import parser
from aescan.check import check
from aescan.cli import main
from aescan.errors import ConfigError
from tests.certs import make_certificate
from tests.facts import NOW

WEB = """\
tls_server_config: {cert_file: web.pem, key_file: web.key}
"""

SETTINGS = ("--config.file", "aescan.yml")
SERVED = ("--web.config.file", "web.yml")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    """Write files by their names, with ``__`` for the dot."""
    for name, text in files.items():
        Path(name.replace("__", ".")).write_text(text, encoding="utf-8")


def checked(*arguments: str) -> str:
    """Return what is said of a command."""
    return check(parser().parse_args(arguments), NOW)


def problems(*arguments: str) -> list[str]:
    """Return the first line of everything that is wrong."""
    with pytest.raises(ConfigError) as caught:
        checked(*arguments)
    return [problem.splitlines()[0] for problem in caught.value.problems]


def test_sound() -> None:
    """What is sound is counted in one line."""
    write(
        aescan__yml="inventory: [inventory.yml, {file_sd: sd.json}]",
        inventory__yml="hosts: ['aes1:4722', 'aes2:4722']",
    )
    write(sd__json='[{"targets": ["aes3:4722"]}]', web__yml="basic_auth_users: {}")

    assert checked(*SETTINGS) == "settings and inventory are sound: 3 targets"
    assert checked(*SETTINGS, *SERVED, "aes4:4722") == "settings, inventory and web configuration are sound: 4 targets"


def test_all_at_once() -> None:
    """A mistake in one file hides none in another, whichever of them lead to which."""
    write(
        aescan__yml="timeout: 10\ninventory: [one.yml, {file_sd: sd.json}]\ncertificate_patterns: patterns.yml\n"
        "client_profiles: clients.yml\njobs: jobs.yml\ntrust_stores: [{name: a, files: none.jks}]\n",
        one__yml="hosts: ['aes1:70000']",
        two__yml="host: aes1",
        sd__json="{}",
        patterns__yml="colour: green",
        clients__yml="colour: green",
        jobs__yml="colour: green",
        web__yml="tls_server_config: {cert_file: none.pem, key_file: none.key}\n",
    )
    found = problems(*SETTINGS, "--inventory", "two.yml", *SERVED)

    assert list(dict.fromkeys(problem.split(":")[0] for problem in found)) == [
        "aescan.yml",
        "patterns.yml",
        "clients.yml",
        "jobs.yml",
        "one.yml",
        "two.yml",
        "sd.json",
        "none.pem",
        "none.key",
    ]
    assert found[:2] == [
        "aescan.yml:1:10: timeout: 10 has no unit",
        "aescan.yml:6:33: trust_stores[0].files: reading none.jks: there is no such file",
    ]


def test_settings_that_cannot_be_read() -> None:
    """The other files are looked at all the same, and that there is nothing to scan follows from it."""
    write(aescan__yml="]", web__yml="colour: green")

    assert [problem.split(":")[0] for problem in problems(*SETTINGS, *SERVED)] == ["aescan.yml", "web.yml"]
    assert len(problems(*SETTINGS)) == 1


def test_services_that_cannot_be_read() -> None:
    """No inventory can be judged without them, which is told once."""
    write(aescan__yml="{services: services.yml, inventory: [a.yml, {file_sd: sd.json}]}", services__yml="colour: green")
    write(a__yml="hosts: [aes1]", sd__json="[]")

    (keys, unknown) = problems(*SETTINGS)
    assert (keys, unknown) == (
        "services.yml:1:1: the key services is missing",
        "services.yml:1:1: colour: there is no such key",
    )


def test_the_rest_of_a_key_with_a_mistake() -> None:
    """What stands beside a mistake in the same key is looked at too, and what follows from the mistake is not told."""
    write(
        aescan__yml="inventory: [{http_sd: {url: a}}, {fil: b.yml}, one.yml, {file: two.yml, colour: green}]\n"
        "timeout: 20\nconnect_timeout: 15s\n"
        "policy: {minimum_rsa_bits: many, cliff: {share: 2}, thresholds: {warning: 5d}}\n"
        "trust_stores: [{name: 1, files: none.jks}, {name: b, files: none.jks, colour: green}]\n"
    )

    assert problems(*SETTINGS) == [
        "aescan.yml:1:29: inventory[0].http_sd.url: a is not an address such as https://cmdb.example.com/targets",
        "aescan.yml:1:35: inventory[1].fil: there is no such key",
        "aescan.yml:1:73: inventory[3].colour: there is no such key",
        "aescan.yml:2:10: timeout: 20 has no unit",
        "aescan.yml:4:28: policy.minimum_rsa_bits: many is not a whole number from 512 to 16384",
        "aescan.yml:4:49: policy.cliff.share: 2 is not a share from 0 to 1, such as 0.1",
        "aescan.yml:4:65: policy.thresholds: notice 60d, warning 5d, critical 15d are out of order",
        'aescan.yml:5:23: trust_stores[0].name: 1 means the number 1 in YAML; write "1" in quotes',
        "aescan.yml:5:61: trust_stores[1].files: reading none.jks: there is no such file",
        "aescan.yml:5:71: trust_stores[1].colour: there is no such key",
        "one.yml: there is no such file",
        "two.yml: there is no such file",
    ]


def test_what_servers_are_asked_with() -> None:
    """Passwords and certificates are read, of those whom events go to too; nobody is asked."""
    write(
        aescan__yml="inventory: [{http_sd: {url: 'https://127.0.0.1:1/', basic_auth: {username: a, password_file: b},"
        " tls_config: {ca_file: c.pem}}},"
        " {http_sd: {url: 'http://127.0.0.1:1/', authorization: {credentials_file: d}}}]\n"
        "events: {syslog: [{address: 'localhost:1', transport: tls, ca_file: e.pem}]}\n",
    )

    assert problems(*SETTINGS) == [
        "b: it cannot be read: no such file or directory",
        "c.pem: the file cannot be read: no such file or directory",
        "d: it cannot be read: no such file or directory",
        "events to localhost:1: the certificates in e.pem: No such file or directory",
    ]


def test_arguments() -> None:
    """What the command line says of serving is looked at too."""
    write(a__pem="", b__pem="")

    assert problems("a.pem", "b.pem", "--web.external-url", "ftp://a") == [
        "a.pem is a file: files are looked at with --once",
        "b.pem is a file: files are looked at with --once",
        "--web.external-url ftp://a: not the URL of a site, such as https://monitoring.example.com/aescan",
    ]


def test_nothing_to_scan() -> None:
    """An exporter without any target is a mistake."""
    assert problems() == ["nothing to scan: name targets, or give a file of them with --inventory; see aescan --help"]


def test_nothing_but_probes_on_demand() -> None:
    """An exporter that may be asked for others is of use without an inventory."""
    write(aescan__yml="probe: {allow: [192.0.2.0/24]}")

    assert checked(*SETTINGS) == "settings and inventory are sound: 0 targets"


def test_certificates_of_the_web_configuration() -> None:
    """They are read: a key of another certificate is found before the exporter is restarted with it."""
    write(aescan__yml="inventory: a.yml", a__yml="hosts: [aes1]", web__yml=WEB)
    Path("web.pem").write_bytes(make_certificate().pem)
    Path("web.key").write_bytes(make_certificate().key_pem)

    assert problems(*SETTINGS, *SERVED) == ["web.key: this is not the key of the certificate in web.pem"]

    write(
        web__yml="tls_server_config: {cert_file: a, key_file: b, cipher_suites: [TLS_X], client_ca_file: c, "
        "client_auth_type: RequireAndVerifyClientCert, min_version: SSL3, colour: green}\nrate_limit: {}"
    )
    assert problems(*SETTINGS, *SERVED) == [
        "web.yml:1:150: tls_server_config.min_version: SSL3 is not one of TLS10, TLS11, TLS12, TLS13",
        "web.yml:1:156: tls_server_config.colour: there is no such key",
        "web.yml:2:13: rate_limit: the key interval is missing",
        "tls_server_config.cipher_suites: OpenSSL has no TLS_X here; take it out",
        "a: there is no such file",
        "b: there is no such file",
        "c: there is no such file",
    ]


WHOLE = """
inventory: [a.yml, {file: b.csv, labels: {a: b}}, {file_sd: [x.json]}, {http_sd: {url: 'https://a/b', tls_config: {}}}]
quiet_hours: ['22:00-06:00']
clock: {servers: [a], limit: 1m}
history: {path: x, keep: 30d}
events: {syslog: [{address: 'a:1', transport: tls, ca_file: x}], file: x}
trust_stores: [{name: a, files: [x, y]}, {name: b, files: z, password_file: q}]
policy: {thresholds: {notice: 60d, warning: 30d or 5%}, cliff: {share: 0.1}}
probe: {allow: [10.0.0.0/8], modules: {a: {timeout: 5s}}}
"""
WHOLE_WEB = """
tls_server_config: {cert_file: a, key_file: b, client_ca_file: c, cipher_suites: [x], client_allowed_sans: [a]}
basic_auth_users: {ann: x}
http_server_config: {headers: {X-Frame-Options: a}}
rate_limit: {interval: 1s, burst: 3}
"""
JUNK: list[object] = [
    None,
    -1,
    2.5,
    True,
    "",
    "10",
    [],
    {},
    [1],
    {"a": [{}]},
    {"": ""},
    "a\x1bb",
    "x" * 300,
    float("nan"),
    10**30,
]


def places(data: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*way, key)
        yield from places(value, (*way, key))


def spoilt(text: str, changes: list[tuple[int, object]]) -> str:
    """Return a file in which the values of that number are other ones."""
    data = yaml.safe_load(text)
    for number, junk in changes:
        ways = list(places(data))
        *way, key = ways[number % len(ways)]
        inner = data
        for part in way:
            inner = inner[part]
        inner[key] = copy.deepcopy(junk)
    return yaml.safe_dump(data)


CHANGES = st.lists(st.tuples(st.integers(0, 1000), st.sampled_from(JUNK)), min_size=1, max_size=5)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(CHANGES, CHANGES)
def test_whatever_is_wrong(changes: list[tuple[int, object]], of_web: list[tuple[int, object]]) -> None:
    """It is told in lines that can be shown, and nothing else comes of it."""
    write(aescan__yml=spoilt(WHOLE, changes), web__yml=spoilt(WHOLE_WEB, of_web))
    assert all(problem.isprintable() for problem in problems(*SETTINGS, *SERVED))


@pytest.mark.parametrize("flag", ["--check-config", "--config.check"])
def test_the_command(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and every mistake on standard error; status 0 and a line otherwise."""
    write(aescan__yml="{inventory: a.yml, timeout: 10}", a__yml="hosts: ['aes1:0']", web__yml="colour: green")
    arguments = [flag, "--config.file", "aescan.yml", "--web.config.file", "web.yml"]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert [line.split(":")[1].strip() for line in said.err.splitlines() if line.startswith("aescan: ")] == [
        "aescan.yml",
        "a.yml",
        "web.yml",
    ]

    write(aescan__yml="{inventory: a.yml}", a__yml="hosts: ['aes1:1']", web__yml="rate_limit: {interval: 1s}")
    assert main(arguments) == 0
    assert capsys.readouterr().out == "settings, inventory and web configuration are sound: 1 targets\n"
