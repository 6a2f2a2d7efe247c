// Bar chart and state timeline: their code is in Grafana's server, not in its packages, so they are drawn plainly here,
// from the fields as Grafana's packages made them, with their names, colours and the theme's type.
import { type DataFrame, FieldType, getDisplayProcessor, getFieldDisplayName } from '@grafana/data';
import { VizLegend } from '@grafana/ui';
import { now, span, theme } from './page';

type Anything = any;

const { secondary: quiet, primary: text } = theme.colors.text;
const faint = theme.colors.border.weak;
const LEGEND = 30;

export function Legend({ items }: { items: Array<{ label: string; color: string }> }) {
  const shown = items.map((item) => ({ ...item, yAxis: 1, getDisplayValues: () => [] }));
  return (
    <div style={{ height: LEGEND, overflow: 'hidden' }}>
      <VizLegend items={shown as Anything} displayMode={'list' as Anything} placement="bottom" />
    </div>
  );
}

export function BarChart({ data, panel, width, height }: { data: DataFrame[]; panel: Anything; width: number; height: number }) {
  const frame = data[0];
  const axis = frame.fields.find((field) => getFieldDisplayName(field, frame, data) === panel.options.xField);
  if (!axis) {
    throw new Error(`no field ${panel.options.xField} among ${frame.fields.map((field) => field.name)}`);
  }
  const series = frame.fields.filter((field) => field.type === FieldType.number);
  const sums = axis.values.map((_: Anything, at: number) => series.reduce((sum, field) => sum + (field.values[at] || 0), 0));
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200].find((one) => Math.max(...sums) / one <= 6) ?? 500;
  const top = Math.ceil(Math.max(...sums) / step) * step;
  const [left, bottom] = [40, 22];
  const inner = { w: width - left - 10, h: height - LEGEND - bottom - 10 };
  const slot = inner.w / axis.values.length;
  const y = (value: number) => 10 + inner.h * (1 - value / top);
  const colour = (field: Anything) => theme.visualization.getColorByName(field.config.color?.fixedColor ?? 'gray');
  return (
    <div>
      <svg width={width} height={height - LEGEND} fontSize={12} fill={quiet}>
        {Array.from({ length: top / step + 1 }, (_, at) => at * step).map((value) => (
          <g key={value}>
            <line x1={left} x2={width - 10} y1={y(value)} y2={y(value)} stroke={faint} />
            <text x={left - 6} y={y(value) + 4} textAnchor="end">{value}</text>
          </g>
        ))}
        {axis.values.map((name: string, at: number) => {
          let below = 0;
          return (
            <g key={name} transform={`translate(${left + at * slot},0)`}>
              {series.map((field) => {
                const value = field.values[at] || 0;
                below += value;
                return <rect key={field.name} x={slot * 0.1} width={slot * 0.8} y={y(below)} height={y(0) - y(value)} fill={colour(field)} />;
              })}
              <text x={slot / 2} y={height - LEGEND - 6} textAnchor="middle">{slot > 52 || at % 2 === 0 ? name : ''}</text>
            </g>
          );
        })}
      </svg>
      <Legend items={series.map((field) => ({ label: getFieldDisplayName(field, frame, data), color: colour(field) }))} />
    </div>
  );
}

export function StateTimeline({ data, panel, width, height }: { data: DataFrame[]; panel: Anything; width: number; height: number }) {
  const left = Math.min(width / 3, 18 + 7.4 * Math.max(...data.map((frame) => getFieldDisplayName(frame.fields[1], frame, data).length)));
  const lane = (height - LEGEND - 24) / data.length;
  const x = (moment: number) => left + ((moment / 1000 - (now - span)) / span) * (width - left - 10);
  const marks = Math.max(2, Math.floor((width - left) / 70));
  const ticks = Array.from({ length: marks }, (_, at) => (now - span + (span * (at + 0.5)) / marks) * 1000);
  return (
    <div>
      <svg width={width} height={height - LEGEND} fontSize={12} fill={text}>
        {data.map((frame, row) => {
          const [time, value] = frame.fields;
          const shown = value.display ?? getDisplayProcessor({ field: value, theme });
          const step = time.values.length > 1 ? Math.min(...time.values.slice(1).map((at: number, i: number) => at - time.values[i])) : 0;
          return (
            <g key={row} transform={`translate(0,${row * lane})`}>
              <text x={left - 8} y={lane / 2 + 4} textAnchor="end">{getFieldDisplayName(value, frame, data)}</text>
              {time.values.map((at: number, i: number) => (
                <rect key={at} x={Math.max(left, x(at))} width={Math.max(0, Math.min(x(at + step), width - 10) - Math.max(left, x(at))) + 0.6} y={lane * 0.1} height={lane * 0.8} shapeRendering="crispEdges" fill={shown(value.values[i]).color} />
              ))}
            </g>
          );
        })}
        {ticks.map((at) => (
          <text key={at} x={x(at)} y={height - LEGEND - 6} textAnchor="middle" fill={quiet}>
            {new Date(at).toISOString().slice(...(span > 2 * 86400 ? [5, 10] : [11, 16]))}
          </text>
        ))}
      </svg>
      <Legend items={Object.values<Anything>(panel.fieldConfig.defaults.mappings[0].options).map((one) => ({ label: one.text, color: one.color }))} />
    </div>
  );
}
