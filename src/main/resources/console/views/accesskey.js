// A key that was made: for whom it is, and what is to be done with it. The key itself is in no text here.
import { html } from '../lib.js';
import { caller } from '../session.js';
import { Code, Note } from '../ui/basic.js';
import { ShownOnce } from '../ui/once.js';
import { getsValues } from './accesscan.js';

const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** For a colleague, to be sent to her. */
const letter = (account, expires) => [
  `You can sign in to Hushbus now, as ${account.name} in ${caller().tenant.name}:`,
  `1. Open ${location.origin}/`,
  '2. Paste the key that I send you by another way into “Key”, and press “Sign in”.',
  expires ? `The key works until ${DAY.format(new Date(expires))} UTC; ask me for the next one in time.`
    : 'The key works until it is revoked.',
  'Keep it like a password. If it was seen by somebody else, tell me at once: I will revoke it.',
].join('\n');

/** made: {expires_at}; roles: words of the account's roles, or undefined where they are not known. */
export const KeyMade = ({ account, held, made, roles, onClose }) => html`
  <${ShownOnce} title=${'Key of ' + account.name} held=${held} onClose=${onClose}>
    <div class="stack tight">
      <h3>For a program</h3>
      ${roles && !getsValues(roles) && html`<${Note} kind="wait"
        title="A program gets no value with this account yet">Only the role Runner gets values. Give it to ${account.name}, beside
        its other roles, in the project where the program works.</${Note}>`}
      <${Code} label="How to use the key" text=${`export HUSHBUS_ADDR=${location.origin}\nexport HUSHBUS_TOKEN=<the key>`} />
      <h3>For a colleague</h3>
      <p class="small muted">Send her this, and the key by another way.</p>
      <${Code} label="How to sign in with the key" wraps text=${letter(account, made?.expires_at)} />
    </div>
  </${ShownOnce}>`;
