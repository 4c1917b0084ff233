// The words of the pages: finds every t('…') and tn('…', '…') by the syntax tree, and makes of each catalogue one small
// script per entry and language, which a page loads before its own. `node vite.words.js` prints what the code says, and
// the texts that it forgot to say this way.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const ROOT = dirname(fileURLToPath(import.meta.url));
const SOURCES = resolve(ROOT, 'static/src');
const CATALOGUES = resolve(ROOT, 'engage/translations');
const MODULE = /(^|\/)words(\.ts)?$/;
const TEXTS_OF = { t: 1, tn: 2 };
const MARKUP = new Set(['html', 'svg']);
const READ_ATTRIBUTES = /\s(aria-label|aria-description|alt|placeholder|title)="([^"\0]+)/g;
const A_WORD = /\p{L}{2}/u;
const CHINESE = /\p{Script=Han}/u;

/** Every message of a TypeScript source: `{ id, plural, line }`. Whatever is no literal is an error. */
export function extractWords(source, name) {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const found = [];
  const names = namesOfWords(program);
  for (const call of nodesIn(program)) {
    if (call.type !== 'CallExpression') continue;
    const texts = names.get(call.callee.name);
    if (call.callee.type !== 'Identifier' || texts === undefined) continue;
    const line = source.slice(0, call.start).split('\n').length;
    const [id, plural] = call.arguments.slice(0, texts).map(literal);
    if (typeof id !== 'string' || (texts === 2 && typeof plural !== 'string')) {
      throw new Error(
        `${name}:${line}: ${call.callee.name}() takes its text as a literal, so that it can be found`,
      );
    }
    found.push(texts === 2 ? { id, plural, line } : { id, line });
  }
  return found;
}

/** Text that people would read and that nobody can translate: in a template of Lit, or Chinese in a literal. */
export function findBareTexts(source, name) {
  const found = [];
  for (const node of nodesIn(parseSync(name, source).program)) {
    const line = source.slice(0, node.start).split('\n').length;
    for (const text of bareTextsOf(node)) found.push({ text, line });
  }
  return found;
}

function bareTextsOf(node) {
  if (node.type === 'TaggedTemplateExpression' && MARKUP.has(node.tag.name)) {
    const markup = node.quasi.quasis.map(({ value }) => value.cooked).join('\0');
    const shown = markup.replace(/<!--.*?-->/gs, '').replace(/<style.*?<\/style>/gs, '');
    const read = [...shown.matchAll(READ_ATTRIBUTES)].map(([, , text]) => text);
    return [...read, ...shown.split(/<[^>]*>|\0/)]
      .map((text) => text.trim())
      .filter((text) => A_WORD.test(text));
  }
  return node.type === 'Literal' && typeof node.value === 'string' && CHINESE.test(node.value)
    ? [node.value]
    : [];
}

/** Under which local names a module knows `t` and `tn`, with the number of texts that each takes. */
function namesOfWords(program) {
  const names = new Map();
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || !MODULE.test(node.source.value)) continue;
    for (const { imported, local } of node.specifiers) {
      if (imported && imported.name in TEXTS_OF) names.set(local.name, TEXTS_OF[imported.name]);
    }
  }
  return names;
}

function* nodesIn(node) {
  if (Array.isArray(node)) {
    for (const each of node) yield* nodesIn(each);
  } else if (node !== null && typeof node === 'object') {
    if (typeof node.type === 'string') yield node;
    yield* nodesIn(Object.values(node));
  }
}

