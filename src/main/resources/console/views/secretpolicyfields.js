// The fields of a rotation policy, what is wrong with them, and what of them is sent.
import { html } from '../lib.js';
import { faultAt } from '../ui/editor.js';
import { Choices, Select, Text } from '../ui/field.js';
import { durationText, secondsOf } from './secretsettings.js';

const SOURCES = [
  ['generate', 'The broker makes it', 'For what nobody else has to know, or what programs learn from here'],
  ['hook', 'A service is called', 'It makes the value and puts it where it is valid, such as a database'],
  ['manual', 'A person brings it', 'Who may is reminded when it is due'],
];
const KINDS = [['password', 'Password'], ['bytes', 'Random bytes'], ['uuid', 'UUID'], ['ed25519', 'Ed25519 key pair'], ['rsa',
  'RSA key pair']];
const LENGTHS = { password: ['Characters', '32', 8, 4096], bytes: ['Bytes', '32', 8, 4096], rsa: ['Bits', '3072', 2048, 4096] };
const OFTEN = [['1d', 'every day'], ['7d', 'every week'], ['30d', 'every 30 days'], ['90d', 'every 90 days'], ['',
  'something else']];
const PAIR_KINDS = ['ed25519', 'rsa'];

/** What a form begins with: of a policy, or of none. */
export const policyOf = (policy) => ({
  timing: policy?.cron ? 'cron' : 'every',
  every: policy?.every_seconds ? durationText(policy.every_seconds) : '30d',
  cron: policy?.cron || '0 3 1 * *',
  zone: policy?.time_zone || Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
  source: policy?.hook ? 'hook' : policy?.manual ? 'manual' : 'generate',
  kind: policy?.generate?.kind || 'password',
  length: policy?.generate?.length ? String(policy.generate.length) : '',
  key: policy?.generate?.key || '',
  url: policy?.hook?.url || '',
  remind: policy?.manual?.remind_before_seconds ? durationText(policy.manual.remind_before_seconds) : '',
  strategy: policy?.strategy || 'drain',
  grace: policy?.grace_seconds ? durationText(policy.grace_seconds) : '',
});

export function policyFaults(typed, secret) {
  const faults = {};
  const wrongDuration = (text) => text && !secondsOf(text) && 'A number and s, m, h or d, such as 30d.';
  const put = (field, fault) => fault && (faults[field] = fault);
  if (typed.timing === 'every') {
    put('every', typed.every ? wrongDuration(typed.every) : 'How often?');
  } else {
    put('cron', typed.cron.trim().split(/\s+/).length === 5 ? ''
      : 'Five fields: minute, hour, day of the month, month, day of the week.');
  }
  if (typed.source === 'generate') {
    const [, , least, most] = LENGTHS[typed.kind] || [];
    put('length', typed.length && least && !(Number(typed.length) >= least && Number(typed.length) <= most)
      && `From ${least} to ${most}.`);
    put('kind', PAIR_KINDS.includes(typed.kind) && secret.type !== 'key_value'
      && 'A key pair needs a secret with keys and values: it has two values.');
  }
  put('url', typed.source === 'hook' && !/^https?:\/\/\S+$/.test(typed.url)
    && 'The address of the service, beginning with https://.');
  put('remind', typed.source === 'manual' && wrongDuration(typed.remind));
  put('grace', wrongDuration(typed.grace));
  return faults;
}

export function policyToSend(typed, secret) {
  const pair = PAIR_KINDS.includes(typed.kind);
  const sources = {
    generate: () => ({ generate: { kind: typed.kind, length: typed.length && LENGTHS[typed.kind] ? Number(typed.length)
      : undefined, key: secret.type === 'key_value' && !pair && typed.key ? typed.key : undefined } }),
    hook: () => ({ hook: { url: typed.url } }),
    manual: () => ({ manual: { remind_before: typed.remind || undefined } }),
  };
  return {
    ...(typed.timing === 'every' ? { every: typed.every } : { cron: typed.cron.trim(), time_zone: typed.zone || undefined }),
    ...sources[typed.source](), strategy: typed.strategy, grace: typed.grace || undefined,
  };
}

export function PolicyFields({ value, onValue, secret, faults, problem }) {
  const set = (fields) => onValue({ ...value, ...fields });
  const field = (name, pointer) => ({ value: value[name], onValue: (text) => set({ [name]: text }), fault: faults[name]
    || faultAt(problem, pointer), autocomplete: 'off', spellcheck: false });
  const [lengthOf, usual] = LENGTHS[value.kind] || [];
  return html`
    <${Choices} label="When" value=${value.timing} onValue=${(timing) => set({ timing })}
      of=${[['every', 'After some time', 'Counted from the last rotation'], ['cron', 'By a calendar',
        'At an hour that suits you']]} />
    ${value.timing === 'every' ? html`
      <${Select} label="How often" value=${OFTEN.some(([one]) => one === value.every) ? value.every : ''}
        onValue=${(every) => set({ every })} of=${OFTEN} />
      ${!OFTEN.some(([one]) => one && one === value.every)
        && html`<${Text} label="Every" placeholder="45d" hint="A number and s, m, h or d." ...${field('every', '/every')} />`}`
      : html`<div class="grid"><${Text} label="Cron line" class="mono"
      hint="Minute, hour, day of the month, month, day of the week." ...${field('cron', '/cron')} />
        <${Text} label="Time zone" placeholder="Europe/Berlin" ...${field('zone', '/time_zone')} /></div>`}
    <${Choices} label="Where the new value comes from" value=${value.source} onValue=${(source) => set({ source })}
      of=${SOURCES} />
    ${value.source === 'generate' && html`<div class="grid">
      <${Select} label="What is created" value=${value.kind} onValue=${(kind) => set({ kind })} of=${KINDS}
        fault=${faults.kind || faultAt(problem, '/generate')} />
      ${lengthOf && html`<${Text} label=${lengthOf} placeholder=${usual} inputmode="numeric"
        ...${field('length', '/generate/length')} />`}
      ${secret.type === 'key_value' && !PAIR_KINDS.includes(value.kind)
        && html`<${Select} label="For which key" value=${value.key || 'password'} onValue=${(key) => set({ key })}
        of=${[...new Set(['password', ...secret.keys])].map((one) => [one, one])} />`}</div>`}
    ${value.source === 'hook' && html`<${Text} label="Address of the service" placeholder="https://rotator.example.com/db"
      hint="It is called to create, test, finish and revoke; each call is signed with a key that is shown once after saving."
        ...${field('url', '/hook')} />`}
    ${value.source === 'manual' && html`<${Text} label="Remind before it is due" placeholder="3d" ...${field('remind',
      '/manual')} />`}
    <${Choices} label="Who holds the old value" value=${value.strategy} onValue=${(strategy) => set({ strategy })}
      of=${[['drain', 'Has time to move', 'It stays valid until all have moved'], ['immediate', 'Loses it at once',
        'After a leak, or where two values cannot be valid together']]} />
    ${value.strategy === 'drain' && html`<${Text} label="At most" placeholder="as for all secrets"
      hint="How long the old value stays valid, such as 1h." ...${field('grace', '/grace')} />`}`;
}
