"""
The plan as one HTML page, to print or to tick.

It has no script and loads nothing from anywhere; every text is made printable here and escaped by jinja2.
"""

from collections.abc import Iterator
from typing import Final

from jinja2 import Environment, StrictUndefined

from aescan.report.causes import counted
from aescan.report.model import Report
from aescan.report.plan.text import caveats
from aescan.report.plan.work import at, from_where, plan, when, where
from aescan.text import printable

LONGEST: Final = 4096
"""Characters of a piece: longer than any sentence or remedy of ours, a bound to those of strangers."""

TEMPLATE: Final = """\
{%- macro box(step) -%}
<li><label><input type="checkbox"> {{ step.text | shown }}</label>
{%- if step.menu %}<br><b>{{ where(step) | shown }}</b>{% endif %}
{%- if step.choices %}
<ul>
{%- for choice in step.choices %}
<li><label><input type="checkbox"> {{ choice.title | shown }}</label> <small>{{ choice.source | shown }}</small>
{%- if choice.how %}
<ol>
{%- for how in choice.how %}
<li><label><input type="checkbox"> {{ how | shown }}</label></li>
{%- endfor %}
</ol>
{%- endif %}</li>
{%- endfor %}
</ul>
{%- endif %}
<br><small>{{ from_where(step) | shown }}</small></li>
{%- endmacro -%}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Work on AE Services certificates</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-top: 1px solid; padding-top: .5rem; overflow-wrap: anywhere; }
li { margin: .4rem 0; overflow-wrap: anywhere; }
ol, ul { padding-left: 1.5rem; }
.steps { list-style: none; padding-left: 0; }
small { opacity: .75; }
.caveat { border: 2px solid; padding: .5rem; font-weight: bold; }
@media print { h2, h3 { break-after: avoid; } li { break-inside: avoid; } }
</style>
</head>
<body>
<h1>Work on AE Services certificates</h1>
<p>As seen on {{ report.moment.strftime("%Y-%m-%d at %H:%M") }} UTC by aescan {{ report.version | shown }}.</p>
{%- for caveat in caveats(report) %}
<p class="caveat">{{ caveat | shown }}</p>
{%- endfor %}
{%- if work.hosts %}
<p>{{ counted(work.hosts | length, "host") }} to work on, {{ work.overdue }} of them overdue.</p>
{%- else %}
<p>Nothing to do.</p>
{%- endif %}
{%- for title, steps in work.once %}
<h2>Once: {{ title | shown }}</h2>
<ul class="steps">
{%- for step in steps %}
{{ box(step) }}
{%- endfor %}
</ul>
{%- endfor %}
{%- for host in work.hosts %}
<h2>{{ host.host | shown }}: {{ when(host.due, report.moment) }}</h2>
{%- if host.names %}
<p>Dialled as {{ host.names | join(", ") | shown }}.</p>
{%- endif %}
{%- if host.failing %}
<p>Clients that cannot connect today: {{ host.failing | join(", ") | shown }}.</p>
{%- endif %}
{%- for task in host.tasks %}
<h3>{{ task.title | shown }}{% if task.due %}, {{ when(task.due, report.moment) }}{% endif %}</h3>
<ul>
{%- for reason in task.reasons %}
<li>{{ reason.title | shown }}: {{ reason.sentence | shown }} ({{ at(reason.targets) | shown }})</li>
{%- endfor %}
</ul>
<ul class="steps">
{%- for step in task.steps %}
{{ box(step) }}
{%- endfor %}
</ul>
{%- endfor %}
{%- endfor %}
</body>
</html>
"""


def _shown(text: str) -> str:
    return printable(text, LONGEST)


_ENVIRONMENT: Final = Environment(autoescape=True, undefined=StrictUndefined)
_ENVIRONMENT.filters["shown"] = _shown
_ENVIRONMENT.globals.update(caveats=caveats, at=at, counted=counted, from_where=from_where, when=when, where=where)
_PAGE: Final = _ENVIRONMENT.from_string(TEMPLATE)


def render(report: Report) -> Iterator[str]:
    """Return the page in pieces."""
    yield from _PAGE.generate(report=report, work=plan(report))
    yield "\n"
