import { describe, expect, it } from 'vitest';
import { Http, type Outside } from '../api/http';
import { signInAddress, signOut } from './sign-in';

function network(answer: () => Response) {
  const seen: { path: string; init: RequestInit }[] = [];
  let now = 0;
  const outside: Outside = {
    fetch: async (path, init) => {
      seen.push({ path, init });
      return answer();
    },
    now: () => now,
    wait: async (ms) => {
      now += ms;
    },
    spread: () => 0.5,
  };
  return { http: new Http(outside), seen };
}

describe('signing in', () => {
  it('comes back to where the page is, whatever is in its address', () => {
    expect(signInAddress('/g/gam_w?from=mail&n=1')).toBe(
      '/sign-in?return=%2Fg%2Fgam_w%3Ffrom%3Dmail%26n%3D1',
    );
    expect(signInAddress('/prizes', true)).toBe('/sign-in?return=%2Fprizes&switch=1');
  });
});

describe('signing out', () => {
  it('tells the server as a page of ours', async () => {
    const { http, seen } = network(() => new Response(null, { status: 204 }));
    await signOut(http);
    expect(seen.map(({ path, init }) => `${init.method} ${path}`)).toEqual(['POST /sign-out']);
    expect(new Headers(seen[0]?.init.headers).get('X-Engage-Page')).toBe('1');
  });

  it('is done when nobody is signed in any more', async () => {
    const problem = { code: 'unauthenticated', detail: 'Sign in first.' };
    const { http } = network(() => new Response(JSON.stringify(problem), { status: 401 }));
    await expect(signOut(http)).resolves.toBeUndefined();
  });

  it('does not keep anybody waiting for a server that does not answer', async () => {
    const { http, seen } = network(() => {
      throw new TypeError('lost');
    });
    await expect(signOut(http)).resolves.toBeUndefined();
    expect(seen.length).toBeGreaterThan(1);
  });
});
