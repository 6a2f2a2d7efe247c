"""The dashboard *Host*: one AE Services server with every port, chain and finding, and how they came about."""

from typing import Final

from grafana.source import palette
from grafana.source.board import Board, Event, Row, choice, choices, evenly, one
from grafana.source.panels import (
    AS_DATE,
    DAYS,
    Column,
    Panel,
    Query,
    Words,
    curves,
    matrix,
    number,
    properties,
    rows,
    states,
)
from grafana.source.promql import DAY, HERE, KEY, OF_HOST, counted, labelled, of, worst_severity

SEVERITIES: Final = (
    (1, "notice", palette.NOTICE),
    (2, "warning", palette.WARNING),
    (3, "critical", palette.CRITICAL),
)
REACHED: Final = ((0, "not reached", palette.WARNING), (1, "reached", palette.GOOD))
CONNECTS: Final = ((0, "cannot connect", palette.CRITICAL), (1, "connects", palette.GOOD))
TRUSTS: Final = ((0, "refuses", palette.WARNING), (1, "accepts", palette.GOOD))
SPEAKS: Final = ((0, "refused", palette.OTHER), (1, "accepted", palette.NOTICE))

ENDS: Final = f"aescan_chain_not_after_timestamp_seconds{{{HERE}}}"
SEEN: Final = f"aescan_probe_last_success_timestamp_seconds{{{HERE}}}"
CHANGES: Final = f"aescan_certificate_changes_total{{{HERE}}}"
REACH: Final = f"aescan_probe_success{{{HERE}}}"


def _now() -> tuple[Panel, ...]:
    return (
        number(
            Words("Ports scanned", "Targets of this host that the variables above choose.", "short"),
            Query(f"count({OF_HOST})"),
        ),
        number(
            Words(
                "First end in",
                "Days until the first chain of this host ends; below zero since then.",
                "suffix: days",
                palette.DAYS_LEFT,
                decimals=0,
            ),
            Query(f"(min({of(ENDS, OF_HOST)}) - time()) / {DAY}"),
        ),
        number(
            Words(
                "Critical findings",
                "Findings of the highest severity over all ports of this host.",
                "short",
                palette.NONE_WANTED,
            ),
            Query(counted(f'aescan_finding{{severity="critical", {HERE}}}', OF_HOST)),
        ),
        number(
            Words(
                "Ports not reached",
                "Ports whose last probe captured no certificate.",
                "short",
                palette.BETTER_NONE,
            ),
            Query(counted(f"{REACH} == 0", OF_HOST)),
        ),
        number(
            Words(
                "Oldest facts",
                "How long ago the port that was seen longest ago was seen: so old is what this page says of it.",
                "suffix: h",
                ((None, palette.GOOD), (24, palette.WARNING), (72, palette.CRITICAL)),
                decimals=1,
            ),
            Query(f"(time() - min({of(SEEN, OF_HOST)})) / 3600"),
        ),
        number(
            Words(
                "Renewals",
                "How often a leaf certificate of this host was replaced, all ports together, since aescan's history"
                " began.",
                "short",
            ),
            Query(f"sum({of(CHANGES, OF_HOST)})"),
        ),
    )


def _ports() -> Panel:
    ends = labelled(ENDS, "port, aes_service", OF_HOST)
    spoken = of(f"aescan_tls_info{{{HERE}}}", OF_HOST)
    state = ("custom.cellOptions", {"type": "color-text"})
    return rows(
        Words(
            "Ports",
            "Every port of the host: when its chain ends, what it spoke, whether the last probe reached it, and when"
            " its certificates were last seen.",
            "short",
        ),
        Query(f"max by (target, port, aes_service) ({labelled(REACH, 'port, aes_service', OF_HOST)})"),
        Query(f"max by (target) ({ends}) * 1000"),
        Query(f"(max by (target) ({ends}) - time()) / {DAY}"),
        Query(f"max by (target, version, cipher, client_certificate) ({spoken})"),
        Query(f"max by (target) ({of(SEEN, OF_HOST)}) * 1000"),
        shown=(
            Column("target", "Target", (("custom.width", 220),)),
            Column("port", "Port", (("custom.width", 70),)),
            Column("aes_service", "Service", (("custom.width", 90),)),
            Column("Value #B", "Ends", AS_DATE),
            Column("Value #C", "Left", DAYS),
            Column("version", "Version", (("custom.width", 90),)),
            Column("cipher", "Cipher suite"),
            Column("client_certificate", "Client certificate", (("custom.width", 140),)),
            Column("Value #A", "Last probe", (("mappings", _mapped(REACHED)), state, ("custom.width", 110))),
            Column("Value #E", "Last seen", AS_DATE),
        ),
        by=(("Ends", False),),
    )


