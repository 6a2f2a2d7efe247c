// Bundles the page that draws dashboards: node build.mjs OUTFILE
import { build } from 'esbuild';

const asText = Object.fromEntries(['.svg', '.png', '.woff2', '.wasm', '.ttf'].map((kind) => [kind, 'dataurl']));

await build({
  entryPoints: ['src/main.tsx'],
  outfile: process.argv[2] ?? 'out/main.js',
  bundle: true,
  format: 'iife',
  platform: 'browser',
  jsx: 'automatic',
  logLevel: 'error',
  mainFields: ['module', 'browser', 'main'],
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: asText,
});
