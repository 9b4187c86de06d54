// Webhooks: endpoints that are told of events.
import { html, useRef, useState } from '../lib.js';
import { post } from '../api.js';
import { useAction, useEvents, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { usePlaces, useScope } from '../scope.js';
import { may } from '../session.js';
import { Badge, Button, Empty, Panel, plural, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { Check, faultOf, Select, Text } from '../ui/field.js';
import { ShownOnce } from '../ui/once.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { TYPES, typeFull, typeWord } from './eventwords.js';

const WHY = {
  gone: 'The endpoint said that it is gone for good.',
      schedule_through: 'It did not take an event for so long that the broker gave up.',
  too_many_refused: 'It refused too many events.', owner_gone: 'Whoever created it is gone.',
      rights_lost: 'Its owner may no longer see events.',
};

/** [kind of badge, title, why] */
export function stateOf(hook) {
  if (!hook.enabled) {
    return hook.disabled_for ? ['bad', 'Switched off', WHY[hook.disabled_for] || hook.disabled_for] : ['', 'Off',
        'Somebody has switched it off.'];
  }
  return hook.failing_since ? ['wait', 'Failing', `The next event was refused ${plural(hook.attempts,
      'time')} so far; it is tried again.`] : ['good', 'On', ''];
}

export function Webhooks() {
  const pages = usePages('/webhooks', {}, 'webhooks');
  useEvents(['webhook'], pages.reload);
  const [making, make] = useState(false);
  const [made, show] = useState(null);
  const held = useRef('');
  const { projects } = usePlaces();
  const button = may('webhook_admin') && html`<${Button} kind="primary" icon="plus"
      onClick=${() => make(true)}>Create a webhook</${Button}>`;
  const done = (data) => {
    held.current = data.signing_key;
    make(false);
    show(data.id);
    pages.reload();
  };
  const columns = [
    { title: 'Endpoint', cell: (one) => html`<a class="strong" href=${href(['events', 'webhooks', one.id])}>${one.url}</a>` },
    { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
    { title: 'State', cell: (one) => html`<${Badge} kind=${stateOf(one)[0]}>${stateOf(one)[1]}</${Badge}>` },
    { title: 'Told of', cell: (one) => (one.types.length ? plural(one.types.length, 'kind') : 'everything') },
    { title: 'Project', cell: (one) => (one.project_id ? projects.find((each) => each.id === one.project_id)?.name || 'one'
        : 'all') },
    { title: 'Last call', cell: (one) => html`<${Time} at=${one.last_at} />` },
  ];
  return html`
    <${Panel} flush title="Webhooks" actions=${button}>
      <${Paged} pages=${pages} label="Webhooks" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="events" title="No webhook yet"
            action=${button}>Have events posted to a service of yours: signed, in order, and again until it takes
                them.</${Empty}>`} />
    </${Panel}>
    ${making && html`<${NewWebhook} onClose=${() => make(false)} onMade=${done} />`}
    ${made && html`<${ShownOnce} title="Key of this webhook" label="Signing key" held=${held}
        onClose=${() => { show(null); go(['events', 'webhooks', made]); }}>
      <p>Give it to the service behind the endpoint: each call is signed with it as Standard Webhooks say
          (<code>webhook-signature</code>), so that the service knows who calls.</p></${ShownOnce}>`}`;
}

/** The kinds of events that are told; none chosen means all. */
export const Kinds = ({ of, onChange, fault }) => html`
  <fieldset class="field"><legend>Which events?</legend>
    <div class="hint">${of.length ? '' : 'None chosen means all of them.'}</div>
    <div class="grid kinds">${TYPES.map(([word, title]) => html`<${Check} key=${word} label=${title} checked=${of.includes(word)}
      onValue=${(on) => onChange(on ? [...of, word] : of.filter((one) => one !== word))} />`)}</div>
    ${fault && html`<div class="fault">${fault}</div>`}</fieldset>`;

export const listed = (text) => text.split(/[\s,]+/).filter(Boolean);

const AT_FIELDS = ['/url', '/description', '/types', '/project', '/domain', '/secrets'];

/** A fault of a field or of one of the things in it. */
const faultIn = (problem, pointer) => faultOf(problem, pointer)
    || problem?.fields?.find((one) => one.pointer?.startsWith(pointer + '/'))?.detail;

/** What is asked of an address that the broker has refused. */
export function urlFault(problem, typed) {
  if (!faultOf(problem, '/url')) {
    return undefined;
  }
  const url = URL.canParse(typed.trim()) ? new URL(typed.trim()) : null;
  return !url || !/^https?:$/.test(url.protocol) ? 'A whole address is asked for, such as https://hooks.example.com/hushbus.'
    : url.protocol === 'http:' ? 'Begin it with https://. This broker sends events by https alone: nobody reads them on the way.'
    : 'The broker may not call this address: it is within its own network. Who runs the broker can allow it (outbound.allow).';
}

/** What a webhook is called: the host that it calls. */
export const hostOf = (hook) => (URL.canParse(hook.url) ? new URL(hook.url).host : hook.url);

function NewWebhook({ onClose, onMade }) {
  const { projects, domains } = usePlaces();
  const here = useScope();
  const [form, set] = useState({ url: '', description: '', project: here.project, domain: here.domain, secrets: '', kinds: [] });
  const change = (what) => set((was) => ({ ...was, ...what }));
  const making = useAction(async () => {
    const secrets = listed(form.secrets);
    const { data } = await post('/webhooks', {
      url: form.url.trim(), description: form.description || undefined, project: form.project || undefined, domain: form.domain
          || undefined,
      types: form.kinds.length ? form.kinds.map(typeFull) : undefined, secrets: secrets.length ? secrets : undefined,
    });
    toast('The webhook is created.');
    onMade(data);
  });
  const text = (field, label, rest) => html`<${Text} label=${label} value=${form[field]}
      onValue=${(value) => change({ [field]: value })} fault=${faultIn(making.problem, '/' + field)} ...${rest} />`;
  return html`
    <${FormDialog} title="Create a webhook" action="Create" wide onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem} atFields=${AT_FIELDS} unready=${!form.url.trim()}>
      ${text('url', 'Address', { type: 'url', placeholder: 'https://hooks.example.com/hushbus', maxlength: 2048,
          hint: 'https; it is called from the broker.', fault: urlFault(making.problem, form.url) })}
      ${text('description', 'What is it for? (optional)', { maxlength: 1024 })}
      <${Kinds} of=${form.kinds} onChange=${(kinds) => change({ kinds })} fault=${faultIn(making.problem, '/types')} />
      <div class="grid">
        <${Select} label="Only of project" value=${form.project} onValue=${(project) => change({ project })}
            fault=${faultOf(making.problem, '/project')}
          of=${[['', 'All that you may see'], ...projects.map((one) => [one.name, one.name])]} />
        <${Select} label="Only of domain" value=${form.domain} onValue=${(domain) => change({ domain })}
            fault=${faultOf(making.problem, '/domain')}
          of=${[['', 'All'], ...domains.map((one) => [one.name, one.name])]} />
      </div>
      ${text('secrets', 'Only of these secrets (optional)', { hint: 'Names, with commas between.' })}
      <p class="hint">It is told what you may see, as long as you may see it.</p>
    </${FormDialog}>`;
}

export const kindsOf = (hook) => hook.types.map(typeWord);