def _chains() -> Panel:
    about = "role, subject, issuer, serial_number, signature_algorithm, key_algorithm, key_bits"
    certificate = f"aescan_certificate_info{{{HERE}}}"

    def joined(moment: str) -> str:
        series = of(f"{moment}{{{HERE}}} * on ({KEY}, position) group_left ({about}) {certificate}", OF_HOST)
        return f"max by (target, position, {about}) (\n  {series}\n) * 1000"

    return rows(
        Words(
            "Chains",
            "Every certificate of every port as presented: position 0 is the leaf, those that follow should have signed"
            " the one before.",
            "short",
        ),
        Query(joined("aescan_certificate_not_before_timestamp_seconds")),
        Query(joined("aescan_certificate_not_after_timestamp_seconds")),
        shown=(
            Column("target", "Target", (("custom.width", 215),)),
            Column("position", "Position", (("custom.width", 75),)),
            Column("role", "Role", (("custom.width", 105),)),
            Column("subject", "Subject"),
            Column("issuer", "Issuer"),
            Column("Value #A", "Begins", AS_DATE),
            Column("Value #B", "Ends", AS_DATE),
            Column("key_algorithm", "Key", (("custom.width", 70),)),
            Column("key_bits", "Bits", (("custom.width", 60),)),
            Column("signature_algorithm", "Signature", (("custom.width", 150),)),
            Column("serial_number", "Serial number", (("custom.width", 130),)),
        ),
        by=(("Target", False), ("Position", False)),
    )


def _course() -> tuple[Panel, ...]:
    left = f"(max by (target) ({of(ENDS, OF_HOST)}) - time()) / {DAY}"
    limits = f"max by (severity) ({of(f'aescan_expiry_threshold_seconds{{{HERE}}}', OF_HOST)}) / {DAY}"
    dashed = [("custom.lineStyle", {"fill": "dash", "dash": [8, 8]}), ("custom.fillOpacity", 0)]
    panel = curves(
        Words(
            "Days left, and the thresholds",
            "Days until the chain of each port ends, and how many days before the end each severity begins (the widest"
            " over the ports). A renewal is a step upwards.",
            "suffix: days",
        ),
        Query(left, "{{target}}", course=True),
        Query(limits, "{{severity}}", course=True),
    )
    for _, severity, colour in SEVERITIES:
        values = [*dashed, ("color", palette.fixed(colour))]
        panel = panel.override_by_name(severity, properties(values))
    return (
        panel,
        states(
            Words(
                "Findings over time",
                "Every finding of the host in the colour of its severity while it held on any port. docs/findings.md"
                " tells what each means and what to do.",
                "short",
            ),
            Query(worst_severity("code"), "{{code}}", course=True),
            SEVERITIES,
        ),
    )


def _reach() -> tuple[Panel, ...]:
    return (
        states(
            Words(
                "Reached",
                "Whether the last probe of each port had captured a certificate at each moment.",
                "short",
            ),
            Query(f"max by (target) ({of(REACH, OF_HOST)})", "{{target}}", course=True),
            REACHED,
        ),
        matrix(
            Words(
                "Clients",
                "Whether each kind of client can connect to each port, as far as what was seen tells;"
                " docs/clients.md has"
                " the clients.",
                "short",
            ),
            Query(f"max by (client, target) ({of(f'aescan_client_compatible{{{HERE}}}', OF_HOST)})"),
            "client",
            "target",
            CONNECTS,
        ),
    )


def _verdicts() -> tuple[Panel, ...]:
    return (
        matrix(
            Words(
                "Trust stores",
                "Whether clients with each of the settings' trust stores accept the chain of each port. Empty where the"
                " settings name none.",
                "short",
                none="no trust stores in the settings",
            ),
            Query(f"max by (store, target) ({of(f'aescan_chain_trusted{{{HERE}}}', OF_HOST)})"),
            "store",
            "target",
            TRUSTS,
        ),
        matrix(
            Words(
                "Protocol versions",
                "Which versions each port accepts. Empty where the inventory does not ask (protocols: true).",
                "short",
                none="not asked",
            ),
            Query(f"max by (version, target) ({of(f'aescan_tls_protocol_supported{{{HERE}}}', OF_HOST)})"),
            "version",
            "target",
            SPEAKS,
        ),
    )


def host() -> Board:
    """Return the dashboard."""
    changed = of(f"clamp_min({CHANGES} - {CHANGES} offset 1h, 0) > 0", OF_HOST)
    chosen = '{site=~"$site", aes_service=~"$service", owner=~"$owner"}'
    names = f"label_values(aescan_target_info{chosen}, host)"
    targets = f'label_values(aescan_target_info{{host="$host", {chosen[1:]}, target)'
    ports = choice(
        "target", "Port", targets, "The targets on the host, by their names in the inventory.", all_value=None
    )
    return Board(
        uid="aescan-host",
        title="aescan: Host",
        description="One AE Services host: every port with its chain, its findings over time, who can connect.",
        since="now-90d",
        variables=(*choices(), one("host", "Host", names, "The host as the inventory names it."), ports),
        events=(
            Event(
                "Certificate changed",
                f"sum by (target) (\n  {changed}\n)",
                "1h",
                "{{target}} presents another leaf than the hour before",
                palette.GOOD,
            ),
        ),
        rows=(
            Row(4, evenly(*_now())),
            Row(8, evenly(_ports())),
            Row(10, evenly(*_course())),
            Row(9, evenly(_chains())),
            Row(7, evenly(*_reach())),
            Row(7, evenly(*_verdicts())),
        ),
    )


def _mapped(named: tuple[tuple[int, str, str], ...]) -> list[dict[str, object]]:
    values = {str(value): {"text": name, "color": colour, "index": value} for value, name, colour in named}
    return [{"type": "value", "options": values}]
