// "Not you?": the session ends, and the next one signs in.

import type { Http } from '../api/http';
import { Keep } from '../api/keep';
import { newKey } from '../api/prizes';
import { OWNER } from '../prizes/guard';

/** Sign out before the link is followed. */
export function wireLeaving(http: Http): void {
  const link = document.getElementById('leave');
  if (!(link instanceof HTMLAnchorElement)) return;
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    await http.ask('POST', '/sign-out', { key: newKey(), body: {}, patience: 3000 }).then(
      () => tellOthers(),
      () => undefined,
    );
    location.href = link.href;
  });
}

/**
 * Nobody is signed in here any more: a page that is open beside this one asks, and is told so. It is not loaded anew,
 * since a brand that still knows its member would sign them in again.
 */
function tellOthers(): void {
  new Keep('device').write(OWNER, '');
}
