"""The dashboard *aescan itself*: whether what the others show can be believed, and what the exporter costs."""

from typing import Final

from grafana.source import palette
from grafana.source.board import Board, Event, Row, choice, choices, evenly
from grafana.source.panels import Panel, Query, Words, curves, number, states
from grafana.source.promql import DAY, EXPORTERS, of

REASONS: Final = (
    ("timeout", palette.WARNING),
    ("refused", palette.NOTICE),
    ("unreachable", palette.CRITICAL),
    ("dns", palette.PINK),
    ("reset", palette.YELLOW),
    ("closed", palette.BLUE),
    ("alert", palette.GOOD),
    ("plaintext", palette.OTHER),
)
"""The reasons that are met most; the rest are shades of one colour."""

HOUR: Final = 3600
OURS: Final = f"and on (job, instance) aescan_build_info{EXPORTERS}"
"""Whatever else has that name: only what an exporter of ours says."""


def _now() -> tuple[Panel, ...]:
    return (
        number(
            Words(
                "Exporters up",
                "Share of the exporters chosen that the last scrape reached.",
                "percentunit",
                palette.WANTED,
            ),
            Query(f"avg(up{EXPORTERS})"),
        ),
        number(
            Words("Targets", "Targets in the inventories in force, all sources together.", "short"),
            Query(f"sum(aescan_inventory_targets{EXPORTERS})"),
        ),
        number(
            Words(
                "Last sweep ended",
                "How long ago every target had been scanned once more, of the exporter where that is longest. About the"
                " interval of the settings at most; twice that is too long.",
                "s",
                ((None, palette.GOOD), (2 * HOUR, palette.WARNING), (3 * HOUR, palette.CRITICAL)),
            ),
            Query(f"time() - min(aescan_sweep_timestamp_seconds{EXPORTERS})"),
        ),
        number(
            Words(
                "Probes failed",
                "Share of the probes of the last hour that captured no certificate.",
                "percentunit",
                ((None, palette.GOOD), (0.05, palette.WARNING), (0.5, palette.CRITICAL)),
                decimals=1,
            ),
            Query(
                f"sum(increase(aescan_probe_failures_total{EXPORTERS}[1h]))"
                f"\n/ (sum(increase(aescan_probes_total{EXPORTERS}[1h])) > 0)"
            ),
        ),
        number(
            Words(
                "Clock",
                "How far the clock of an exporter's machine is off at most, by its NTP servers, either way; findings"
                " are judged by it. Empty where the settings name no servers, or none of them gives time.",
                "s",
                ((None, palette.GOOD), (1, palette.NOTICE), (60, palette.CRITICAL)),
                none="no time",
            ),
            Query(f"max(abs(aescan_clock_offset_seconds{EXPORTERS}))"),
        ),
        number(
            Words(
                "Last reload",
                "Whether the last attempt to load settings and inventory succeeded everywhere: 1, or 0 where a"
                " mistake left"
                " the former ones in force; the log says which.",
                "short",
                palette.WANTED,
            ),
            Query(f"min(aescan_config_last_reload_successful{EXPORTERS})"),
            ((0, "refused", palette.CRITICAL), (1, "loaded", palette.GOOD)),
        ),
        number(
            Words(
                "History",
                "Whether what is seen is being written to the history: 1, or 0 where that fails. Empty where none is"
                " kept.",
                "short",
                palette.WANTED,
                none="none kept",
            ),
            Query(f"min(aescan_history_up{EXPORTERS})"),
            ((0, "failing", palette.CRITICAL), (1, "written", palette.GOOD)),
        ),
        number(
            Words(
                "Own certificate",
                "Days until the first certificate that an exporter itself serves with ends. Empty without TLS.",
                "suffix: days",
                palette.DAYS_LEFT,
                decimals=0,
                none="no TLS",
            ),
            Query(f"(min(aescan_own_certificate_not_after_timestamp_seconds{EXPORTERS}) - time()) / {DAY}"),
        ),
    )


def _work() -> tuple[Panel, ...]:
    return (
        curves(
            Words(
                "Probes",
                "Probes per second. Scans are spread over the interval, so this is an even line: targets divided by the"
                " interval.",
                "suffix: /s",
            ),
            Query(
                f"sum by (instance) (rate(aescan_probes_total{EXPORTERS}[$__rate_interval]))",
                "{{instance}}",
                course=True,
            ),
        ),
        curves(
            Words(
                "Failures by reason",
                "Failed probes per second by reason. One reason that rises by itself is the network, many are targets.",
                "suffix: /s",
            ),
            Query(
                f"sum by (reason) (rate(aescan_probe_failures_total{EXPORTERS}[$__rate_interval])) > 0",
                "{{reason}}",
                course=True,
            ),
            colours=REASONS,
            stacked=True,
        ),
        curves(
            Words(
                "Sweep",
                "How long the last complete sweep took: from the end of the one before until each target was scanned"
                " once more. About the interval; longer where targets have to wait for their turn.",
                "suffix: min",
            ),
            Query(f"aescan_sweep_duration_seconds{EXPORTERS} / 60", "{{instance}}", course=True),
        ),
    )


