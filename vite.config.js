// Each folder of static/src that has a main.ts is one entry: one page's script and styles.
import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { press } from './vite.press.js';
import { languages, words } from './vite.words.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), 'static/src');

// English comes first and empties the folder; each other language adds its own files and manifest.
const tagOf = (language) => language.replace('_', '-');
const translated = Object.fromEntries(
  languages().map((language) => [
    language,
    { consumer: 'client', build: { emptyOutDir: false, manifest: `manifest.${tagOf(language)}.json` } },
  ]),
);

export default defineConfig({
  root,
  base: '/static/dist/',
  publicDir: false,
  cacheDir: '../../node_modules/.vite',
  plugins: [words(), press()],
  environments: { client: {}, ...translated },
  builder: {
    async buildApp({ build, environments }) {
      for (const name of ['client', ...languages()]) await build(environments[name]);
    },
  },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    // Two years of browsers, four of the webviews of phones; docs/pages.md and the README say the same.
    target: ['es2022', 'chrome107', 'safari16', 'firefox128'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: globSync('*/main.ts', { cwd: root }).map((entry) => resolve(root, entry)) },
  },
  test: { environment: 'happy-dom', include: ['**/*.test.ts', '../../vite.*.test.js'], css: true },
});
