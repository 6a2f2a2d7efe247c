// Draws the dashboard at /dashboard.json with Grafana's own components, and says on the window when it is done and what
// each panel showed. Not Grafana: variables, legends and places are put in here.
import './boot';
import { type DataFrame, dateTime, FieldType, getFieldDisplayName, getFieldDisplayValues, getFieldSeriesColor } from '@grafana/data';
import { BarGauge, BigValue, GlobalStyles, PanelChrome, ThemeContext, TimeSeries } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import { Component, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BarChart, Legend, StateTimeline } from './charts';
import { ask, frames } from './data';
import { chosen, interpolate, now, span, theme } from './page';

type Anything = any;
type Drawn = { panel: Anything; data: DataFrame[]; error?: string };
type Event = { time: number; colour: string };

const WIDTH = 1600;
const CELL = WIDTH / 24;
const ROW = 38;
const timeRange: Anything = { from: dateTime((now - span) * 1000), to: dateTime(now * 1000), raw: { from: '', to: '' } };

class Guard extends Component<{ children: ReactNode }, { error?: Error }> {
  state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  componentDidCatch(error: Error) {
    console.error(error.message);
  }
  render() {
    return this.state.error ? <pre>{this.state.error.message}</pre> : this.props.children;
  }
}

function values(panel: Anything, data: DataFrame[]): Anything[] {
  return getFieldDisplayValues({
    fieldConfig: panel.fieldConfig,
    reduceOptions: panel.options.reduceOptions,
    replaceVariables: interpolate,
    theme,
    data,
    sparkline: false,
    timeZone: 'utc',
  } as Anything);
}

function Stat({ panel, data, width, height }: Anything) {
  const { colorMode, graphMode, justifyMode, textMode } = panel.options;
  const [value] = values(panel, data);
  return <BigValue value={value.display} {...{ colorMode, graphMode, justifyMode, textMode, width, height, theme }} />;
}

function Bars({ panel, data, width, height }: Anything) {
  const shown = values(panel, data);
  const each = Math.min(30, height / shown.length);
  const most = Math.max(...shown.map((value) => value.display.numeric));
  return shown.map((value, at) => (
    <div key={at} style={{ display: 'flex', height: each, alignItems: 'center' }}>
      <BarGauge
        value={value.display}
        field={{ ...value.field, min: 0, max: most }}
        display={value.view?.getFieldDisplayProcessor(value.colIndex)}
        orientation={'horizontal' as Anything}
        displayMode={panel.options.displayMode}
        valueDisplayMode={panel.options.valueMode}
        namePlacement={panel.options.namePlacement}
        text={panel.options.text}
        showUnfilled={panel.options.showUnfilled}
        alignmentFactors={{ title: shown.map((one) => one.display.title).reduce((a, b) => (a.length > b.length ? a : b)), text: '1000' } as Anything}
        {...{ width, height: each - 4, theme }}
      />
    </div>
  ));
}

function Curves({ panel, data, width, height, events }: Anything) {
  const fields = data.flatMap((frame: DataFrame) => frame.fields.filter((field) => field.type === FieldType.number).map((field) => [frame, field]));
  const items = fields.map(([frame, field]: Anything) => ({
    label: getFieldDisplayName(field, frame, data),
    color: getFieldSeriesColor(field, theme).color,
  }));
  const lines = (u: Anything) => {
    for (const event of events as Event[]) {
      const x = u.valToPos(event.time, 'x', true);
      u.ctx.save();
      u.ctx.strokeStyle = u.ctx.fillStyle = event.colour;
      u.ctx.globalAlpha = 0.7;
      u.ctx.setLineDash([3, 3]);
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    }
  };
  return (
    <div>
      <TimeSeries frames={data} timeRange={timeRange} timeZone="utc" width={width} height={height - 30} legend={{ showLegend: false } as Anything} options={panel.options}>
        {(builder: Anything) => {
          builder.addHook('draw', lines);
          return null;
        }}
      </TimeSeries>
      <Legend items={items} />
    </div>
  );
}

function Rows({ panel, data, width, height }: Anything) {
  const frame = data[0];
  const sorted = panel.options.sortBy?.map(({ displayName, desc }: Anything) => ({ displayName, desc: Boolean(desc) }));
  const more: Anything = { enableSharedCrosshair: false, structureRev: 1, sortBy: sorted, cellHeight: 'sm' };
  return <TableNG data={frame} {...{ width, height, timeRange }} {...more} />;
}

