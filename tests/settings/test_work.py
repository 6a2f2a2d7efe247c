"""A step stands by itself unless it says otherwise."""

from aescan.settings.work import Job, Step


def test_a_plain_step() -> None:
    """It is done on every host, in no menu, and is no choice; a job has no date."""
    step = Step(key="x", text="Do it.", source="me", confidence="sourced")
    job = Job(key="x", title="X", codes=(), steps=(step,))

    assert (step.menu, step.once, step.services, step.aacc, step.choices) == ("", False, (), None, ())
    assert not job.dated
