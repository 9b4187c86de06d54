// The door: a key of a service account, or an identity provider.
import { html, useRef, useState } from './lib.js';
import { get } from './api.js';
import { reason, signIn } from './session.js';
import { useAction } from './hooks.js';
import { Button, Note, ProblemNote } from './ui/basic.js';
import { SecretText } from './ui/field.js';
import { WithProviders } from './withprovider.js';

const MOST = 4096;

export function SignIn() {
  const key = useRef(null);
  const [fault, setFault] = useState('');
  const signing = useAction(async () => {
    const typed = key.current.value.trim();
    if (!typed || typed.length > MOST || /[^\x21-\x7e]/.test(typed)) {
      setFault(typed ? 'A key has no spaces and no special letters.' : 'Paste a key first.');
      key.current.focus();
      return;
    }
    key.current.value = '';
    await signIn(typed, (bearer) => get('/auth/whoami', {}, { bearer }));
  });
  const submit = (event) => {
    event.preventDefault();
    signing.run();
  };
  return html`
    <main class="door"><div class="stack loose">
      <h1 class="brand"><img src=${new URL('./icon.svg', import.meta.url).href} alt="" />Hushbus</h1>
      ${reason() && html`<${Note} kind="wait" role="status">${reason()}</${Note}>`}
      <form class="panel stack" onSubmit=${submit} novalidate autocomplete="off">
        <h2>Sign in</h2>
        <${SecretText} label="Key" input=${key} fault=${fault} onTyped=${() => setFault('')} placeholder="hsb_…"
          hint="Of a service account. It stays in this page's memory and is gone when you close or reload it." />
        <${SignInProblem} problem=${signing.problem} />
        <${Button} type="submit" kind="primary" busy=${signing.busy}>Sign in</${Button}>
      </form>
      <${WithProviders} />
      <p class="small muted">No key yet? An admin creates one under Access, or with <code>hushbus service-account add-key</code>.
          Beside
        <code> hushbus dev</code> it is in the file that the start prints. <a href="/docs">API reference</a></p>
    </div></main>`;
}

const SignInProblem = ({ problem }) =>
  problem?.status === 401
    ? html`<${Note} kind="bad" title="This key is not accepted" role="alert">It may be mistyped, revoked or expired. Keys of one
        installation are not known to another.</${Note}>`
    : html`<${ProblemNote} problem=${problem} />`;
