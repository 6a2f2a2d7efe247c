"""The dashboard *Estate*: where the cliff is, what it is made of, and which host to go to first."""

from typing import Final

from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from grafana.source import palette
from grafana.source.board import Board, Event, Row, choices, evenly
from grafana.source.panels import AS_DATE, DAYS, NEVER, Column, Panel, Query, Words, bars, columns, curves, number, rows
from grafana.source.promql import (
    CHOSEN,
    DAY,
    DEFAULTS,
    ENDS,
    KEY,
    counted,
    every_month,
    labelled,
    months_of_ends,
    named,
    of,
)

MONTHS: Final = 18
EITHER: Final = "|".join(DEFAULTS)
MOST: Final = 20
"""Rows of a table: what somebody can go through, whatever the size of the estate."""

CAUSES: Final = (
    ("sip_ca_ends", "Avaya's SIP Product CA", palette.PINK),
    ("avaya_default_certificate", "Avaya's default certificate", palette.CRITICAL),
    ("avaya_self_signed_default", "self-signed default", palette.WARNING),
    ("notice_recipe", "the notice's OpenSSL steps", palette.NOTICE),
    ("issuer_expires_first", "issuer ends first", palette.YELLOW),
)
"""Why chains end together: code of the finding, name, colour. The first that a target has counts."""

HOST: Final = "/d/aescan-host?var-host=${{{}}}&${{datasource:queryparam}}&${{__url_time_range}}"
TO_HOST: Final = [{"title": "Open this host", "url": HOST.format('__data.fields["Host"]:percentencode')}]
TO_HOST_OF_SERIES: Final = [{"title": "Open this host", "url": HOST.format("__field.labels.host:percentencode")}]
SITE: Final = '${__data.fields["Site"]:percentencode}'
TO_SITE: Final = [
    {
        "title": "This site alone",
        "url": "/d/aescan-estate?var-site=" + SITE + "&${datasource:queryparam}&${__url_time_range}",
    }
]


def _now() -> tuple[Panel, ...]:
    critical = f'({ENDS} > time()) - on ({KEY}) aescan_expiry_threshold_seconds{{severity="critical"}} <= time()'
    default = f'count(\n  group by ({KEY}) (aescan_finding{{code=~"{EITHER}"}})\n  and on ({KEY}) {CHOSEN}\n)'
    share = f"(\n  {default}\n  or 0 * count({CHOSEN})\n)\n/ count({of(ENDS)})"
    return (
        number(
            Words("Targets", "Endpoints in the inventory that the variables above choose.", "short"),
            Query(f"count({CHOSEN})"),
        ),
        number(
            Words(
                "Ended",
                "Targets whose chain has passed its end of validity: their TLS clients stop. Those that cannot be"
                " reached count by the chain last seen.",
                "short",
                palette.NONE_WANTED,
            ),
            Query(counted(f"{ENDS} <= time()")),
        ),
        number(
            Words(
                "In their last days",
                "Targets that have not ended and are inside their own critical threshold (15 days unless settings or"
                " inventory say otherwise).",
                "short",
                palette.NONE_WANTED,
            ),
            Query(counted(critical)),
        ),
        number(
            Words(
                "Next end in",
                "Days until the next chain ends, those that have ended left out.",
                "suffix: days",
                palette.DAYS_LEFT,
                decimals=0,
            ),
            Query(f"(min({of(f'{ENDS} > time()')}) - time()) / {DAY}"),
        ),
        number(
            Words(
                "On default certificates",
                "Share of the targets seen that present a default certificate, one of Avaya's or the self-signed one of"
                " release 7.0 and later.",
                "percentunit",
                ((None, palette.GOOD), (0.001, palette.WARNING), (0.25, palette.CRITICAL)),
                decimals=0,
            ),
            Query(share),
        ),
        number(
            Words(
                "Not reached",
                "Targets whose last probe captured no certificate. What was seen of them before still counts everywhere"
                " else on this page.",
                "short",
                palette.BETTER_NONE,
            ),
            Query(counted("aescan_probe_success == 0")),
        ),
    )


