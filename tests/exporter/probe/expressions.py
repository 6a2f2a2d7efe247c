"""
What alerts and dashboards made for other exporters ask of Prometheus, and what is right of the targets of the field.

Each is the query as Prometheus gets it, its variables resolved, and the project that asks it. Nothing else of theirs is
here. Where a target has no series it must have none: an alert on it would be wrong.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.exporter.probe.field import Field

Values = Mapping[str, Sequence[float]]

MIXIN = "blackbox-exporter-mixin"
"""adinhodovic/blackbox-exporter-mixin: alerts and dashboard, as monitoring.mixins.dev and Perses have them too."""
AWESOME = "awesome-prometheus-alerts"
"""samber/awesome-prometheus-alerts."""
SSL = "ssl_exporter"
"""ribbybibby/ssl_exporter: dashboard (grafana.com 11279) and README; the alerts of piotrkochan/ssl_exporter."""
X509 = "x509-certificate-exporter"
"""enix/x509-certificate-exporter: alerts of its chart."""
GRAFANA = "grafana.com"
"""Dashboards 5345, 7587, 11175, 11529, 13659, 14928, 16124 and 16292."""

SEEN = ("healthy", "soon", "expired", "unverified")


@dataclass(frozen=True, slots=True)
class Asked:
    """An expression, who asks it, and the values that are right by the story of the target."""

    source: str
    expr: str
    right: Callable[[Field], Values]

    def __str__(self) -> str:
        """Return what the test is called."""
        return f"{self.source}: {self.expr}"


def exactly(**values: float) -> Callable[[Field], Values]:
    """Each of these targets has one series with its value, no other has any."""
    return lambda _: {story: [value] for story, value in values.items()}


def left(*stories: str, unit: int = 1) -> Callable[[Field], Values]:
    """Each of these targets has one series, the seconds (or units of so many) its chain lasts, no other has any."""
    return lambda field: {story: [field.left(story) / unit] for story in stories}


def overall(value: float) -> Callable[[Field], Values]:
    """There is one series, of no target."""
    return lambda _: {"": [value]}


def nothing(_: Field) -> Values:
    """There is no series."""
    return {}


JOB = 'job="blackbox-exporter"'
LEFT = "round((last_over_time(probe_ssl_earliest_cert_expiry[10m]) - time()) / 86400, 0.1)"
SELECTED = 'cluster="", job=~"blackbox-exporter"'
"""As the mixin's dashboard selects where there is one cluster without a name."""
CHOSEN = f'{SELECTED}, instance=~".+"'
NOT_VERIFIED = '{__name__=~"ssl_.*cert_not_after", __name__!="ssl_verified_cert_not_after"} - time()'
UP = dict.fromkeys(SEEN, 1)

