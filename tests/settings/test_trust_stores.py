"""Trust stores as the settings name them."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.keystores.model import TrustStore
from aescan.settings import trust_stores as module
from aescan.settings.load import load_settings
from tests.keystores import made

LEAF, ISSUER, ROOT = made.ders()
LOCKED = "it is PKCS#12 and needs a password, or is damaged"
ABSENT = "no such file or directory"
UNSET = "AESCAN_TEST_IS_NOT_SET"


def stores(folder: Path, text: str) -> tuple[TrustStore, ...]:
    """Return the stores of settings with this text."""
    path = folder / "aescan.yml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path).policy.trust_stores


def problems(folder: Path, text: str) -> list[str]:
    """Return the first line of each problem, without the folder."""
    with pytest.raises(ConfigError) as caught:
        stores(folder, text)
    return [problem.split("\n")[0].replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_path_that_cannot_be_looked_at(tmp_path: Path) -> None:
    """It is told like any other mistake."""
    name = "x" * 300
    assert problems(tmp_path, f"trust_stores: [{{name: a, files: {name}}}]") == [
        f"aescan.yml:1:33: trust_stores[0].files: reading {name}: it cannot be read: file name too long"
    ]


def test_there_are_none_by_default(tmp_path: Path) -> None:
    """Without the key nobody's trust is looked at."""
    assert stores(tmp_path, "timeout: 5s\n") == ()


def test_files_of_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords come from a file or the environment; a certificate that comes twice is kept once."""
    (tmp_path / "avayaprca.jks").write_bytes(made.jks((2, ROOT)))
    (tmp_path / "jks.password").write_text(f"{made.PASSWORD}\n")
    (tmp_path / "java.p12").write_bytes(made.bundle12(with_key=False))
    (tmp_path / "root.pem").write_bytes(made.identities()[2].pem)
    (tmp_path / "issuer.der").write_bytes(ISSUER)
    monkeypatch.setenv("TRUST_PASSWORD", made.PASSWORD)

    java, dotnet, console = stores(
        tmp_path,
        """
trust_stores:
  - {name: jtapi, files: avayaprca.jks, password_file: jks.password, required: yes}
  - {name: dmcc java, files: [java.p12, root.pem], password_environment: TRUST_PASSWORD, check_names: yes}
  - {name: console, files: [root.pem, issuer.der], strict: yes}
""",
    )

    assert java == TrustStore("jtapi", (ROOT,), required=True)
    assert (dotnet.name, sorted(dotnet.certificates), dotnet.check_names) == ("dmcc java", sorted(made.ders()), True)
    assert console == TrustStore("console", (ROOT, ISSUER), strict=True)


def test_folders(tmp_path: Path) -> None:
    """A folder gives every certificate below it; other files in it do not matter."""
    (tmp_path / "cas" / "more").mkdir(parents=True)
    (tmp_path / "cas" / "README").write_text("what these are\n")
    (tmp_path / "cas" / "root.crt").write_bytes(ROOT)
    (tmp_path / "cas" / "more" / "issuer.crt").write_bytes(ISSUER)

    (store,) = stores(tmp_path, "trust_stores: [{name: cas, files: cas}]\n")

    assert store.certificates == (ISSUER, ROOT)


def test_every_mistake_has_its_place(tmp_path: Path) -> None:
    """All stores are looked at, and what is wrong with each is told at once."""
    (tmp_path / "locked.p12").write_bytes(made.bundle12())
    (tmp_path / "key.pem").write_bytes(made.key())
    (tmp_path / "cas").mkdir()
    (tmp_path / "cas" / "locked.p12").write_bytes(made.bundle12())
    (tmp_path / "none").mkdir()

    assert problems(
        tmp_path,
        """
trust_stores:
  - name: first
    files: [missing.jks, locked.p12, key.pem, cas, none]
  - name: first
    files: cas/locked.p12
    password_file: missing.txt
  - name: third
    files: cas/locked.p12
    password_environment: AESCAN_TEST_IS_NOT_SET
""",
    ) == [
        "aescan.yml:4:13: trust_stores[0].files[0]: reading missing.jks: there is no such file",
        f"aescan.yml:4:26: trust_stores[0].files[1]: reading locked.p12: {LOCKED}",
        "aescan.yml:4:38: trust_stores[0].files[2]: reading key.pem: there is no certificate in it",
        f"aescan.yml:4:47: trust_stores[0].files[3]: reading cas: locked.p12: {LOCKED}",
        "aescan.yml:4:52: trust_stores[0].files[4]: reading none: there is no certificate in it",
        "aescan.yml:5:11: trust_stores[1].name: first is the name of two trust stores, first at aescan.yml:3:5",
        f"aescan.yml:6:12: trust_stores[1].files: reading cas/locked.p12: {LOCKED}",
        f"aescan.yml:7:20: trust_stores[1].password_file: reading missing.txt: it cannot be read: {ABSENT}",
        f"aescan.yml:9:12: trust_stores[2].files: reading cas/locked.p12: {LOCKED}",
        f"aescan.yml:10:27: trust_stores[2].password_environment: the environment variable {UNSET} is not set",
    ]


def test_two_passwords(tmp_path: Path) -> None:
    """One store has one password."""
    text = "trust_stores: [{name: a, files: b, password_file: c, password_environment: D}]\n"

    assert problems(tmp_path, text) == ["aescan.yml:1:16: trust_stores[0]: a password is said twice"]


def test_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each store is a series for every target."""
    (tmp_path / "root.crt").write_bytes(ROOT)
    monkeypatch.setattr(module, "MOST_STORES", 1)
    text = "trust_stores: [{name: a, files: root.crt}, {name: b, files: root.crt}]\n"

    assert problems(tmp_path, text) == ["aescan.yml:1:15: trust_stores: there are 2 trust stores; 1 are the most"]