def _cliff() -> Panel:
    names = (*CAUSES, ("other", "none of these", palette.BLUE))
    return columns(
        Words(
            "Where the cliff is: chains that end, by month and cause",
            "How many chains end in each month to come, by what they have in common; (ended) are those that have ended"
            f" already, later those that end in more than {MONTHS} months. A target with several causes counts once,"
            " for the first in the order of the legend.",
            "short",
        ),
        Query(months_of_ends(tuple(code for code, _, _ in CAUSES), MONTHS)),
        Query(every_month(MONTHS)),
        "month",
        "code",
        names,
    )


def _course() -> tuple[Panel, ...]:
    kinds = f'count by (code) (\n  {of(f"""aescan_finding{{code=~"{EITHER}"}}""")}\n)'
    share = f"{kinds}\n/ on () group_left () count({of(ENDS)})"
    for code, name, _ in CAUSES:
        share = f'label_replace(\n{share},\n"code", "{name}", "code", "{code}")' if code in DEFAULTS else share
    worst = f"count by (severity) (\n  group by ({KEY}, severity) (aescan_finding)\n  and on ({KEY}) {CHOSEN}\n)"
    ending = [
        Query(counted(f"{ENDS} > time() <= time() + {days} * {DAY}"), f"within {days} days", course=True)
        for days in (30, 60, 90)
    ]
    return (
        curves(
            Words(
                "Share on default certificates",
                "Share of the targets seen that present a default certificate, by its kind. This curve is to reach"
                " zero.",
                "percentunit",
                ((None, palette.PLAIN),),
            ),
            Query(share, "{{code}}", course=True),
            colours=tuple((name, colour) for code, name, colour in CAUSES if code in DEFAULTS),
            stacked=True,
        ),
        curves(
            Words(
                "Targets with findings",
                "Targets that have at least one finding of each severity; a target may have several.",
                "short",
            ),
            Query(worst, "{{severity}}", course=True),
            colours=(("critical", palette.CRITICAL), ("warning", palette.WARNING), ("notice", palette.NOTICE)),
        ),
        curves(
            Words(
                "Ends ahead",
                "Chains that at each moment had so many days or fewer left and had not ended: what is coming, and"
                " whether renewal keeps up with it.",
                "short",
            ),
            *ending,
            colours=(
                ("within 30 days", palette.WARNING),
                ("within 60 days", palette.NOTICE),
                ("within 90 days", palette.BLUE),
            ),
        ),
    )


def _soonest() -> Panel:
    places = "host, port, aes_service, site, owner"
    ends = f"bottomk({MOST}, {labelled(f'({ENDS} > time())', places)})"
    return rows(
        Words(
            "Soonest ends",
            f"The {MOST} chains that end next, those that have ended left out; a click on a host opens it.",
            "short",
            palette.DAYS_LEFT,
        ),
        Query(f"{ends} * 1000"),
        Query(f"({ends} - time()) / {DAY}"),
        shown=(
            Column("host", "Host", (("links", TO_HOST),)),
            Column("port", "Port", (("custom.width", 70),)),
            Column("aes_service", "Service", (("custom.width", 90),)),
            Column("site", "Site", (("custom.width", 110),)),
            Column("owner", "Owner", (("custom.width", 130),)),
            Column("Value #A", "Ends", AS_DATE),
            Column("Value #B", "Left", DAYS),
        ),
        by=(("Ends", False),),
    )


