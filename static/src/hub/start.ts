// What the server sends with a member's own pages, and what each of them does first.
import { browser, Http } from '../api/http';
import { Keep } from '../api/keep';
import type { BrandColours } from '../faces/brand';
import { guardCodes } from '../prizes/guard';
import { wireLeaving } from './leaving';

export interface Member {
  id: string;
  nickname: string | null;
  time_zone: string;
  /** The number of the member's last event. */
  position: number;
}

export interface Start {
  /** Nobody on a page for anyone where nobody is signed in. */
  member: Member | null;
  look: { theme: string; colours: BrandColours | null };
  /** The server's clock in milliseconds. */
  now: number;
  /** The rules of the campaigns that go on; on the home page only. */
  rules?: readonly { title: string; address: string }[];
}

const data = document.getElementById('page-data')?.textContent ?? '{}';
export const start = JSON.parse(data) as Start;
export const http = new Http(browser, start.member?.id);

const ahead = start.now - Date.now();

/** Who is signed in, on a page that is for members only. */
export function member(): Member {
  if (start.member === null) throw new Error('this page is for members');
  return start.member;
}

/** The server's clock, by which things expire. */
export function now(): number {
  return Date.now() + ahead;
}

/** Paint the page as its brand wants it; whoever came before or leaves leaves nothing behind that could be shown. */
export function openPage(): void {
  const { colours, theme } = start.look;
  if (theme === 'brand' && colours) import('../faces/brand').then(({ paintBrand }) => paintBrand(colours));
  if (!start.member) return;
  const wishes = new Keep(start.member.id).read<{ calm?: boolean }>('wishes');
  if (wishes?.calm) document.documentElement.classList.add('calm');
  guardCodes(start.member.id);
  wireLeaving(http);
}
