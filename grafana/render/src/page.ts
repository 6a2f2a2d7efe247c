// What the address says: the moment, how long before it is shown, the theme, and what the variables stand for.
import './boot';
import { createTheme } from '@grafana/data';

const said = new URLSearchParams(location.search);

export const now = Number(said.get('now'));
export const span = Number(said.get('span'));
export const theme = createTheme({ colors: { mode: said.get('theme') === 'light' ? 'light' : 'dark' } });

const variables: Record<string, string> = { site: '.*', service: '.*', owner: '.*' };
for (const name of ['host', 'target', 'instance']) {
  variables[name] = said.get(name) ?? '.*';
}

export const interpolate = (text: string) => text.replace(/\$\{?(\w+)\}?/g, (whole, name) => variables[name] ?? whole);
export const chosen = (name: string) => (variables[name].includes('.*') ? 'All' : variables[name]);