def _sites() -> Panel:
    targets = f"count by (site) ({CHOSEN})"

    def counts(series: str) -> str:
        return named(f"count by (site) (\n  {labelled(series, 'site')}\n)\nor 0 * {targets}", "site", "(no site)")

    with_critical = f'group by ({KEY}) (aescan_finding{{severity="critical"}})'
    with_warning = f'group by ({KEY}) (aescan_finding{{severity="warning"}})'
    cell = (("custom.cellOptions", {"type": "color-text"}), ("custom.width", 78))
    wider = (cell[0], ("custom.width", 105))
    return rows(
        Words(
            "Sites",
            "Targets of each site: all, those with findings of a severity, those that ended, those not reached by the"
            " last probe. A click on a site chooses it; targets without one cannot be chosen by themselves.",
            "short",
        ),
        Query(named(targets, "site", "(no site)")),
        Query(counts(with_critical)),
        Query(counts(with_warning)),
        Query(counts(f"({ENDS} <= bool time() == 1)")),
        Query(counts("(aescan_probe_success == bool 0 == 1)")),
        shown=(
            Column("site", "Site", (("links", TO_SITE),)),
            Column("Value #A", "Targets", (("custom.width", 75),)),
            Column("Value #B", "Critical", (("thresholds", palette.steps(palette.NONE_WANTED)), *cell)),
            Column("Value #C", "Warning", (("thresholds", palette.steps(palette.BETTER_NONE)), *cell)),
            Column("Value #D", "Ended", (("thresholds", palette.steps(palette.NONE_WANTED)), *cell)),
            Column("Value #E", "Not reached", (("thresholds", palette.steps(palette.BETTER_NONE)), *wider)),
        ),
        by=(("Critical", True),),
    )


def _worst() -> tuple[Panel, ...]:
    critical = 'aescan_finding{severity="critical"}'
    per_host = f"topk(10, count by (host) (\n  {labelled(critical, 'host')}\n))"
    per_code = f"topk(15, count by (code) (\n  {of('aescan_finding')}\n))"
    last_seen = "aescan_probe_last_success_timestamp_seconds"
    seen = (
        f"(\n  aescan_probe_failed * on ({KEY}) group_left () {last_seen}\n  or on ({KEY}) 0 * aescan_probe_failed\n)"
    )
    hosts = bars(
        Words(
            "Worst hosts",
            "Hosts with the most critical findings over all their ports; a click opens the host.",
            "short",
            ((None, palette.CRITICAL),),
            none="no critical finding",
        ),
        Query(per_host, "{{host}}"),
    )
    return (
        hosts.override_by_regexp(".*", [DynamicConfigValue("links", TO_HOST_OF_SERIES)]),
        bars(
            Words(
                "Findings",
                "The findings that most targets have; docs/findings.md tells what each means and what to do.",
                "short",
                ((None, palette.NOTICE),),
                none="no finding",
            ),
            Query(per_code, "{{code}}"),
        ),
        rows(
            Words(
                "Lost longest",
                f"The {MOST} targets whose last probe failed and that were last seen longest ago, those never seen"
                " first, with the reason.",
                "short",
                none="every target was reached",
            ),
            Query(f"bottomk({MOST},\n  {labelled(seen, 'host, port, site')}\n) * 1000"),
            shown=(
                Column("host", "Host", (("links", TO_HOST),)),
                Column("port", "Port", (("custom.width", 70),)),
                Column("reason", "Reason", (("custom.width", 110),)),
                Column("Value", "Last seen", (*AS_DATE, ("mappings", NEVER))),
            ),
            by=(("Last seen", False),),
        ),
    )


def estate() -> Board:
    """Return the dashboard."""
    changes = "aescan_certificate_changes_total"
    changed = of(f"clamp_min({changes} - {changes} offset 1d, 0)")
    return Board(
        uid="aescan-estate",
        title="aescan: Estate",
        description="The certificates of an estate of AE Services hosts: when chains end, why, and what to do first.",
        since="now-90d",
        variables=tuple(choices()),
        events=(
            Event(
                "Certificates changed",
                f'count_values("certificates", sum(\n  {changed}\n) > 0)',
                "1d",
                "{{certificates}} in the 24 hours before",
                palette.OTHER,
            ),
        ),
        rows=(
            Row(4, evenly(*_now())),
            Row(9, evenly(_cliff())),
            Row(8, evenly(*_course())),
            Row(10, ((15, _soonest()), (9, _sites()))),
            Row(10, evenly(*_worst())),
        ),
    )
