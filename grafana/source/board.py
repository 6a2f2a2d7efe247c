"""
A dashboard put together: variables, links, annotations, and every panel at its place with its number.

Rows of panels come in, the JSON of a dashboard goes out, in the classic form that Grafana provisions from files. The
library leaves panels without ids, and its own layout runs over the right edge, so both are done here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model

from grafana.source.panels import DATASOURCE, Panel

COLUMNS: Final = 24
TAG: Final = "aescan"
EVERYTHING: Final = model.VariableOption(selected=True, text="All", value="$__all")


@dataclass(frozen=True, slots=True)
class Row:
    """Panels beside each other, each with its width, under a heading where there is one."""

    height: int
    panels: tuple[tuple[int, Panel], ...]
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What stands as a line across all curves: an expression above 0 while it happens, asked for once per ``step``."""

    name: str
    expr: str
    step: str
    text: str
    colour: str
    value_is_time: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A whole dashboard before it is written; ``since`` is the time it looks back unless told."""

    uid: str
    title: str
    description: str
    since: str
    variables: tuple[build.QueryVariable, ...]
    events: tuple[Event, ...]
    rows: tuple[Row, ...]


def choice(name: str, label: str, query: str, description: str, *, all_value: str | None = ".*") -> build.QueryVariable:
    """Return a variable of which several values may be chosen, or all; ``all_value`` matches missing labels too."""
    made = _variable(name, label, query, description).multi(True).include_all(True).current(EVERYTHING)
    return made if all_value is None else made.all_value(all_value)


def one(name: str, label: str, query: str, description: str) -> build.QueryVariable:
    """Return a variable of which one value is chosen."""
    return _variable(name, label, query, description).multi(False).include_all(False)


def _variable(name: str, label: str, query: str, description: str) -> build.QueryVariable:
    made = build.QueryVariable(name).label(label).description(description).datasource(DATASOURCE)
    made = made.query(
        {"query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery", "qryType": 1}
    ).definition(query)
    return made.refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(model.VariableSort.ALPHABETICAL_ASC)


def encoded(board: Board) -> str:
    """Return the dashboard as the text of its file: the same one for the same board."""
    made = build.Dashboard(board.title).uid(board.uid).description(board.description).tags([TAG])
    made = made.time(board.since, "now").refresh("5m").timezone("browser").tooltip(model.DashboardCursorSync.CROSSHAIR)
    made = made.readonly().with_variable(_datasource())
    for variable in board.variables:
        made = made.with_variable(variable)
    for event in board.events:
        made = made.annotation(_annotation(event))
    others = build.DashboardLink("aescan").type(model.DashboardLinkType.DASHBOARDS).tags([TAG]).icon("external link")
    made = made.link(others.tooltip("The other dashboards of aescan").include_vars(True).keep_time(True))
    _place(made, board.rows)
    return JSONEncoder(sort_keys=True, indent=2).encode(made.build()) + "\n"


def _datasource() -> build.DatasourceVariable:
    return build.DatasourceVariable("datasource").type("prometheus").label("Data source")


def _annotation(event: Event) -> build.AnnotationQuery:
    # Grafana 10 and 11 read expr and step, later ones the target; each ignores the other
    target = prometheus.Dataquery().datasource(DATASOURCE).expr(event.expr).interval(event.step).ref_id("Anno").range()
    made = build.AnnotationQuery().name(event.name).datasource(DATASOURCE).enable(True).icon_color(event.colour)
    made = made.expr(event.expr).step(event.step).target(target)
    return made.title_format(event.name).text_format(event.text).use_value_for_time(event.value_is_time)


def _place(made: build.Dashboard, rows: Sequence[Row]) -> None:
    number, y = 0, 0
    for row in rows:
        if row.heading:
            number += 1
            place = model.GridPos(h=1, w=COLUMNS, x=0, y=y)
            made.with_row(build.Row(row.heading).id(number).grid_pos(place))
            y += 1
        x = 0
        for width, panel in row.panels:
            number += 1
            made.with_panel(panel.id(number).grid_pos(model.GridPos(h=row.height, w=width, x=x, y=y)))
            x += width
        y += row.height


def evenly(*panels: Panel) -> tuple[tuple[int, Panel], ...]:
    """Return the panels of a row, all of one width."""
    return tuple((COLUMNS // len(panels), panel) for panel in panels)


def choices() -> Iterable[build.QueryVariable]:
    """Return the variables that every dashboard has: which targets are meant."""
    yield choice("site", "Site", "label_values(aescan_target_info, site)", "The label site of the inventory.")
    service = "The service of AE Services that the port belongs to, by the service catalogue."
    yield choice("service", "Service", 'label_values(aescan_target_info{site=~"$site"}, aes_service)', service)
    owner = 'label_values(aescan_target_info{site=~"$site", aes_service=~"$service"}, owner)'
    yield choice("owner", "Owner", owner, "The label owner of the inventory.")
