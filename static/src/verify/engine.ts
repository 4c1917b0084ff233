// What the page `/verify` loads after it can be seen: all that checks, and all that tells what was found.
import './engage-report';

export { check } from './check';
export { loadLibrary } from './ed25519';
export { openHelper } from './helper';
export { readKeys } from './keys';
export { verifyExport } from './verify';
