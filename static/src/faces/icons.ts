/** The built-in pictures of prizes: one SVG file each in `art/`, loaded only where shown. `icons.json` lists their names. */
const files = import.meta.glob<string>('./art/*.svg', { eager: true, query: '?url', import: 'default' });

export const ICONS: ReadonlyMap<string, string> = new Map(
  Object.entries(files).map(([path, address]) => [path.slice('./art/'.length, -'.svg'.length), address]),
);

/** The address of a face's art: one of our pictures by its name, or the address itself. */
export function addressOf(art: string): string {
  return ICONS.get(art) ?? art;
}

/** Whether the art is one of ours, which has its own outline, or an uploaded picture, which is cut to a circle. */
export function isOwn(art: string): boolean {
  return ICONS.has(art);
}
