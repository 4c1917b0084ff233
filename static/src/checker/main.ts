// The worker of the page `/verify`.
import { loadLibrary } from '../verify/ed25519';
import { serve } from '../verify/serving';
import type { Order, Port } from '../verify/wire';

// Everything comes before it is ready: then a check needs no network.
loadLibrary().then(() => serve(globalThis as unknown as Port<Order>));
