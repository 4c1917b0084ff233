// The interfaces in shapes.ts are written by hand; here each is compared with the published contract.
import { describe, expect, it } from 'vitest';
import vectors from '../../../tests/vectors/fairness.json?raw';
import openapi from '../../openapi.json?raw';
import own from './own-shapes.ts?raw';
import shapes from './shapes.ts?raw';

interface Schema {
  type?: string;
  enum?: string[];
  const?: unknown;
  $ref?: string;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

const source = shapes + own;
const schemas: Record<string, Schema> = JSON.parse(openapi).components.schemas;
const sent = (name: string) => name.endsWith('Request') || ['ProfileChanges', 'PlayLimits'].includes(name);

interface Field {
  name: string;
  optional: boolean;
  type: string;
}

/** Every interface with its fields, those of the one that it extends included. */
function* interfaces(): Generator<[string, Field[]]> {
  const found = new Map<string, Field[]>();
  const pattern = /export interface (\w+)(?: extends (\w+))? \{\n(.*?)\n\}/gs;
  for (const [, name = '', parent = '', body = ''] of source.matchAll(pattern)) {
    const own = [...body.matchAll(/^ {2}(\w+)(\?)?: (.+);$/gm)].map(
      ([, field = '', optional, type = '']) => ({ name: field, optional: !!optional, type }),
    );
    found.set(name, [...(found.get(parent) ?? []), ...own]);
  }
  yield* found;
}

/** How TypeScript writes a schema; null is for what the contract leaves open. */
function written(schema: Schema): string | null {
  if (schema.$ref) return schema.$ref.replace('#/components/schemas/', '');
  if (typeof schema.const === 'string') return `'${schema.const}'`;
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  if (schema.anyOf) {
    const parts = schema.anyOf.map(written);
    return parts.every((part) => part !== null) ? parts.join(' | ') : null;
  }
  if (schema.type === 'array') {
    const item = schema.items ? written(schema.items) : null;
    return item && `${item}[]`;
  }
  if (schema.type === 'integer' || schema.type === 'number') return 'number';
  return schema.type === 'object' ? null : (schema.type ?? null);
}

const all = [...interfaces()].filter(([name]) => name !== 'Receipt');

describe.each(all)('%s', (name, fields) => {
  const schema = schemas[name];

  it('is in the contract', () => {
    expect(schema?.properties, name).toBeDefined();
    expect(fields.length).toBeGreaterThan(0);
  });

  it.each(fields)('$name is as the contract says', (field) => {
    const published = schema?.properties?.[field.name];
    expect(published, `${name}.${field.name}`).toBeDefined();
    const type = written(published as Schema);
    if (type !== null && sent(name))
      expect(type.split(' | ')).toEqual(expect.arrayContaining(field.type.split(' | ')));
    else if (type !== null) expect(field.type).toBe(type);
    if (!sent(name)) expect(schema?.required?.includes(field.name)).toBe(!field.optional);
  });

  it('sends all that a request must have', () => {
    if (!sent(name)) return;
    expect(fields.map((field) => field.name)).toEqual(expect.arrayContaining(schema?.required ?? []));
  });
});

it('reads every field of the receipt from what FAIRNESS publishes', () => {
  const [receipt] = JSON.parse(vectors).sets[0].export.receipts;
  const [, fields = []] = [...interfaces()].find(([name]) => name === 'Receipt') ?? [];
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) expect(receipt).toHaveProperty(field.name);
});
