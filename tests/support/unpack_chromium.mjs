// node unpack_chromium.mjs NODE_MODULES FOLDER: the browser, what it links against, and its fonts, out of npm packages.
// System fonts are found by fontconfig, which reads no WOFF2, so the Chinese font is turned into TrueType files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const [modules, folder] = process.argv.slice(2);
const { decompress } = createRequire(join(modules, '/'))('wawoff2');

const packed = join(modules, '@sparticuz/chromium/bin');
for (const name of readdirSync(packed).filter((file) => file.endsWith('.br'))) {
  writeFileSync(join(folder, name.replace(/\.br$/, '')), brotliDecompressSync(readFileSync(join(packed, name))));
}

const chinese = join(modules, '@fontsource-variable/noto-sans-sc/files');
mkdirSync(join(folder, 'fonts'), { recursive: true });
for (const name of readdirSync(chinese).filter((file) => file.endsWith('.woff2'))) {
  const target = join(folder, 'fonts', name.replace(/\.woff2$/, '.ttf'));
  writeFileSync(target, await decompress(readFileSync(join(chinese, name))));
}
