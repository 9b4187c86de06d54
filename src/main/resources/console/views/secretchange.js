// A new value in the place of the one there is, which is not shown.
import { html, useRef, useState } from '../lib.js';
import { get, patch, put, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { Button, Note, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultAt, useValue } from '../ui/editor.js';
import { Choices, quiet } from '../ui/field.js';
import { Pairs } from '../ui/pairs.js';
import { toast } from '../ui/toast.js';
import { ValueField } from '../ui/value.js';
import { Who } from '../ui/people.js';
import { Refused } from './secretrefused.js';
import { holdersText, rotateHref } from './secretparts.js';

const WAYS = [['some', 'Some of them', 'The other keys keep their values'], ['all', 'All of them',
  'The keys and values typed here, and no others']];

export function ChangeValue({ secret, people, onClose, onDone }) {
  const several = secret.type === 'key_value';
  const [way, setWay] = useState(several ? 'some' : 'all');
  const [base, setBase] = useState(secret);
  const [newer, setNewer] = useState(null);
  const editor = useValue();
  const changing = useAction(async () => {
    const value = editor.current.read();
    if (!value) {
      return false;
    }
    const send = way === 'some' ? patch : put;
    try {
      const { data } = await send('/secrets/' + seg(secret.name), value, { query: scopeQuery(secret),
        headers: { 'If-Match': `"${base.current_version}"` } });
      editor.current.clear();
      toast(`${secret.name} is at version ${data.current_version} now.`);
      onDone();
    } catch (problem) {
      if (problem.status !== 412) {
        throw problem;
      }
      setNewer(await newest(secret));
      return false;
    }
    return true;
  });
  const over = () => {
    setBase(newer);
    setNewer(null);
    setTimeout(changing.run);
  };
  return html`
    <${FormDialog} title=${`Change the value of ${secret.name}`} action="Save" onClose=${onClose} onSubmit=${changing.run}
      busy=${changing.busy} wide=${several} unready=${newer !== null}>
      <p class="muted">${told(secret)} The value there is stays hidden. <a
        href=${rotateHref(secret)}>Rotate instead</a> to have one made, rehearse it, or move holders in stages.</p>
      ${several && html`<${Choices} label="What changes" value=${way} onValue=${setWay} of=${WAYS} />`}
      ${way === 'some' ? html`<${SomePairs} editor=${editor} keys=${secret.keys} problem=${changing.problem} />`
        : html`<${ValueField} type=${secret.type} editor=${editor} problem=${changing.problem} />`}
      ${newer && html`<${Conflict} people=${people} from=${base} newer=${newer} onOver=${over} busy=${changing.busy} />`}
      <${Refused} problem=${changing.problem} secret=${secret} />
    </${FormDialog}>`;
}

const told = (secret) => (secret.holders > 0
  ? `${secret.holders === 1 ? 'One program holds'
  : holdersText(secret.holders) + ' programs hold'} version ${secret.current_version}: ${secret.holders === 1 ? 'it is'
  : 'they are'} told, and that version stays valid until ${secret.holders === 1 ? 'it has' : 'they have'} moved.`
  : 'Nobody holds it now, so nobody has to move.');

async function newest(secret) {
  const page = await get(`/secrets/${seg(secret.name)}/versions`, { ...scopeQuery(secret), page_size: 20 });
  const current = page.versions.find((one) => one.state === 'current');
  return { ...secret, current_version: current.version, by: current.created_by, at: current.created_at };
}

function Conflict({ people, from, newer, onOver, busy }) {
  return html`
    <${Note} kind="wait" title="Somebody changed it while you typed" role="alert"><div class="stack tight">
      <p>You began from version ${from.current_version}. <${Who} people=${people}
        is=${newer.by} /> wrote version ${newer.current_version} <${Time}
          at=${newer.at} />. Nothing of yours is saved; what you typed is still here.</p>
      <div class="row"><${Button} onClick=${onOver} busy=${busy}>Save mine over version ${newer.current_version}</${Button}></div>
        </div>
    </${Note}>`;
}

/** For each key that there is: keep it, give it another value, or take it away; and new keys. */
export function SomePairs({ editor, keys, problem }) {
  const [what, setWhat] = useState({});
  const [fault, setFault] = useState('');
  const values = useRef(new Map());
  const added = useValue();
  Object.assign(editor.current, {
    read: () => {
      const data = {};
      for (const key of keys) {
        const typed = values.current.get(key)?.value;
        if (what[key] === 'new' && !typed) {
          setFault(`Type the new value of ${key}.`);
          values.current.get(key)?.focus();
          return null;
        }
        if (what[key] === 'new' || what[key] === 'gone') {
          data[key] = what[key] === 'gone' ? null : typed;
        }
      }
      const more = added.current.read();
      if (!more) {
        return null;
      }
      const twice = Object.keys(more.data).find((key) => keys.includes(key));
      const all = { ...data, ...more.data };
      const none = Object.keys(all).length === 0;
      setFault(twice ? `${twice} is there already: change it above.` : none ? 'Nothing is changed yet.' : '');
      return twice || none ? null : { data: all };
    },
    clear: () => {
      values.current.forEach((input) => (input.value = ''));
      added.current.clear();
    },
  });
  const keep = (key) => (input) => (input ? values.current.set(key, input) : values.current.delete(key));
  const sent = faultAt(problem, '/data');
  return html`
    <div class="stack">
      <div class="stack tight">${keys.map((key) => html`
        <div class="pairs some" key=${key}>
          <code class="break">${key}</code>
          <select aria-label=${'What happens to ' + key}
            onChange=${(event) => { setWhat({ ...what, [key]: event.target.value }); setFault(''); }}>
            <option value="">Keep</option><option value="new">New value</option><option value="gone">Take away</option></select>
          ${what[key] === 'new' ? html`<textarea class="mono veiled" rows="1" aria-label=${'New value of ' + key} ref=${keep(key)}
            ...${quiet}></textarea>`
            : html`<span class="muted">${what[key] === 'gone' ? 'is not in the new version' : 'stays as it is'}</span>`}
        </div>`)}</div>
      <${Pairs} editor=${added} optional=${true} label="New keys" />
      <div aria-live="polite">${(fault || sent) && html`<div class="fault">${fault || sent}</div>`}</div>
    </div>`;
}
