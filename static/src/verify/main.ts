// The page `/verify`.
import '../base/base.css';
import './verify.css';
import './engage-verify';

const data = document.getElementById('page-data')?.textContent;
const page = document.querySelector('engage-verify');
if (data && page) {
  const { keys, signed_in, worker } = JSON.parse(data) as {
    keys: unknown;
    signed_in: boolean;
    worker: string;
  };
  Object.assign(page, { keys, signedIn: signed_in, worker });
}
