// The link that leaves the page because somebody wants to share it.
/** Hand the game's address on by the device's own way. Whether it has one. */
export async function share(title: string): Promise<boolean> {
  if (!navigator.share) return false;
  await navigator.share({ title, url: gameAddress() }).catch(ignoreAbort);
  return true;
}

/** The game's address, without anything of whoever plays here. */
export function gameAddress(): string {
  return location.origin + location.pathname;
}

/** Somebody changed their mind. */
function ignoreAbort(fault: unknown): void {
  if (!(fault instanceof DOMException && fault.name === 'AbortError')) throw fault;
}
