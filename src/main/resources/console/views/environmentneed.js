// One need of an environment as it is typed: a secret, where it arrives, and how its new values are taken in.
import { html } from '../lib.js';
import { IconButton } from '../ui/basic.js';
import { Check, faultOf, Select, Text } from '../ui/field.js';
import { typeTitle } from '../ui/value.js';
import { Gives } from './environmentnames.js';
import { RELOADS, SIGNALS } from './environmentwords.js';

export const NEED = { secret: '', key: '', arrives: 'usual', as_env_var: '', mount: '/etc/secrets', file_as: '', prefix: '',
  optional: false, reload: '', signal: 'HUP', max_delay: '' };

/** A need of the API as it is typed. */
export function ofNeed(need) {
  const [reload, signal] = (need.reload || '').split(':');
  const arrives = need.as_env_var ? 'variable' : need.mount ? 'file' : need.prefix ? 'prefix' : 'usual';
  return { ...NEED, ...need, arrives, reload: reload || '', signal: signal || 'HUP', max_delay: need.max_delay || '' };
}

/** A need as the API takes it. */
export function toSend(need) {
  const reload = need.reload === 'signal' ? 'signal:' + need.signal : need.reload;
  const all = {
    secret: need.secret.trim(), key: need.key.trim(), optional: need.optional, reload, max_delay: need.max_delay.trim(),
    as_env_var: need.arrives === 'variable' ? need.as_env_var.trim() : '',
    mount: need.arrives === 'file' ? need.mount.trim() : '', file_as: need.arrives === 'file' ? need.file_as.trim() : '',
    prefix: need.arrives === 'prefix' ? need.prefix.trim() : '',
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && value !== false));
}

/** The same as it will be when the variable has its name. */
const toJudge = (need) => toSend(need.arrives === 'variable' && !need.as_env_var.trim() ? { ...need, as_env_var: '…' } : need);

const ARRIVALS = [
  ['usual', 'Variables with the usual names'], ['prefix', 'Variables that begin alike, one for each key'],
  ['variable', 'One variable, named here'], ['file', 'A file'],
];

const SHOWN = ['secret', 'key', 'as_env_var', 'mount', 'file_as', 'prefix', 'reload', 'max_delay'];

export function Need({ at, need, secret, change, problem, onRemove }) {
  const pointer = '/secrets/' + at;
  const fault = (field) => faultOf(problem, `${pointer}/${field}`);
  const others = (problem?.fields || []).filter((one) => (one.pointer === pointer || one.pointer?.startsWith(pointer + '/'))
    && !SHOWN.some((field) => one.pointer === `${pointer}/${field}`));
  const text = (field, label, rest = {}) => html`<${Text} label=${label} value=${need[field]}
    onValue=${(value) => change({ [field]: value })} fault=${fault(field)} ...${rest} />`;
  return html`
    <fieldset class="mapping"><legend class="label">Secret ${at + 1}</legend>
      <div class="stack">
        <div class="row top">
          <div class="grow">${text('secret', 'Name of the secret', { list: 'known-secrets', maxlength: 63,
            hint: !need.secret ? '' : secret ? typeTitle(secret.type)
              : 'Not there yet, or not seen from here. It may come later.' })}</div>
          <${Key} need=${need} secret=${secret} change=${change} text=${text} fault=${fault('key')} />
          <${IconButton} icon="trash" label=${`Remove secret ${at + 1}`} onClick=${onRemove} />
        </div>
        <div class="grid">
          <${Select} label="Arrives as" value=${need.arrives} onValue=${(arrives) => change({ arrives })} of=${ARRIVALS} />
          ${need.arrives === 'variable' && text('as_env_var', 'Name of the variable', { placeholder: 'DB_PASSWORD',
            maxlength: 255 })}
          ${need.arrives === 'prefix' && text('prefix', 'They begin with', { placeholder: 'DB_', maxlength: 255 })}
          ${need.arrives === 'file' && html`${text('mount', 'In the directory', { maxlength: 1024 })}${text('file_as',
            'File name (optional)', { placeholder: need.secret, maxlength: 255 })}`}
        </div>
        <div aria-live="polite">${need.secret && html`<${Gives} need=${toJudge(need)} secret=${secret} />`}</div>
        <div class="grid">
          <${Select} label="When its value changes" value=${need.reload} onValue=${(reload) => change({ reload })}
            fault=${fault('reload')} of=${RELOADS} hint=${RELOADS.find(([word]) => word === need.reload)?.[2]} />
          ${need.reload === 'signal' && html`<${Select} label="Which signal" value=${need.signal}
            onValue=${(signal) => change({ signal })} of=${SIGNALS.map((one) => [one, one])} />`}
          ${text('max_delay', 'Within what time (optional)', { hint: 'How long taking it in may take, such as 30s or 5m.',
            maxlength: 10 })}
        </div>
        <${Check} label="Optional: start without it if it is not there" checked=${need.optional}
          onValue=${(optional) => change({ optional })} />
        ${others.map((one) => html`<div class="fault" role="alert" key=${one.pointer}>${one.detail}</div>`)}
      </div>
    </fieldset>`;
}

/** Which key: chosen where they are known, typed where the secret is not; none of a secret that has one value. */
function Key({ need, secret, change, text, fault }) {
  if (!secret) {
    return html`<div class="grow">${text('key', 'Key (optional)', { maxlength: 127 })}</div>`;
  }
  if (secret.type !== 'key_value' && !need.key) {
    return null;
  }
  const keys = [...new Set([...(secret.type === 'key_value' ? secret.keys : []), ...(need.key ? [need.key] : [])])];
  return html`<div class="grow"><${Select} label="Key" value=${need.key} onValue=${(key) => change({ key })} fault=${fault}
    of=${[['', 'All of them'], ...keys.map((one) => [one, one])]} /></div>`;
}
