// Each folder of static/src that has a main.ts is one entry: one page's script and styles.
import { globSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { press } from './vite.press.js';
import { words } from './vite.words.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), 'static/src');

export default defineConfig({
  root,
  base: '/static/dist/',
  publicDir: false,
  cacheDir: '../../node_modules/.vite',
  plugins: [words(), press()],
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
  test: { environment: 'happy-dom', include: ['**/*.test.ts'], css: true },
});