function literal(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
  if (node?.type === 'BinaryExpression' && node.operator === '+') {
    const [left, right] = [literal(node.left), literal(node.right)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  return undefined;
}

/** The messages of a gettext catalogue: the text, or the list of plural forms, by the English text. */
export function parseCatalogue(text) {
  const messages = new Map();
  let entry = {};
  let field = '';
  const keep = () => {
    if (entry.msgid) messages.set(entry.msgid, entry.msgid_plural ? formsOf(entry) : entry.msgstr);
    entry = {};
  };
  for (const line of text.split('\n')) {
    const [, name, quoted] = /^(?:(msg\w+(?:\[\d\])?) )?(".*")$/.exec(line) ?? [];
    if (quoted === undefined) continue;
    if (name === 'msgid') keep();
    field = name ?? field;
    entry[field] = (entry[field] ?? '') + JSON.parse(quoted);
  }
  keep();
  return messages;
}

function formsOf(entry) {
  const names = Object.keys(entry).filter((name) => name.startsWith('msgstr['));
  return names.sort().map((name) => entry[name]);
}

/** The catalogues by language tag. */
function readCatalogues() {
  return globSync('*/LC_MESSAGES/messages.po', { cwd: CATALOGUES }).map((path) => ({
    tag: path.split('/')[0].replace('_', '-'),
    path: resolve(CATALOGUES, path),
    messages: parseCatalogue(readFileSync(resolve(CATALOGUES, path), 'utf8')),
  }));
}

/** The modules of our own that an entry can come to run, those that it loads later included. */
function modulesOf(entry, bundle) {
  const [seen, waiting, modules] = [new Set(), [entry.fileName], new Set()];
  while (waiting.length > 0) {
    const chunk = bundle[waiting.pop()];
    if (chunk?.type !== 'chunk' || seen.has(chunk.fileName)) continue;
    seen.add(chunk.fileName);
    waiting.push(...chunk.imports, ...chunk.dynamicImports);
    for (const id of chunk.moduleIds) if (id.startsWith(SOURCES) && id.endsWith('.ts')) modules.add(id);
  }
  return [...modules].sort();
}

/** The table of one entry in one language, as a script; empty if it says nothing. */
function scriptOf(ids, messages) {
  const table = Object.fromEntries(ids.filter((id) => messages.has(id)).map((id) => [id, messages.get(id)]));
  return Object.keys(table).length > 0 ? `globalThis.engageWords=${JSON.stringify(table)}\n` : '';
}

/** The Vite plugin. In the manifest each entry gets `words`: the script of each language that has a catalogue. */
export function words() {
  const emitted = new Map();
  return {
    name: 'engage:words',
    apply: 'build',
    buildStart() {
      emitted.clear();
      for (const { path } of readCatalogues()) this.addWatchFile(path);
    },
    generateBundle(_options, bundle) {
      const catalogues = readCatalogues();
      for (const entry of Object.values(bundle)) {
        if (entry.type !== 'chunk' || !entry.isEntry) continue;
        const modules = modulesOf(entry, bundle);
        const found = modules.flatMap((id) => extractWords(readFileSync(id, 'utf8'), id));
        const ids = [...new Set(found.map(({ id }) => id))].sort();
        const page = basename(dirname(entry.facadeModuleId));
        const scripts = {};
        for (const { tag, messages } of catalogues) {
          const source = scriptOf(ids, messages);
          if (source === '') continue;
          const file = this.emitFile({ type: 'asset', name: `words-${page}-${tag}.js`, source });
          scripts[tag] = this.getFileName(file);
        }
        emitted.set(relative(SOURCES, entry.facadeModuleId), scripts);
      }
    },
    writeBundle({ dir }) {
      const path = resolve(dir, 'manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8'));
      for (const [entry, scripts] of emitted) manifest[entry].words = scripts;
      writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
    },
  };
}

/** Every source of the pages, or with `-` the one that comes in. */
function readSources() {
  if (process.argv[2] === '-') return [{ name: 'page.ts', source: readFileSync(0, 'utf8') }];
  const files = globSync('**/*.ts', { cwd: SOURCES }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  return files.sort().map((file) => ({
    name: `static/src/${file}`,
    source: readFileSync(resolve(SOURCES, file), 'utf8'),
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = readSources();
  const all = (find) =>
    sources.flatMap(({ name, source }) => find(source, name).map((each) => ({ ...each, file: name })));
  process.stdout.write(`${JSON.stringify({ messages: all(extractWords), bare: all(findBareTexts) })}\n`);
}
