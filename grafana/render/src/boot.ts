// What Grafana's packages look for on the window as they load: so this comes before them.
const settings = { buildInfo: { version: '13.2.1' }, featureToggles: {}, panels: {}, datasources: {} };
Object.assign(window, {
  grafanaBootData: { settings, user: { orgId: 1, locale: 'en-GB', language: 'en-US' }, navTree: [] },
  __grafana_public_path__: '/public/',
});
export {};
