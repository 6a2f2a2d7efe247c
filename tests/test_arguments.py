"""What the command line means, or why it means nothing."""

import pytest

from aescan.arguments import parser


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (["--timeout", "10"], "'10' is not a length of time from 1s to 1h, such as 10s"),
        (["--concurrency", "0"], "'0' is not a number from 1 to 1000000"),
        (["--format", "yaml"], "invalid choice: 'yaml'"),
        (["--web.listen-address", "x"], "'x' is not an address and a port"),
        (["--nothing"], "unrecognized arguments: --nothing"),
    ],
)
def test_mistakes(written: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake ends the command with status 2 and a sentence."""
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(written)
    assert ended.value.code == 2
    assert problem in capsys.readouterr().err


def test_defaults() -> None:
    """Nothing is asked for by default."""
    found = parser().parse_args([])
    assert (found.targets, found.once, found.listen) == ([], False, None)
    assert (found.lifecycle, found.auto_reload, found.demo) == (False, None, False)
