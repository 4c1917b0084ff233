// The words of the pages: finds every t('…') and tn('…', '…') by the syntax tree, and builds the pages once for each
// language with its texts in their place, so that a page carries one language and asks for no other file.
// `node vite.words.js` prints what the code says, and the texts that it forgot to say this way.
import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

const ROOT = dirname(fileURLToPath(import.meta.url));
const SOURCES = resolve(ROOT, 'static/src');
const CATALOGUES = resolve(ROOT, 'engage/translations');
export const ENGLISH = 'en';
/** How the environment of a language's worker is named. */
export const WORKER_OF = 'worker_of_';
const MODULE = /(^|\/)words(\.ts)?$/;
const TEXTS_OF = { t: 1, tn: 2 };
const MARKUP = new Set(['html', 'svg']);
const READ_ATTRIBUTES = /\s(aria-label|aria-description|alt|placeholder|title)="([^"\0]+)/g;
const A_WORD = /\p{L}{2}/u;
const CHINESE = /\p{Script=Han}/u;

/** Every message of a TypeScript source: `{ id, plural, line }`. Whatever is no literal is an error. */
export function extractWords(source, name) {
  return [...findCalls(source, name)].map(({ id, plural, line }) =>
    plural === undefined ? { id, line } : { id, plural, line },
  );
}

/** A source with its texts said in another language; what has no translation stays English. */
export function translateWords(source, name, messages) {
  let translated = source;
  for (const { id, plural, first, last } of [...findCalls(source, name)].sort(
    (a, b) => b.first.start - a.first.start,
  )) {
    const said = messages.get(id);
    if (said === undefined || said.length === 0) continue;
    const texts =
      plural === undefined ? JSON.stringify(said) : `${JSON.stringify(said)} as unknown as string, ''`;
    translated = translated.slice(0, first.start) + texts + translated.slice(last.end);
  }
  return translated;
}

function* findCalls(source, name) {
  const { program, errors } = parseSync(name, source);
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`);
  const names = namesOfWords(program);
  for (const call of nodesIn(program)) {
    if (call.type !== 'CallExpression' || call.callee.type !== 'Identifier') continue;
    const count = names.get(call.callee.name);
    if (count === undefined) continue;
    const line = source.slice(0, call.start).split('\n').length;
    const texts = call.arguments.slice(0, count);
    const [id, plural] = texts.map(literal);
    if (typeof id !== 'string' || (count === 2 && typeof plural !== 'string')) {
      throw new Error(
        `${name}:${line}: ${call.callee.name}() takes its text as a literal, so that it can be found`,
      );
    }
    yield { id, plural, line, first: texts[0], last: texts.at(-1) };
  }
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

/** The languages that have a catalogue, by the name of its folder, such as `zh_CN`. */
export function languages() {
  return globSync('*/LC_MESSAGES/messages.po', { cwd: CATALOGUES }).map((path) => path.split('/')[0]);
}

/** The messages of a language. */
export function readCatalogue(language) {
  return parseCatalogue(readFileSync(resolve(CATALOGUES, language, 'LC_MESSAGES/messages.po'), 'utf8'));
}

/** The Vite plugin. The environment that is named like a language is built in that language, and that of its worker. */
export function words() {
  const known = new Map();
  return {
    name: 'engage:words',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      known.clear();
    },
    transform(source, id) {
      const language = this.environment.name.replace(WORKER_OF, '');
      if (!languages().includes(language) || !id.startsWith(SOURCES) || !id.endsWith('.ts')) return undefined;
      if (!known.has(language)) known.set(language, readCatalogue(language));
      return { code: translateWords(source, id, known.get(language)), map: null };
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