OF_PROBES_AND_RULES = [
    Asked(MIXIN, f"probe_success{{{JOB}}} == 0", exactly(unreachable=0)),
    Asked(MIXIN, f"avg_over_time(probe_success{{{JOB}}}[30d]) * 100 < 99.9", exactly(unreachable=0)),
    Asked(MIXIN, f"probe_ssl_earliest_cert_expiry{{{JOB}}} - time() < 21 * 24 * 3600", left("soon", "expired")),
    Asked(MIXIN, f"probe_ssl_earliest_cert_expiry{{{JOB}}} - time() < 0", left("expired")),
    Asked(MIXIN, f"max by (instance) (probe_success{{{SELECTED}}})", exactly(**UP, unreachable=0)),
    Asked(MIXIN, f"count(probe_success{{{SELECTED}}})", overall(5)),
    Asked(MIXIN, f"count(probe_success{{{SELECTED}}} == 1) / count(probe_success{{{SELECTED}}})", overall(0.8)),
    Asked(MIXIN, f"avg_over_time(probe_success{{{CHOSEN}}}[30d])", exactly(**UP, unreachable=0)),
    Asked(MIXIN, f"min by (instance) (probe_ssl_earliest_cert_expiry{{{CHOSEN}}} - time())", left(*SEEN)),
    Asked(MIXIN, f"max by (instance, version) (probe_tls_version_info{{{CHOSEN}}})", exactly(**UP)),
    Asked(MIXIN, f"count(avg by (instance) (probe_duration_seconds{{{CHOSEN}}}) > 0)", overall(5)),
    Asked(GRAFANA, 'probe_tls_version_info{version=~".*.2"}', exactly(**UP)),
    Asked(AWESOME, "probe_success == 0", exactly(unreachable=0)),
    Asked(AWESOME, f"3 <= {LEFT} < 20", exactly(soon=5)),
    Asked(AWESOME, f"0 <= {LEFT} < 3", nothing),
    Asked(AWESOME, f"{LEFT} < 0", exactly(expired=-10)),
    Asked(GRAFANA, "- probe_success", exactly(**dict.fromkeys(SEEN, -1), unreachable=0)),
    Asked(GRAFANA, "probe_ssl_earliest_cert_expiry - time() < (3600 * 24 * 30)", left("soon", "expired")),
]
"""What ``/probe`` and the recording rules both answer."""

OF_PROBES = [
    Asked(MIXIN, f"count(avg by (instance) (probe_dns_lookup_time_seconds{{{CHOSEN}}}) < 1)", overall(5)),
    Asked(GRAFANA, "probe_ip_protocol", exactly(**dict.fromkeys(SEEN, 4))),
    Asked(AWESOME, "ssl_probe_success == 0", exactly(unreachable=0)),
    Asked(AWESOME, 'ssl_verified_cert_not_after{chain_no="0"} - time() < 86400 * 7', left("soon")),
    Asked(AWESOME, "count by (instance) (ssl_verified_cert_not_after)", exactly(healthy=3, soon=3)),
    Asked(SSL, f"{NOT_VERIFIED} < 86400 * 7", left("soon", "expired")),
    Asked(SSL, f"{NOT_VERIFIED} <= 0", left("expired")),
    Asked(SSL, 'ssl_tls_version_info{version=~"TLS 1.0|TLS 1.1"} == 1', nothing),
    Asked(SSL, "count(ssl_cert_not_after) by (instance)", exactly(**dict.fromkeys(SEEN, 2))),
    Asked(SSL, "count(max(ssl_cert_not_after) by (issuer_cn, serial_no))", overall(6)),
    Asked(SSL, f"(up{{{JOB}}} == 0 or ssl_probe_success{{{JOB}}} == 0) ^ 0", exactly(unreachable=1)),
    Asked(SSL, "(ssl_cert_not_after - time()) / 24 / 60 / 60 < 0", left("expired", unit=86400)),
    Asked(X509, "(x509_cert_not_after - time()) < (28 * 86400) and (x509_cert_not_after - time()) > 0", left("soon")),
    Asked(X509, "(x509_cert_not_after - time()) < (14 * 86400)", left("soon", "expired")),
    Asked(X509, "(x509_cert_not_before - time()) > 0", nothing),
    Asked(X509, "x509_source_up == 0", exactly(unreachable=0)),
    Asked(X509, "count by (instance) (x509_cert_not_before)", exactly(**dict.fromkeys(SEEN, 2))),
]
"""What only ``/probe`` answers."""

OF_NEITHER = [
    Asked(AWESOME, "ssl_ocsp_response_status == 1", nothing),
    Asked(AWESOME, "probe_http_status_code <= 199 or probe_http_status_code >= 400", nothing),
    Asked(MIXIN, f"max by (instance) (probe_http_ssl{{{CHOSEN}}})", nothing),
    Asked(MIXIN, f"avg(probe_icmp_duration_seconds{{{CHOSEN}}}) by (phase)", nothing),
]
"""What asks for an HTTP exchange, an echo or a stapled answer of OCSP, none of which a capture has."""
