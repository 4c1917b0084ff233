// Beside each asset that shrinks: the same in Brotli and gzip, made once here so that the server only picks.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const SHRINKS = /\.(js|css|svg|json)$/;
const WORTH_BYTES = 256;

/** The Vite plugin. */
export function press() {
  return {
    name: 'engage:press',
    apply: 'build',
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter(
        (file) => file.startsWith('assets/') && SHRINKS.test(file),
      )) {
        const path = resolve(dir, name);
        const content = readFileSync(path);
        if (content.length < WORTH_BYTES) continue;
        writeFileSync(`${path}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
        writeFileSync(`${path}.br`, brotliCompressSync(content));
      }
    },
  };
}
