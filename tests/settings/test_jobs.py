"""Jobs are read strictly, and a site's own replace shipped ones."""

from pathlib import Path

import pytest

from aescan.errors import ConfigError
from aescan.findings.catalogue import manuals
from aescan.settings.jobs import load_jobs
from aescan.settings.work import Choice, Job, Step

SOUND = """\
jobs:
  - key: chain
    title: Ours
    dated: true
    codes: [chain_incomplete]
    steps:
      - key: first
        text: >-
          Do
          this.
        menu: Security > Ours
        once: true
        services: [tsapi]
        aacc: false
        choices:
          - {title: one, source: me, how: [so, and so]}
          - {title: other, source: me}
        source: me
        confidence: derived
      - {key: second, text: Do that., source: me, confidence: sourced}
  - {key: more, title: More, codes: [], steps: []}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(text: str) -> tuple[Job, ...]:
    """Return the shipped jobs with a file of this text laid over them."""
    path = Path("jobs.yml")
    path.write_text(text, encoding="utf-8")
    return load_jobs(path)


def test_everything_is_read_and_replaces_in_place() -> None:
    """Every key has its field; a job of a shipped key takes its place, a new one comes last."""
    found, shipped = load(SOUND), load_jobs()

    assert found[1] == Job(
        key="chain",
        title="Ours",
        dated=True,
        codes=("chain_incomplete",),
        steps=(
            Step(
                key="first",
                text="Do this.",
                menu="Security > Ours",
                once=True,
                services=("tsapi",),
                aacc=False,
                choices=(Choice("one", "me", ("so", "and so")), Choice("other", "me")),
                source="me",
                confidence="derived",
            ),
            Step(key="second", text="Do that.", source="me", confidence="sourced"),
        ),
    )
    assert found[2:-1] == shipped[2:]
    assert (found[0], found[-1]) == (shipped[0], Job(key="more", title="More", codes=(), steps=()))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("key: more", "key: More", "jobs.yml:21:11: jobs[1].key: More is not a key of small letters, digits"),
        ("key: more", "key: chain", "jobs.yml:21:11: jobs[1].key: chain is the key of two jobs"),
        ("key: more", "key: look", "jobs.yml:21:11: jobs[1].key: look is aescan's own job; give it another key"),
        ("key: second", "key: first", "jobs.yml:20:15: jobs[0].steps[1].key: first is the key of two steps"),
        ("confidence: derived", "confidence: sure", "jobs.yml:19:21: jobs[0].steps[0].confidence: sure is not one of"),
        (", source: me, how", ", how", "jobs.yml:16:13: jobs[0].steps[0].choices[0]: the key source is missing"),
        ("aacc: false", "aacc: maybe", "jobs.yml:14:15: jobs[0].steps[0].aacc: maybe is not true or false"),
    ],
)
def test_each_mistake_is_told(old: str, new: str, problem: str) -> None:
    """A step that could not be told as meant never gets into a plan."""
    assert old in SOUND
    with pytest.raises(ConfigError) as caught:
        load(SOUND.replace(old, new))
    assert caught.value.problems[0].startswith(problem), caught.value.problems[0]


def test_the_shipped_jobs_are_about_rules_there_are() -> None:
    """A code that no rule has would never call for its job; no code is in two jobs."""
    codes = [code for job in load_jobs() for code in job.codes]

    assert len(codes) == len(set(codes))
    assert set(codes) <= set(manuals())


def test_the_ca_comes_before_the_certificate() -> None:
    """The order of the notice: request, CA, server certificate, clients, AACC."""
    (replace, *_) = load_jobs()
    order = [step.key for step in replace.steps]

    assert order.index("request") < order.index("import_ca") < order.index("import_server") < order.index("clients")
    assert order.index("clients") < order.index("aacc") < order.index("scan")


def test_the_notice_has_five_ways() -> None:
    """All of them are offered, each with its section."""
    (replace, *_) = load_jobs()
    (choose,) = (step for step in replace.steps if step.choices)

    assert len(choose.choices) == 5
    assert all(choice.source.startswith("PSN004561u, ") for choice in choose.choices)
