// What the page `/verify` loads after it can be seen: all that checks, and all that tells what was found.
import './engage-report';

export { loadLibrary } from './ed25519';
export { readKeys } from './keys';
export { Pace } from './pace';
export { verifyExport } from './verify';
