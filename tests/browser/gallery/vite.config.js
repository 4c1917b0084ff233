// The gallery of the faces, for tests alone: built apart from the pages, with the words of the catalogue in it.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { parseCatalogue } from '../../../vite.words.js';

const root = dirname(fileURLToPath(import.meta.url));
const top = resolve(root, '../../..');
const catalogue = readFileSync(resolve(top, 'engage/translations/zh_CN/LC_MESSAGES/messages.po'), 'utf8');

const PAGES = ['index.html', 'wheels.html'];
/** In this mode all faces are one bundle by themselves, for weighing. */
const WEIGHT = 'weight';

export default defineConfig(({ mode }) => ({
  root,
  base: '/',
  publicDir: false,
  define: { CHINESE: JSON.stringify(Object.fromEntries(parseCatalogue(catalogue))) },
  build: {
    emptyOutDir: true,
    target: ['es2022', 'chrome105', 'safari16', 'firefox110'],
    assetsInlineLimit: 0,
    modulePreload: false,
    manifest: 'manifest.json',
    rollupOptions: { input: (mode === WEIGHT ? ['weight.ts'] : PAGES).map((entry) => resolve(root, entry)) },
  },
}));
