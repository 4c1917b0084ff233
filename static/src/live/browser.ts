// The live library in a browser: Socket.IO's client is loaded when it is first needed, which is after the first paint.
import { Http } from '../api/http';
import { Refusal } from '../api/refusal';
import { Live, type Outside, SignedOut, type Standing, type Wire } from './live';

const PATIENCE_MS = 4_000;

/** `token`: what signs the socket in where there is no cookie; it is asked for at every connection. */
export function openLive(http = new Http(), standing: Standing | null = null, token?: () => string): Live {
  return new Live(outside(http, token), standing);
}

function outside(http: Http, token?: () => string): Outside {
  return {
    wire: async () => {
      const { io } = await import('socket.io-client');
      return io('/live', {
        transports: ['websocket'],
        autoConnect: false,
        auth: (give) => give(token ? { token: token() } : {}),
        reconnectionDelayMax: 30_000,
        timeout: 8_000,
      }) as Wire;
    },
    get: async (path) => {
      try {
        return (await http.ask<unknown>('GET', path, { patience: PATIENCE_MS })).document;
      } catch (fault) {
        throw fault instanceof Refusal && fault.code === 'unauthenticated' ? new SignedOut() : fault;
      }
    },
    now: () => Date.now(),
    later: (ms, work) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    },
    spread: () => Math.random(),
    isVisible: () => !document.hidden,
    onAttention: (work) => {
      document.addEventListener('visibilitychange', work);
      window.addEventListener('online', work);
      return () => {
        document.removeEventListener('visibilitychange', work);
        window.removeEventListener('online', work);
      };
    },
  };
}
