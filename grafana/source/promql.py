"""
PromQL that the dashboards share: which targets are meant, and how what is said of them is joined with their labels.

Pieces of expressions come in, expressions go out. A target is known by (job, instance, target): the exporter that was
scraped, and the name in its inventory. What the inventory says of it (host, service, the operator's own labels) stands
on ``aescan_target_info`` alone, so every expression goes through that. A label that an estate does not use is missing
there; the variables then stand at All, which matches a missing label too.
"""

from typing import Final

KEY: Final = "job, instance, target"

CHOSEN: Final = 'aescan_target_info{site=~"$site", aes_service=~"$service", owner=~"$owner"}'
"""The targets that the variables of a dashboard choose."""

HERE: Final = 'target=~"$target"'
"""The ports looked at of one host: without this, Prometheus would look at every target and throw the others away."""

OF_HOST: Final = f'aescan_target_info{{host="$host", {HERE}}}'
"""Of the targets chosen, the ones on that host."""

EXPORTERS: Final = '{instance=~"$instance"}'

DAY: Final = 86400

DEFAULTS: Final = ("avaya_default_certificate", "avaya_self_signed_default")
"""Codes of the findings on a certificate that the product came with."""

ENDS: Final = "aescan_chain_not_after_timestamp_seconds"


def of(series: str, targets: str = CHOSEN) -> str:
    """Return ``series``, those of the targets meant."""
    return f"{series}\n  and on ({KEY}) {targets}"


def labelled(series: str, labels: str, targets: str = CHOSEN) -> str:
    """Return ``series``, those of the targets meant, each with these labels of its target."""
    return f"{series}\n  * on ({KEY}) group_left ({labels}) {targets}"


def counted(series: str, targets: str = CHOSEN) -> str:
    """Return how many series of the targets meant there are: 0 where none is, nothing where there are no targets."""
    return f"count(\n  {_indented(of(series, targets))}\n)\n  or 0 * count({targets})"


def worst_severity(by: str) -> str:
    """Return the worst severity that holds on the host as a number (1 notice, 2 warning, 3 critical), by this label."""
    numbers = "\n    or ".join(
        f'{number} * aescan_finding{{severity="{severity}", {HERE}}}'
        for number, severity in enumerate(("notice", "warning", "critical"), start=1)
    )
    return f"max by ({by}) (\n  (\n    {numbers}\n  )\n  and on ({KEY}) {OF_HOST}\n)"


def named(series: str, label: str, instead: str) -> str:
    """Return ``series`` with this value of a label where it is missing."""
    return f'label_replace(\n  {_indented(series)},\n  "{label}", "{instead}", "{label}", ""\n)'


def months_of_ends(codes: tuple[str, ...], months: int) -> str:
    """
    Return how many chains end in each month from now on.

    Labels are ``month`` (2027-08, or "(ended)" before now, or "later") and ``code``, the first of these codes whose
    finding the target has, or "other". What would be one row for each target in the browser is counted in Prometheus.
    ``count_values`` writes a number into a label, hence 202708 at first; ends in the past count as moment 0, those
    after the last month as the year 9999.
    """
    horizon, forever = _horizon(months), 253402300799
    moment = (
        f"clamp_max(\n    {ENDS} * ({ENDS} > bool time())\n      + 1e12 * ({ENDS} > bool time() + {horizon}),\n"
        f"    {forever}\n  )"
    )
    cause = f"\n      or on ({KEY}) ".join(f'aescan_finding{{code="{code}"}}' for code in codes)
    cause = f"(\n      {cause}\n      or on ({KEY}) group by ({KEY}) ({ENDS})\n    )"
    counts = _months(of(f"{moment}\n  * on ({KEY}) group_left (code)\n    {cause}"), "by (code) ")
    dated = _dated(named(counts, "code", "other"))
    past = f'label_replace({dated}, "month", "(ended)", "month", "1970-01")'
    return f'label_replace({past}, "month", "later", "month", "9999-12")'


def every_month(months: int) -> str:
    """
    Return each of the months to come as ``months_of_ends`` names it: one in which nothing ends has its place too.

    The shortest month has 28 days, so steps of 28 days meet every one.
    """
    steps = "\n  or ".join(
        f'label_replace(vector(time() + {days} * {DAY}), "days", "{days}", "", "")'
        for days in range(0, _horizon(months) // DAY + 1, 28)
    )
    return f'label_replace({_dated(_months(steps))}, "code", "other", "", "")'


def _horizon(months: int) -> int:
    return months * 30 * DAY


def _months(moments: str, by: str = "") -> str:
    return f'count_values {by}("month", year(\n  {moments}\n) * 100 + month(\n  {moments}\n))'


def _dated(counts: str) -> str:
    return f'label_replace({counts}, "month", "$1-$2", "month", "(....)(..)")'


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")
