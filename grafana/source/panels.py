"""
The kinds of panels that the dashboards are made of, with everything said that the library leaves open.

Words, queries and limits come in, panels go out, not placed yet. The library's own defaults are not those of Grafana's
editor (no legend, no calculation, no colour), hence each is set here. Every query over many targets is an instant one,
whose answer is counted or cut in Prometheus; a curve has at most ``POINTS`` moments.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from grafana_foundation_sdk.builders import (
    barchart,
    bargauge,
    common,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import common as model
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models import prometheus as query_model

from grafana.source import palette

DATASOURCE: Final = model.DataSourceRef(type_val="prometheus", uid="${datasource}")

POINTS: Final = 120
"""The most moments that a curve is asked for: each costs Prometheus a look at every target."""

AS_DATE: Final = (("unit", "dateTimeAsIso"), ("custom.width", 165))
NEVER: Final = [{"type": "value", "options": {"0": {"text": "never", "color": palette.WARNING, "index": 0}}}]
DAYS: Final = (
    ("unit", "suffix: days"),
    ("decimals", 0),
    ("thresholds", palette.steps(palette.DAYS_LEFT)),
    ("custom.cellOptions", {"type": "color-text"}),
    ("custom.width", 100),
)

"""What the columns of tables have: a moment, one that may never have been, and the days until one."""

Panel = stat.Panel | table.Panel | timeseries.Panel | barchart.Panel | bargauge.Panel | statetimeline.Panel
P = TypeVar("P", stat.Panel, table.Panel, timeseries.Panel, barchart.Panel, bargauge.Panel, statetimeline.Panel)


@dataclass(frozen=True, slots=True)
class Words:
    """What people read of a panel: its title, what it shows and what to make of it, and the unit of its numbers."""

    title: str
    description: str
    unit: str
    limits: palette.Limits = palette.NEUTRAL
    decimals: int | None = None
    none: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """An expression, what its series are called, and whether their course is asked for or the newest values."""

    expr: str
    legend: str = ""
    course: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name in the query, its heading, and what else Grafana is to know of it."""

    name: str
    heading: str
    properties: tuple[tuple[str, object], ...] = ()


def query(asked: Query, number: int, *, as_table: bool = False) -> prometheus.Dataquery:
    """Return the query as a panel has it; the first is A, the second B."""
    made = prometheus.Dataquery().datasource(DATASOURCE).expr(asked.expr).ref_id("ABCDEFGHIJ"[number])
    made = made.legend_format(asked.legend or "__auto")
    made = made.range() if asked.course else made.instant()
    return made.format(query_model.PromQueryFormat.TABLE) if as_table else made


def _told(panel: P, words: Words, queries: Sequence[Query], *, as_table: bool = False) -> P:
    panel = panel.title(words.title).description(words.description).datasource(DATASOURCE)
    panel = panel.unit(words.unit).thresholds(palette.thresholds(words.limits))
    if isinstance(panel, timeseries.Panel | barchart.Panel):  # series without a colour of their own differ in lightness
        colour = build.FieldColor().mode(dashboard.FieldColorModeId.SHADES).fixed_color(palette.NOTICE)
    else:
        colour = build.FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS)
    panel = panel.color_scheme(colour)
    for number, asked in enumerate(queries):
        panel = panel.with_target(query(asked, number, as_table=as_table))
    if any(asked.course for asked in queries):
        panel = panel.max_data_points(POINTS)
    if words.decimals is not None:
        panel = panel.decimals(words.decimals)
    return panel if words.none is None else panel.no_value(words.none)


def _reduced() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def number(words: Words, asked: Query, named: Sequence[tuple[int, str, str]] = ()) -> stat.Panel:
    """Return a panel with one number in the colour of its limits, or with the name that a number stands for."""
    panel = _told(stat.Panel(), words, (asked,)).reduce_options(_reduced()).text_mode(model.BigValueTextMode.VALUE)
    if named:
        panel = panel.mappings([mapping(named)])
    return panel.color_mode(model.BigValueColorMode.VALUE).graph_mode(model.BigValueGraphMode.NONE)


def _legend() -> common.VizLegendOptions:
    shown = common.VizLegendOptions().show_legend(True).display_mode(model.LegendDisplayMode.LIST)
    return shown.placement(model.LegendPlacement.BOTTOM).calcs([])


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions().mode(model.TooltipDisplayMode.MULTI).sort(model.SortOrder.DESCENDING)


def curves(
    words: Words,
    *queries: Query,
    colours: Sequence[tuple[str, str]] = (),
    stacked: bool = False,
    logarithmic: bool = False,
) -> timeseries.Panel:
    """Return the course of some numbers; ``colours`` are those of series by their names."""
    panel = _told(timeseries.Panel(), words, queries).legend(_legend()).tooltip(_tooltip())
    panel = panel.line_width(2).fill_opacity(30 if stacked else 8).show_points(model.VisibilityMode.NEVER)
    panel = panel.axis_soft_min(0).span_nulls(bool(0))
    panel = panel.line_interpolation(model.LineInterpolation.STEP_AFTER)
    if stacked:
        panel = panel.stacking(common.StackingConfig().mode(model.StackingMode.NORMAL).group("A"))
    if logarithmic:
        scale = common.ScaleDistributionConfig().type(model.ScaleDistribution.LOG).log(10)
        panel = panel.scale_distribution(scale)
    return coloured(panel, colours)


def properties(values: Iterable[tuple[str, object]]) -> list[dashboard.DynamicConfigValue]:
    """Return these properties as an override has them."""
    return [dashboard.DynamicConfigValue(id_val, value) for id_val, value in values]


