// What a panel's queries come to: Prometheus is asked, the panel's own transformations and field options are applied.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  displayNameOverrideProcessor,
  FieldType,
  identityOverrideProcessor,
  numberOverrideProcessor,
  Registry,
  renderLegendFormat,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  thresholdsOverrideProcessor,
  toDataFrame,
  transformDataFrame,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { interpolate, now, span, theme } from './page';

type Anything = any;

const processors: Record<string, Anything> = {
  unit: unitOverrideProcessor,
  decimals: numberOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
};
const common = [...Object.keys(processors), 'noValue', 'color', 'links', 'description'];

function option(path: string, isCustom: boolean): Anything {
  return {
    id: isCustom ? `custom.${path}` : path,
    path,
    name: path,
    isCustom,
    process: processors[path] ?? identityOverrideProcessor,
    shouldApply: () => true,
    override: null,
    editor: null,
    settings: {},
  };
}

standardFieldConfigEditorRegistry.setInit(() => common.map((path) => option(path, false)));
standardTransformersRegistry.setInit(() =>
  [...new Set(Object.values(standardTransformers))].map((one: Anything) => ({
    id: one.id,
    name: one.name,
    transformation: async () => one,
    editor: null as Anything,
    imageDark: '',
    imageLight: '',
  })) as Anything
);

const number = (text: string) => ({ NaN, '+Inf': Infinity, '-Inf': -Infinity })[text] ?? Number(text);

export async function ask(expr: string, instant: boolean, points: number): Promise<Anything[]> {
  const step = Math.max(15, Math.ceil(span / points));
  const query = interpolate(expr).replace(/\$__rate_interval/g, `${Math.max(4 * 60 * 5, step + 300)}s`);
  const body = new URLSearchParams({ query });
  if (instant) {
    body.set('time', `${now}`);
  } else {
    // Grafana asks at multiples of the step too, so that a curve does not change while one looks
    const end = Math.floor(now / step) * step;
    body.set('start', `${end - span}`);
    body.set('end', `${end}`);
    body.set('step', `${step}`);
  }
  const answer = await (await fetch(`/api/v1/query${instant ? '' : '_range'}`, { method: 'POST', body })).json();
  if (answer.status !== 'success') {
    throw new Error(answer.error);
  }
  return answer.data.resultType === 'scalar' ? [{ metric: {}, value: answer.data.result }] : answer.data.result;
}

function asTable(refId: string, alone: boolean, found: Anything[]): DataFrame {
  const names = [...new Set<string>(found.flatMap((one) => Object.keys(one.metric)))].sort();
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: found.map((one) => one.value[0] * 1000) },
      ...names.map((name) => ({ name, type: FieldType.string, values: found.map((one) => one.metric[name] ?? '') })),
      { name: alone ? 'Value' : `Value #${refId}`, type: FieldType.number, values: found.map((one) => number(one.value[1])) },
    ],
  });
}

function asSeries(target: Anything, found: Anything): DataFrame {
  const points: Anything[] = found.values ?? [found.value];
  const { __name__, ...labels } = found.metric;
  const legend = target.legendFormat;
  const name = legend && legend !== '__auto' ? renderLegendFormat(legend, found.metric) : (__name__ ?? 'Value');
  return toDataFrame({
    refId: target.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: points.map((point) => point[0] * 1000) },
      {
        name: 'Value',
        type: FieldType.number,
        labels,
        config: { displayNameFromDS: name },
        values: points.map((point) => number(point[1])),
      },
    ],
  });
}

export async function frames(panel: Anything): Promise<DataFrame[]> {
  const alone = panel.targets.length === 1;
  let found: DataFrame[] = [];
  for (const target of panel.targets) {
    const instant = Boolean(target.instant) && !target.range;
    const rows = await ask(target.expr, instant, panel.maxDataPoints ?? 1000);
    found.push(...(target.format === 'table' ? [asTable(target.refId, alone, rows)] : rows.map((row) => asSeries(target, row))));
  }
  if (panel.transformations?.length) {
    found = await lastValueFrom(transformDataFrame(panel.transformations, found));
  }
  const { defaults, overrides } = panel.fieldConfig;
  const custom = new Set(Object.keys(defaults.custom ?? {}));
  for (const property of overrides.flatMap((override: Anything) => override.properties)) {
    if (property.id.startsWith('custom.')) {
      custom.add(property.id.slice('custom.'.length));
    } else if (!common.includes(property.id)) {
      throw new Error(`no such field option: ${property.id}`);
    }
  }
  const registry = new Registry(() => [
    ...common.map((path) => option(path, false)),
    ...[...custom].map((path) => option(path, true)),
  ]) as Anything;
  const made = applyFieldOverrides({
    data: found,
    fieldConfig: panel.fieldConfig,
    fieldConfigRegistry: registry,
    replaceVariables: interpolate,
    theme,
    timeZone: 'utc',
  });
  made.forEach((frame, frameIndex) =>
    frame.fields.forEach((field, fieldIndex) => {
      field.state = { ...field.state, displayName: undefined, origin: { frameIndex, fieldIndex } };
    })
  );
  cacheFieldDisplayNames(made);
  return made;
}
