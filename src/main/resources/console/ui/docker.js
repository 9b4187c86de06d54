// The logins of image registries by a form: what docker login would write into config.json.
import { html, useId, useRef, useState } from '../lib.js';
import { Button, IconButton } from './basic.js';
import { base64 } from './drop.js';
import { faultAt, useOffered } from './editor.js';
import { SecretText, Text } from './field.js';

const REGISTRY = /^(https?:\/\/)?[A-Za-z0-9][A-Za-z0-9.:/_-]{0,254}$/;
let next = 1;
const row = () => ({ id: next++, registry: '', user: '', password: { current: null } });

export function DockerForm({ editor, problem }) {
  const [rows, setRows] = useState(() => [row()]);
  const [faults, setFaults] = useState({});
  const place = useRef(null);
  const id = useId();
  useOffered(editor, () => {});
  const change = (one, fields) => {
    setRows(rows.map((each) => (each.id === one.id ? { ...each, ...fields } : each)));
    setFaults({});
  };
  Object.assign(editor.current, {
    read: () => {
      const wrong = {};
      const seen = new Set();
      for (const one of rows) {
        wrong[one.id] = {
          registry: !REGISTRY.test(one.registry) ? 'A host such as ghcr.io, with a port or path if it has one.'
            : seen.has(one.registry) ? 'This registry is there twice.' : '',
          user: one.user && !one.user.includes(':') ? '' : 'A user without a colon is needed.',
          password: one.password.current.value ? '' : 'The password or access token is needed.',
        };
        seen.add(one.registry);
      }
      setFaults(wrong);
      if (Object.values(wrong).some((one) => one.registry || one.user || one.password)) {
        requestAnimationFrame(() => place.current.querySelector('[aria-invalid="true"]')?.focus());
        return null;
      }
      const login = (one) => {
        const password = one.password.current.value;
        return { username: one.user, password, auth: base64(new TextEncoder().encode(one.user + ':' + password)) };
      };
      return { value: { auths: Object.fromEntries(rows.map((one) => [one.registry, login(one)])) } };
    },
    clear: () => rows.forEach((one) => one.password.current && (one.password.current.value = '')),
  });
  return html`
    <div class="stack" ref=${place}>
      ${rows.map((one, i) => html`
        <fieldset class="registry stack tight" key=${one.id} aria-labelledby=${id + '-' + one.id}>
          <div class="row spread"><span class="label" id=${id + '-' + one.id}>
            ${rows.length > 1 ? 'Registry ' + (i + 1) : 'Registry'}</span>
            ${rows.length > 1 && html`<${IconButton} icon="trash" label=${'Take registry ' + (i + 1) + ' away'}
              onClick=${() => setRows(rows.filter((each) => each.id !== one.id))} />`}</div>
          <${Text} label="Host" placeholder="ghcr.io" autocomplete="off" spellcheck=${false} value=${one.registry}
            fault=${faults[one.id]?.registry} onValue=${(registry) => change(one, { registry: registry.trim() })} />
          <${Text} label="User" autocomplete="off" spellcheck=${false} value=${one.user} fault=${faults[one.id]?.user}
            onValue=${(user) => change(one, { user })} />
          <${SecretText} label="Password or access token" input=${one.password} fault=${faults[one.id]?.password}
            onTyped=${() => setFaults({})} />
        </fieldset>`)}
      <div class="row"><${Button} icon="plus" onClick=${() => setRows([...rows, row()])}>Add a registry</${Button}></div>
      <div aria-live="polite">${faultAt(problem, '/value') && html`<div class="fault">${faultAt(problem, '/value')}</div>`}</div>
    </div>`;
}