const kinds: Record<string, (drawn: Anything) => ReactNode> = {
  stat: Stat,
  bargauge: Bars,
  timeseries: Curves,
  table: Rows,
  barchart: BarChart,
  'state-timeline': StateTimeline,
};

function Shown({ panel, data, error, width, height, events }: Anything) {
  const Kind = kinds[panel.type];
  if (error) {
    return <pre>{error}</pre>;
  }
  if (!data.some((frame: DataFrame) => frame.length)) {
    return <div style={{ padding: 20, textAlign: 'center', opacity: 0.7 }}>{panel.fieldConfig.defaults.noValue ?? 'No data'}</div>;
  }
  return <Guard>{<Kind {...{ panel, data, width, height, events }} />}</Guard>;
}

async function drawn(panel: Anything): Promise<Drawn> {
  if (panel.type === 'row') {
    return { panel, data: [] };
  }
  try {
    return { panel, data: await frames(panel) };
  } catch (error) {
    return { panel, data: [], error: String(error) };
  }
}

// An annotation's moments: of those that follow each other within a step the first, as Grafana groups them.
async function happened(annotation: Anything): Promise<Event[]> {
  const seconds = { m: 60, h: 3600, d: 86400 }[annotation.step.slice(-1) as 'm' | 'h' | 'd'] * parseInt(annotation.step, 10);
  const found = await ask(annotation.expr, false, span / seconds);
  const times = found.flatMap((one) => one.values.map(([at, value]: [number, string]) => (annotation.useValueForTime ? Number(value) / 1000 : at)));
  return [...new Set<number>(times)].map((time) => ({ time: time * 1000, colour: annotation.iconColor }));
}

function Choices({ board }: Anything) {
  const { border, text, background } = theme.colors;
  return (
    <div style={{ display: 'flex', gap: 8, margin: '0 8px 10px', fontSize: 13 }}>
      {board.templating.list.map((variable: Anything) => (
        <span key={variable.name} style={{ border: `1px solid ${border.medium}`, background: background.primary }}>
          <span style={{ padding: '4px 8px', display: 'inline-block', color: text.primary }}>{variable.label}</span>
          <span style={{ padding: '4px 8px', display: 'inline-block', borderLeft: `1px solid ${border.medium}`, color: text.secondary }}>
            {variable.name === 'datasource' ? 'Prometheus' : chosen(variable.name)}
          </span>
        </span>
      ))}
    </div>
  );
}

async function main() {
  const board = await (await fetch('/dashboard.json')).json();
  const all = await Promise.all(board.panels.map(drawn));
  const events = (await Promise.all(board.annotations.list.map(happened))).flat();
  const bottom = Math.max(...board.panels.map(({ gridPos }: Anything) => gridPos.y + gridPos.h)) * ROW;
  Object.assign(document.body.style, { background: theme.colors.background.canvas, color: theme.colors.text.primary, margin: '0' });
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <h4 style={{ margin: '10px 8px' }}>{board.title}</h4>
      <Choices board={board} />
      <div style={{ position: 'relative', width: WIDTH, height: bottom }}>
        {all.map(({ panel, data, error }) => {
          const { x, y, w, h } = panel.gridPos;
          const [width, height] = [w * CELL - 8, h * ROW - 8];
          return (
            <div key={panel.id} style={{ position: 'absolute', left: x * CELL + 4, top: y * ROW, width, height }}>
              {panel.type === 'row' ? (
                <h6 style={{ margin: '6px 4px' }}>{panel.title}</h6>
              ) : (
                <PanelChrome title={panel.title} description={panel.description} width={width} height={height}>
                  {(innerWidth: number, innerHeight: number) => (
                    <Shown {...{ panel, data, error, events }} width={innerWidth} height={innerHeight} />
                  )}
                </PanelChrome>
              )}
            </div>
          );
        })}
      </div>
    </ThemeContext.Provider>
  );
  const status = all.filter(({ panel }) => panel.type !== 'row').map(({ panel, data, error }) => ({
    title: panel.title,
    rows: data.reduce((sum, frame) => sum + frame.length, 0),
    error,
  }));
  setTimeout(() => Object.assign(window, { drawn: { status, events: events.length, height: document.body.scrollHeight } }), 2500);
}

void main();
