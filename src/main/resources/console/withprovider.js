// The buttons that open an identity provider's window, and what became of it.
import { html, useEffect, useRef, useState } from './lib.js';
import { endings, Fault, providers, signInAgainWith, signInWith } from './oidc.js';
import { Button, Note, ProblemNote } from './ui/basic.js';

/** One attempt at a time; a new one ends the one before. run(attempt, told): attempt is (signal, seemsClosed) => promise. */
function useAttempt() {
  const [state, set] = useState({ busy: false, problem: null, closed: false });
  const running = useRef(null);
  useEffect(() => () => running.current?.abort(), []);
  const run = async (attempt) => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    set({ busy: true, problem: null, closed: false });
    try {
      await attempt(control.signal, () => control.signal.aborted || set({ busy: false, problem: null, closed: true }));
      set({ busy: false, problem: null, closed: false });
    } catch (problem) {
      if (!control.signal.aborted) {
        set({ busy: false, problem, closed: false });
      }
    }
  };
  return { ...state, run };
}

function Outcome({ problem, closed, tenant }) {
  if (closed) {
    return html`<${Note} kind="wait" title="The window was closed" role="alert">You are not signed in yet. Try again, or use a
        key.</${Note}>`;
  }
  if (problem instanceof Fault) {
    return html`<${Note} kind="bad" title=${problem.message} role="alert">${problem.advice}</${Note}>`;
  }
  if (problem?.status === 401) {
    return html`<${Note} kind="bad" title=${'You have no way into ' + tenant} role="alert">
      You are known there, but no rule of ${tenant} lets you in. An admin of ${tenant} can add one under Access, Identity
          providers.</${Note}>`;
  }
  return html`<${ProblemNote} problem=${problem} />`;
}

/** All that the operator has configured; nothing where there is none. */
export function WithProviders() {
  const [all, set] = useState([]);
  const [chosen, choose] = useState(null);
  const attempt = useAttempt();
  useEffect(() => {
    providers().then(set);
  }, []);
  if (all.length === 0) {
    return null;
  }
  const start = (provider) => {
    choose(provider);
    attempt.run((signal, seemsClosed) => signInWith(provider, signal, seemsClosed));
  };
  return html`
    <div class="or">or</div>
    <section class="panel stack" aria-label="Sign in with an identity provider">
      ${all.map((one) => html`<${Button} key=${one.issuer + ' ' + one.tenant} busy=${attempt.busy && chosen === one}
          onClick=${() => start(one)}>Sign in with ${one.title}</${Button}>`)}
      ${attempt.busy && html`<p class="small muted" role="status">Go on in the window that has opened.</p>`}
      <${Outcome} ...${attempt} tenant=${chosen?.tenant} />
    </section>`;
}

/** Told in time when only the person can prolong the sign-in. */
export function Ending() {
  const [kept, set] = useState(null);
  const attempt = useAttempt();
  useEffect(() => endings.on(set), []);
  if (!kept) {
    return null;
  }
  return html`
    <div class="ending"><${Note} kind="wait" title="Your sign-in ends in a moment" role="alert">
      <div class="stack tight">
        <p>To keep this page as it is, sign in with ${kept.provider.title} again.</p>
        <${Outcome} ...${attempt} tenant=${kept.provider.tenant} />
        <div><${Button} kind="primary" busy=${attempt.busy}
            onClick=${() => attempt.run((signal, seemsClosed) => signInAgainWith(kept, signal, seemsClosed))}>Stay signed
                in</${Button}></div>
      </div></${Note}></div>`;
}
