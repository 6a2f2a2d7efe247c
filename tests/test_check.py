"""Everything that is wrong is told at once, and what is sound is counted."""

from pathlib import Path

import pytest

from aescan.check import check
from aescan.cli import main
from aescan.errors import ConfigError
from tests.certs import make_certificate
from tests.facts import NOW

WEB = """\
tls_server_config: {cert_file: web.pem, key_file: web.key}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    """Write files by their names, with ``__`` for the dot."""
    for name, text in files.items():
        Path(name.replace("__", ".")).write_text(text, encoding="utf-8")


def problems(config: str | None = "aescan.yml", *inventories: str, web: str | None = None) -> list[str]:
    """Return the first line of everything that is wrong."""
    with pytest.raises(ConfigError) as caught:
        check(Path(config) if config else None, map(Path, inventories), (), Path(web) if web else None, NOW)
    return [problem.splitlines()[0] for problem in caught.value.problems]


def test_sound() -> None:
    """What is sound is counted in one line."""
    write(
        aescan__yml="inventory: [inventory.yml, {file_sd: sd.json}]",
        inventory__yml="hosts: ['aes1:4722', 'aes2:4722']",
    )
    write(sd__json='[{"targets": ["aes3:4722"]}]', web__yml="basic_auth_users: {}")
    config = Path("aescan.yml")

    assert check(config, (), (), None, NOW) == "settings and inventory are sound: 3 targets"
    assert (
        check(config, (), ("aes4:4722",), Path("web.yml"), NOW)
        == "settings, inventory and web configuration are sound: 4 targets"
    )


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
    found = problems("aescan.yml", "two.yml", web="web.yml")

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

    assert [problem.split(":")[0] for problem in problems(web="web.yml")] == ["aescan.yml", "web.yml"]
    assert len(problems()) == 1


def test_services_that_cannot_be_read() -> None:
    """No inventory can be judged without them, which is told once."""
    write(aescan__yml="{services: services.yml, inventory: [a.yml, {file_sd: sd.json}]}", services__yml="colour: green")
    write(a__yml="hosts: [aes1]", sd__json="[]")

    (keys, unknown) = problems()
    assert (keys, unknown) == (
        "services.yml:1:1: the key services is missing",
        "services.yml:1:1: colour: there is no such key",
    )


def test_nothing_to_scan() -> None:
    """An exporter without any target is a mistake."""
    assert problems(None) == [
        "nothing to scan: name targets, or give a file of them with --inventory; see aescan --help"
    ]


def test_certificates_of_the_web_configuration() -> None:
    """They are read: a key of another certificate is found before the exporter is restarted with it."""
    write(aescan__yml="inventory: a.yml", a__yml="hosts: [aes1]", web__yml=WEB)
    Path("web.pem").write_bytes(make_certificate().pem)
    Path("web.key").write_bytes(make_certificate().key_pem)

    assert problems(web="web.yml") == ["web.key: this is not the key of the certificate in web.pem"]


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
