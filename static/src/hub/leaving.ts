// "Not you?": whoever leaves takes along what they could show, and the next one signs in.

import type { Http } from '../api/http';
import { newKey } from '../api/prizes';
import { KeptPrizes } from '../prizes/kept';

/** Sign out before the link is followed. Without a network the codes are gone all the same. */
export function wireLeaving(http: Http, member: string): void {
  const link = document.getElementById('leave');
  if (!(link instanceof HTMLAnchorElement)) return;
  link.addEventListener('click', async (event) => {
    event.preventDefault();
    new KeptPrizes(member).forget();
    await http.ask('POST', '/sign-out', { key: newKey(), body: {}, patience: 3000 }).catch(() => undefined);
    location.href = link.href;
  });
}
