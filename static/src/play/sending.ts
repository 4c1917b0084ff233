// What leaves the page because somebody asked for it: a link to share, a proof to take away.
import type { FailedCheck } from '../epochs/kept';

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

/** Save what proves a failed check as a file, to be shown to whoever should see it. */
export function saveProof(failed: FailedCheck): void {
  const file = new Blob([JSON.stringify(failed, null, 2)], { type: 'application/json' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `engage-${failed.epoch}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Somebody changed their mind. */
function ignoreAbort(fault: unknown): void {
  if (!(fault instanceof DOMException && fault.name === 'AbortError')) throw fault;
}
