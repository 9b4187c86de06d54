// Shows a value to a person, on record, for half a minute. It goes from the answer into the page and from there away: it is in
// no state, no property, no address.
import { html, useEffect, useRef, useState } from '../lib.js';
import { get, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { Button, Countdown, Note, ProblemNote } from '../ui/basic.js';
import { Dialog } from '../ui/dialog.js';

const SHOWN_MS = 30_000;
const NEEDED = { developer: 'secret_reveal', editor: 'secret_reveal_strict' };

/** Whether the project's setting and the caller's roles allow it: (may of the scope, the project). */
export const mayReveal = (may, project) => !!project && project.reveal in NEEDED && may(NEEDED[project.reveal]);

export function Reveal({ secret, version, onClose }) {
  const place = useRef(null);
  const hidden = useRef(0);
  const [until, setUntil] = useState(null);
  const [over, setOver] = useState(false);
  const hide = () => {
    hidden.current++;
    place.current?.replaceChildren();
    setUntil((was) => {
      was && setOver(true);
      return null;
    });
  };
  const showing = useAction(async () => {
    setOver(false);
    const before = hidden.current;
    const answer = await get(`/secrets/${seg(secret.name)}/value`, { ...scopeQuery(secret), version });
    if (!place.current) {
      return; // closed meanwhile
    }
    if (hidden.current !== before || document.visibilityState !== 'visible') {
      setOver(true); // left meanwhile
      return;
    }
    place.current.replaceChildren(...entries(answer));
    setUntil(new Date(Date.now() + SHOWN_MS).toISOString());
  });
  useEffect(() => {
    const away = () => document.visibilityState !== 'visible' && hide();
    document.addEventListener('visibilitychange', away);
    addEventListener('blur', hide);
    return () => {
      document.removeEventListener('visibilitychange', away);
      removeEventListener('blur', hide);
      place.current?.replaceChildren();
    };
  }, []);
  useEffect(() => {
    const timer = until && setTimeout(hide, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [until]);
  return html`
    <${Dialog} title=${`Value of ${secret.name}${version ? ', version ' + version : ''}`} onClose=${onClose}>
      <div class="content">
        ${!until && html`<p>Showing it is on record under your name, and it makes a lease like that of a program. It hides itself
            after 30 seconds, and when you leave this window.</p>`}
        ${over && html`<${Note} role="status">It is hidden again.</${Note}>`}
        <div ref=${place} class="stack tight" role="region" aria-label="Value"></div>
        ${until && html`<p class="muted" role="status">Hides in <${Countdown} to=${until} over="a moment" />.</p>`}
        <${ProblemNote} problem=${showing.problem} />
      </div>
      <footer>${until ? html`<${Button} onClick=${hide}>Hide now</${Button}>`
        : html`<${Button} kind="primary" icon="eye" busy=${showing.busy} onClick=${showing.run}>Show it</${Button}>`}
        <${Button} onClick=${onClose}>Close</${Button}></footer>
    </${Dialog}>`;
}

/** Elements made by hand, since what a template is given stays in the tree of its components. */
function entries(answer) {
  const made = (name, text) => {
    const block = document.createElement('div');
    const pre = document.createElement('pre');
    if (name !== 'value') {
      const label = document.createElement('div');
      label.className = 'label break';
      label.textContent = name;
      block.append(label);
    }
    pre.className = 'revealed';
    pre.tabIndex = 0;
    pre.textContent = text;
    block.append(pre);
    return block;
  };
  return [
    ...Object.entries(answer.data || {}).map(([name, text]) => made(name, text)),
    ...Object.entries(answer.data_base64 || {}).map(([name, text]) => made(`${name} (bytes, in base64)`, text)),
  ];
}
