// Where an identity provider sends its window back to. Hands its answer to the page that waits for it, and closes.
import { channelOf } from './answers.js';

const PATIENCE_MS = 3_000;

const answer = location.search.slice(1);
history.replaceState(null, '', location.pathname);
const said = document.getElementById('said');
const channel = new BroadcastChannel(channelOf(new URLSearchParams(answer).get('state') || ''));
channel.onmessage = ({ data }) => {
  if (data === 'taken') {
    said.textContent = 'Done. You can close this window.';
    close();
  }
};
channel.postMessage(answer);
setTimeout(() => {
  said.textContent = 'Nobody waits for this answer any more. Close this window, and sign in once more.';
}, PATIENCE_MS);
