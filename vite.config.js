// Each folder of static/src that has a main.ts is one entry: one page's script and styles. A worker is built by itself,
// since what it shared with the pages would be one more file for each of them.
import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { press } from './vite.press.js';
import { ENGLISH, languages, WORKER_OF, words } from './vite.words.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), 'static/src');

// English comes first and empties the folder; each other language adds its own files and manifest.
const tagOf = (language) => language.replace('_', '-');
const WORKER = 'checker/main.ts';
const resolved = (entry) => resolve(root, entry);
const pages = globSync('*/main.ts', { cwd: root })
  .filter((entry) => entry !== WORKER)
  .map(resolved);

function environment(name, input, output = {}) {
  const manifest = name === '' ? 'manifest.json' : `manifest.${name}.json`;
  return {
    consumer: 'client',
    build: { emptyOutDir: name === '', manifest, rollupOptions: { input, output } },
  };
}

const worker = (tag) => environment(`worker.${tag}`, [resolved(WORKER)], { codeSplitting: false });
const others = Object.fromEntries([
  [WORKER_OF + ENGLISH, worker(ENGLISH)],
  ...languages().flatMap((language) => [
    [language, environment(tagOf(language), pages)],
    [WORKER_OF + language, worker(tagOf(language))],
  ]),
]);

export default defineConfig({
  root,
  base: '/static/dist/',
  publicDir: false,
  cacheDir: '../../node_modules/.vite',
  plugins: [words(), press()],
  environments: { client: environment('', pages), ...others },
  builder: {
    async buildApp({ build, environments }) {
      for (const name of ['client', ...Object.keys(others)]) await build(environments[name]);
    },
  },
  build: {
    outDir: '../dist',
    // Two years of browsers, four of the webviews of phones; docs/pages.md and the README say the same.
    target: ['es2022', 'chrome107', 'safari16', 'firefox128'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // One document for all files of a process: making a new one for each takes longer than most of their tests.
  test: {
    environment: 'happy-dom',
    isolate: false,
    include: ['**/*.test.ts', '../../vite.*.test.js'],
    css: true,
  },
});
