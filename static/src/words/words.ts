// Every text that people read is English in the code and goes through here. The build puts the texts of a language in
// their place (see vite.words.js); what is shown without a build may hand over a table of them.

export type Values = Readonly<Record<string, string | number>>;
export type Table = Readonly<Record<string, string | readonly string[]>>;

declare global {
  var engageWords: Table | undefined;
}

const FALLBACK = 'en';
const PLURAL_ORDER: readonly Intl.LDMLPluralRule[] = ['zero', 'one', 'two', 'few', 'many', 'other'];
const formatters = new Map<string, unknown>();

/** A text in the page's language, its `{name}` placeholders filled; numbers are written as the language writes them. */
export function t(text: string, values: Values = {}): string {
  const found = globalThis.engageWords?.[text];
  return fill(typeof found === 'string' ? found : text, values);
}

/** A text that depends on a number, which fills `{n}`. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  const forms: unknown = typeof one === 'string' ? globalThis.engageWords?.[one] : one;
  const form = Array.isArray(forms) ? forms[pluralIndex(n, forms.length)] : undefined;
  return fill(form ?? (n === 1 ? one : many), { n, ...values });
}

/** The page's language as a tag that `Intl` accepts, whatever the page or a browser says; a worker is called by it. */
export function language(): string {
  const { document, name } = globalThis as { document?: Document; name?: string };
  const said = document ? document.documentElement.lang : name;
  try {
    return (said && Intl.getCanonicalLocales(said)[0]) || FALLBACK;
  } catch {
    return FALLBACK;
  }
}

/** What a language calls itself, such as 中文. */
export function languageName(tag: string): string {
  const base = tag.split('-')[0] ?? tag;
  return new Intl.DisplayNames([tag], { type: 'language' }).of(base) ?? tag;
}

/** A day, in the reader's time zone unless `options` name one. */
export function formatDate(when: Date | string | number, options: Intl.DateTimeFormatOptions = {}): string {
  return dates({ dateStyle: 'long', ...options }).format(new Date(when));
}

/** A day and a time, in the reader's time zone unless `options` name one. */
export function formatDateTime(
  when: Date | string | number,
  options: Intl.DateTimeFormatOptions = {},
): string {
  return dates({ dateStyle: 'medium', timeStyle: 'short', ...options }).format(new Date(when));
}

/** A number. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return kept(`number ${JSON.stringify(options)}`, (tag) => new Intl.NumberFormat(tag, options)).format(
    value,
  );
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? formatNumber(value) : (value ?? placeholder);
  });
}

/** Which of a translation's plural forms a number takes: they lie in the order of the categories. */
function pluralIndex(n: number, forms: number): number {
  const rules = kept('plural', (tag) => new Intl.PluralRules(tag));
  const used = rules.resolvedOptions().pluralCategories;
  const index = PLURAL_ORDER.filter((category) => used.includes(category)).indexOf(rules.select(n));
  return Math.min(index, forms - 1);
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(`date ${JSON.stringify(options)}`, (tag) => new Intl.DateTimeFormat(tag, options));
}

/** Making a formatter takes longer than using it a thousand times. */
function kept<Formatter>(name: string, make: (tag: string) => Formatter): Formatter {
  const tag = language();
  const key = `${tag} ${name}`;
  const found = (formatters.get(key) as Formatter | undefined) ?? make(tag);
  formatters.set(key, found);
  return found;
}