def coloured(panel: P, colours: Sequence[tuple[str, str]]) -> P:
    """Return the panel with these colours for the series of these names."""
    for name, colour in colours:
        panel = panel.override_by_name(name, [dashboard.DynamicConfigValue("color", palette.fixed(colour))])
    return panel


def columns(
    words: Words, asked: Query, axis: Query, x: str, series: str, names: Sequence[tuple[str, str, str]]
) -> barchart.Panel:
    """
    Return stacked columns: one for each value of the label ``x``, in it a part for each value of the label ``series``.

    ``axis``
        Has every value of ``x`` that is to have a place, be it empty.
    ``names``
        Value, heading and colour of each part.
    """
    panel = _told(barchart.Panel(), words, (asked, axis), as_table=True).legend(_legend()).tooltip(_tooltip())
    panel = panel.with_transformation(dashboard.DataTransformerConfig("merge", options={}))
    matrix = {"rowField": x, "columnField": series, "valueField": "Value #A", "emptyValue": "null"}
    heading = f"{x}\\{series}"
    panel = panel.with_transformation(dashboard.DataTransformerConfig("groupingToMatrix", options=matrix))
    order: dict[str, object] = {"fields": {}, "sort": [{"field": heading}]}
    panel = panel.with_transformation(dashboard.DataTransformerConfig("sortBy", options=order))
    panel = panel.x_field(heading).stacking(model.StackingMode.NORMAL).orientation(model.VizOrientation.VERTICAL)
    panel = panel.show_value(model.VisibilityMode.NEVER).group_width(0.8).bar_width(0.95).fill_opacity(90).line_width(0)
    panel = panel.x_tick_label_spacing(60)
    for value, name, colour in names:
        properties = [
            dashboard.DynamicConfigValue("displayName", name),
            dashboard.DynamicConfigValue("color", palette.fixed(colour)),
        ]
        panel = panel.override_by_name(value, properties)
    return panel


def bars(words: Words, asked: Query) -> bargauge.Panel:
    """Return a horizontal bar for each series, longest first as the query has them."""
    panel = _told(bargauge.Panel(), words, (asked,)).reduce_options(_reduced()).min(0)
    panel = panel.orientation(model.VizOrientation.HORIZONTAL).display_mode(model.BarGaugeDisplayMode.BASIC)
    panel = panel.value_mode(model.BarGaugeValueMode.TEXT).show_unfilled(False)
    panel = panel.text(common.VizTextDisplayOptions().title_size(12).value_size(14))
    return panel.name_placement(model.BarGaugeNamePlacement.LEFT).sizing(model.BarGaugeSizing.AUTO)


def rows(
    words: Words, *queries: Query, shown: Sequence[Column], by: Sequence[tuple[str, bool]], merged: bool = True
) -> table.Panel:
    """
    Return a table with these columns and no others, in this order; several queries are merged row by row.

    ``by``
        Headings of the columns to sort by, and whether the largest is first.
    """
    panel = _told(table.Panel(), words, queries, as_table=True).show_header(True).cell_height(model.TableCellHeight.SM)
    if merged and len(queries) > 1:
        panel = panel.with_transformation(dashboard.DataTransformerConfig("merge", options={}))
    kept = {"include": {"names": [column.name for column in shown]}}
    panel = panel.with_transformation(dashboard.DataTransformerConfig("filterFieldsByName", options=kept))
    arranged = {
        "excludeByName": {},
        "indexByName": {column.name: place for place, column in enumerate(shown)},
        "renameByName": {column.name: column.heading for column in shown},
    }
    panel = panel.with_transformation(dashboard.DataTransformerConfig("organize", options=arranged))
    panel = panel.sort_by([common.TableSortByFieldState().display_name(name).desc(largest) for name, largest in by])
    for column in shown:
        # a unit for all would make 4.72 K of a port: what comes from a label stays as it is
        as_text = () if column.name.startswith("Value") else (("unit", "string"),)
        if values := (*as_text, *column.properties):
            panel = panel.override_by_name(column.heading, properties(values))
    return panel


def states(words: Words, asked: Query, named: Sequence[tuple[int, str, str]]) -> statetimeline.Panel:
    """Return a strip for each series; ``named`` are number, name and colour of each state."""
    panel = _told(statetimeline.Panel(), words, (asked,)).legend(_legend()).mappings([mapping(named)])
    panel = panel.merge_values(True).show_value(model.VisibilityMode.NEVER)
    return panel.row_height(0.8).fill_opacity(90).line_width(0)


def matrix(words: Words, asked: Query, row: str, column: str, named: Sequence[tuple[int, str, str]]) -> table.Panel:
    """Return a table with a cell for each pair of the values of two labels; ``named`` as in ``states``."""
    panel = _told(table.Panel(), words, (asked,), as_table=True).show_header(True).cell_height(model.TableCellHeight.SM)
    options = {"rowField": row, "columnField": column, "valueField": "Value", "emptyValue": "null"}
    panel = panel.with_transformation(dashboard.DataTransformerConfig("groupingToMatrix", options=options))
    panel = panel.mappings([mapping(named)]).cell_options(model.TableColorTextCellOptions())
    panel = panel.align(model.FieldTextAlignment.LEFT)
    heading = dashboard.DynamicConfigValue("displayName", row)
    return panel.override_by_name(f"{row}\\{column}", [heading])


def mapping(named: Sequence[tuple[int, str, str]]) -> dashboard.ValueMap:
    """Return names and colours for these numbers."""
    return dashboard.ValueMap(
        {
            str(value): dashboard.ValueMappingResult(text=name, color=colour, index=place)
            for place, (value, name, colour) in enumerate(named)
        }
    )