def _ages() -> tuple[Panel, ...]:
    probed = of("aescan_probe_timestamp_seconds")
    seen = of("aescan_probe_last_success_timestamp_seconds")
    took = of("aescan_probe_duration_seconds")
    return (
        curves(
            Words(
                "Last probed",
                "How long ago the targets chosen were last probed: half of them, 95 of 100, and the one that waits"
                " longest."
                " The last is about the interval.",
                "suffix: min",
            ),
            Query(f"(time() - quantile(0.5, {probed})) / 60", "half", course=True),
            Query(f"(time() - quantile(0.05, {probed})) / 60", "95 %", course=True),
            Query(f"(time() - min({probed})) / 60", "longest", course=True),
            colours=(("half", palette.GOOD), ("95 %", palette.NOTICE), ("longest", palette.WARNING)),
        ),
        curves(
            Words(
                "Age of facts",
                "How long ago the certificates of the targets chosen were last seen. Those that cannot be reached"
                " make the"
                " longest grow: so old is what the other dashboards say of them.",
                "suffix: h",
            ),
            Query(f"(time() - quantile(0.5, {seen})) / {HOUR}", "half", course=True),
            Query(f"(time() - quantile(0.05, {seen})) / {HOUR}", "95 %", course=True),
            Query(f"(time() - min({seen})) / {HOUR}", "longest", course=True),
            colours=(("half", palette.GOOD), ("95 %", palette.NOTICE), ("longest", palette.WARNING)),
            logarithmic=True,
        ),
        curves(
            Words(
                "Probe duration",
                "How long the last probes of the targets chosen took, all their connections together: half of them,"
                " 95 of"
                " 100, and the longest, which a time-out makes as long as the settings let it.",
                "s",
            ),
            Query(f"quantile(0.5, {took})", "half", course=True),
            Query(f"quantile(0.95, {took})", "95 %", course=True),
            Query(f"max({took})", "longest", course=True),
            colours=(("half", palette.GOOD), ("95 %", palette.NOTICE), ("longest", palette.WARNING)),
            logarithmic=True,
        ),
        curves(
            Words(
                "Not reached, by reason",
                "Targets chosen whose last probe captured no certificate, by the reason.",
                "short",
            ),
            Query(f"count by (reason) (\n  {of('aescan_probe_failed')}\n)", "{{reason}}", course=True),
            colours=REASONS,
            stacked=True,
        ),
    )


def _cost() -> tuple[Panel, ...]:
    return (
        curves(
            Words(
                "Page",
                "Samples on the page of metrics, as Prometheus counted them: about 18 for a target with a chain of"
                " two.",
                "short",
            ),
            Query(f"scrape_samples_scraped{EXPORTERS} {OURS}", "{{instance}}", course=True),
        ),
        curves(
            Words("Scrape", "How long Prometheus took to fetch the page.", "s"),
            Query(f"scrape_duration_seconds{EXPORTERS} {OURS}", "{{instance}}", course=True),
        ),
        curves(
            Words("Memory", "Memory of the process that is in use (resident).", "bytes"),
            Query(f"process_resident_memory_bytes{EXPORTERS} {OURS}", "{{instance}}", course=True),
        ),
        curves(
            Words("CPU", "Share of one core that the process uses.", "percentunit"),
            Query(
                f"rate(process_cpu_seconds_total{EXPORTERS}[$__rate_interval])\n  {OURS}",
                "{{instance}}",
                course=True,
            ),
        ),
    )


def _beside() -> tuple[Panel, ...]:
    return (
        curves(
            Words(
                "Clock offset",
                "How far each NTP server's clock was ahead of this machine's: a line that leaves the others is a"
                " server's"
                " fault, all together the machine's.",
                "s",
            ),
            Query(f"aescan_clock_offset_seconds{EXPORTERS}", "{{instance}} by {{server}}", course=True),
        ),
        curves(
            Words(
                "Inventory",
                "Targets by the file that they came from. A sudden step down is a file that lost its end.",
                "short",
            ),
            Query(f"sum by (source) (aescan_inventory_targets{EXPORTERS})", "{{source}}", course=True),
            stacked=True,
        ),
        curves(
            Words(
                "Events",
                "Events per second sent to each receiver, and those dropped because too many waited for it. Empty"
                " where the"
                " settings name no receivers.",
                "suffix: /s",
            ),
            Query(
                f"sum by (sink) (rate(aescan_events_sent_total{EXPORTERS}[$__rate_interval]))", "{{sink}}", course=True
            ),
            Query(
                f"sum by (sink) (rate(aescan_events_dropped_total{EXPORTERS}[$__rate_interval]))",
                "dropped: {{sink}}",
                course=True,
            ),
        ),
        states(
            Words("Time servers", "Whether each NTP server of the settings gave usable time when last asked.", "short"),
            Query(f"max by (server) (aescan_clock_up{EXPORTERS})", "{{server}}", course=True),
            ((0, "no time", palette.WARNING), (1, "time", palette.GOOD)),
        ),
    )


def itself() -> Board:
    """Return the dashboard."""
    loaded = "aescan_config_last_reload_success_timestamp_seconds"
    started = f"process_start_time_seconds{EXPORTERS} {OURS}"
    instances = "The exporters, by the address that Prometheus scrapes."
    return Board(
        uid="aescan-itself",
        title="aescan: aescan itself",
        description="Whether what the other dashboards show can be believed, and what the exporter costs.",
        since="now-24h",
        variables=(
            *choices(),
            choice("instance", "Exporter", "label_values(aescan_build_info, instance)", instances, all_value=None),
        ),
        events=(
            Event(
                "Settings loaded",
                f"1000 * {loaded}{EXPORTERS}",
                "1m",
                "{{instance}}",
                palette.NOTICE,
                value_is_time=True,
            ),
            Event("Started", f"1000 * ({started})", "1m", "{{instance}}", palette.WARNING, value_is_time=True),
        ),
        rows=(
            Row(4, evenly(*_now())),
            Row(8, evenly(*_work())),
            Row(8, evenly(*_ages()), "What was seen, of the targets chosen"),
            Row(7, evenly(*_cost()), "What it costs"),
            Row(7, evenly(*_beside()), "Beside it"),
        ),
    )
