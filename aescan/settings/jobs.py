"""
The catalogue of jobs: a YAML file to ``Job``.

The shipped file is data of the package, each step with its source and its confidence; a site may add its own, whose
jobs replace shipped ones of the same key.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import PlainValidator

from aescan.settings.document import Document, parse, read
from aescan.settings.fields import Confidence, Line, Prose
from aescan.settings.problems import Expected, Wants
from aescan.settings.validation import Entry, check
from aescan.settings.work import LOOK, OTHER, Choice, Job, Step

SHIPPED: Final = "jobs.yml"

KEYS: Final = "the key jobs with a list of jobs"

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)


def _key(written: object) -> str:
    if isinstance(written, str) and _KEY.fullmatch(written):
        return written
    raise Expected("a key of small letters, digits and underscores", Wants.TEXT)


Key = Annotated[str, PlainValidator(_key)]


class ChoiceEntry(Entry):
    """A way to do a step as the file writes it."""

    title: Line
    source: Prose
    how: tuple[Prose, ...] = ()


class StepEntry(Entry):
    """A step as the file writes it; the keys are those of ``Step``."""

    key: Key
    text: Prose
    source: Prose
    confidence: Confidence
    menu: Line = ""
    once: bool = False
    services: tuple[Key, ...] = ()
    aacc: bool | None = None
    choices: tuple[ChoiceEntry, ...] = ()

    def step(self) -> Step:
        """Return the step that plans are made of."""
        return Step(
            key=self.key,
            text=self.text,
            source=self.source,
            confidence=self.confidence,
            menu=self.menu,
            once=self.once,
            services=self.services,
            aacc=self.aacc,
            choices=tuple(Choice(choice.title, choice.source, choice.how) for choice in self.choices),
        )


class JobEntry(Entry):
    """A job as the file writes it; the keys are those of ``Job``."""

    key: Key
    title: Line
    dated: bool = False
    codes: tuple[Key, ...]
    steps: tuple[StepEntry, ...]

    def job(self) -> Job:
        """Return the job that plans are made of."""
        steps = tuple(step.step() for step in self.steps)
        return Job(key=self.key, title=self.title, dated=self.dated, codes=self.codes, steps=steps)


class JobsFile(Entry):
    """The whole file."""

    jobs: tuple[JobEntry, ...]


def load_jobs(own: Path | None = None) -> tuple[Job, ...]:
    """Return the shipped jobs with the site's own laid over them; raise ConfigError with every mistake."""
    content = files("aescan.data").joinpath(SHIPPED).read_bytes()
    found = _jobs(parse(f"aescan/data/{SHIPPED}", content, KEYS))
    if own is not None:
        found |= _jobs(read(own, KEYS))
    return tuple(found.values())


def _jobs(document: Document) -> dict[str, Job]:
    file = check(JobsFile, document)
    found: dict[str, Job] = {}
    for position, entry in enumerate(file.jobs if file else ()):
        if entry.key in found:
            document.add(("jobs", position, "key"), f"{entry.key} is the key of two jobs")
        if entry.key in {LOOK, OTHER}:
            document.add(("jobs", position, "key"), f"{entry.key} is aescan's own job; give it another key")
        steps: set[str] = set()
        for place, step in enumerate(entry.steps):
            if step.key in steps:
                document.add(("jobs", position, "steps", place, "key"), f"{step.key} is the key of two steps")
            steps.add(step.key)
        found[entry.key] = entry.job()
    document.finish()
    return found
