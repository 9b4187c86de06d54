// One webhook: how it goes, what its endpoint did not take, and what can be done about it.
import { html, useRef, useState } from '../lib.js';
import { del, get, patch, post, seg } from '../api.js';
import { useAction, useEvents, useEvery, useLoad, usePages } from '../hooks.js';
import { go } from '../router.js';
import { usePlaces } from '../scope.js';
import { may } from '../session.js';
import { Badge, Button, Empty, Facts, Loaded, Note, PageHead, Panel, ProblemNote, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { Choices, faultOf, Text } from '../ui/field.js';
import { ShownOnce } from '../ui/once.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { typeFull, typeTitle } from './eventwords.js';
import { hostOf, Kinds, kindsOf, listed, stateOf, urlFault } from './webhooks.js';

const LOOK_MS = 5000;

/** What an endpoint answered, in words. */
export const statusText = (status) => (!status ? '–' : status.startsWith('http_') ? 'HTTP ' + status.slice(5)
  : { timeout: 'no answer in time', too_large: 'the answer was too large', unreachable: 'not reached' }[status] || status);

export function Webhook({ id, crumbs }) {
  const state = useLoad((signal) => get('/webhooks/' + seg(id), {}, { signal }), [id]);
  const pages = usePages(`/webhooks/${seg(id)}/deliveries`, {}, 'deliveries');
  const reload = () => {
    state.reload();
    pages.reload();
  };
  useEvents(['webhook'], reload);
  useEvery(LOOK_MS, reload);
  const [open, show] = useState('');
  const held = useRef('');
  const hook = state.data;
  const mine = may('webhook_admin', hook?.project_id);
  const done = () => {
    show('');
    reload();
  };
  const rolled = (data) => {
    held.current = data.signing_key;
    show('key');
    reload();
  };
  const close = () => show('');
  return html`
    <${PageHead} title=${hook ? 'Webhook to ' + hostOf(hook) : 'Webhook'} crumbs=${crumbs} badges=${hook && html`<${Badge}
        kind=${stateOf(hook)[0]}>${stateOf(hook)[1]}</${Badge}>`}
      actions=${mine && hook && html`<${Actions} hook=${hook} show=${show} onDone=${done} />`}>
      ${hook?.description}</${PageHead}>
    <${Loaded} state=${state}>${() => html`
      <div class="stack">
        <${Shown} hook=${hook} />
        <${Deliveries} hook=${hook} pages=${pages} mine=${mine} />
      </div>
      ${open === 'change' && html`<${Change} hook=${hook} onClose=${close} onDone=${done} />`}
      ${open === 'roll' && html`<${Roll} hook=${hook} onClose=${close} onRolled=${rolled} />`}
      ${open === 'key' && html`<${ShownOnce} title="Key of this webhook" label="Signing key" held=${held} onClose=${close}>
        <p>Give it to the service behind the endpoint before the old key ends.</p></${ShownOnce}>`}
      ${open === 'delete' && html`<${Delete} hook=${hook} onClose=${close} />`}`}
    </${Loaded}>`;
}

function Actions({ hook, show, onDone }) {
  const turning = useAction(async () => {
    await patch('/webhooks/' + seg(hook.id), { enabled: !hook.enabled });
    toast(hook.enabled ? 'The webhook is off; what happens meanwhile waits.' : 'The webhook is on; it goes on where it stopped.');
    onDone();
  });
  return html`
    <${Button} onClick=${() => show('change')}>Change</${Button}>
    <${Button} busy=${turning.busy} onClick=${turning.run}>${hook.enabled ? 'Switch off' : 'Switch on'}</${Button}>
    <${Button} onClick=${() => show('roll')}>Roll signing key</${Button}>
    <${Button} kind="danger" icon="trash" onClick=${() => show('delete')}>Delete</${Button}>
    ${turning.problem && html`<${ProblemNote} problem=${turning.problem} />`}`;
}

function Shown({ hook }) {
  const people = usePeople();
  const { projects, domains } = usePlaces();
  const named = (all, id) => id && (all.find((one) => one.id === id)?.name || id);
  const [, , why] = stateOf(hook);
  return html`
    ${why && html`<${Note} kind=${hook.enabled ? 'wait' : 'bad'} title=${hook.enabled ? 'The endpoint does not take events'
        : 'It is told nothing'}>${why}</${Note}>`}
    <${Panel} title="About" actions=${may('webhook_admin', hook.project_id) && html`<${Test} hook=${hook} />`}><${Facts} of=${[
      ['Address', html`<code class="break">${hook.url}</code>`],
      ['Told of', hook.types.length ? hook.types.map(typeTitle).join(', ') : 'everything'],
      ['Project', named(projects, hook.project_id)], ['Domain', named(domains, hook.domain_id)],
      ['Secrets', hook.secrets.join(', ')],
      ['Last answer', hook.last_at && html`${statusText(hook.last_status)}, <${Time} at=${hook.last_at} />`],
      ['Failing since', hook.failing_since && html`<${Time} at=${hook.failing_since} />`],
      ['Next try', hook.next_attempt_at && html`<${Time} at=${hook.next_attempt_at} />`],
      ['Told with the rights of', html`<${Who} is=${hook.owner} people=${people} />`],
      ['Created', html`<${Time} at=${hook.created_at} />`],
    ]} /></${Panel}>`;
}

function Test({ hook }) {
  const [result, set] = useState(null);
  const testing = useAction(async () => set((await post(`/webhooks/${seg(hook.id)}/test`, {}, { once: false })).data));
  return html`
    <div class="row">
      <span role="status">${testing.problem ? html`<${Badge} kind="bad">${testing.problem.message}</${Badge}>`
        : result && !testing.busy && html`<${Badge} kind=${result.delivered ? 'good' : 'bad'}>${result.delivered ? 'Taken'
            : 'Not taken'}: ${statusText(result.status)}</${Badge}>`}</span>
      <${Button} icon="play" busy=${testing.busy} onClick=${testing.run}>Send a test</${Button}>
    </div>`;
}

const STATES = {
  retrying: ['wait', 'Tried again', 'The events after it wait.'], parked: ['bad', 'Put aside', 'The events after it went on.'],
      due: ['info', 'About to be sent', ''],
  delivered: ['good', 'Taken', ''], lost: ['bad', 'Lost', 'The event is no longer kept.'],
};

function Deliveries({ hook, pages, mine }) {
  const sending = useAction(async (one) => {
    await post(`/webhooks/${seg(hook.id)}/deliveries/${seg(one.id)}/redeliver`, {});
    toast('It will be sent again soon.');
    pages.reload();
  });
  const columns = [
    { title: 'Event', cell: (one) => html`<div class="stack tight"><span>${typeTitle(one.type)}</span><code
        class="small muted break">${one.id}</code></div>` },
    { title: 'State', cell: (one) => html`<div class="stack tight"><div><${Badge}
        kind=${STATES[one.state][0]}>${STATES[one.state][1]}</${Badge}></div>
      ${STATES[one.state][2] && html`<span class="small muted">${STATES[one.state][2]}</span>`}</div>` },
    { title: 'Tries', right: true, cell: (one) => one.attempts },
    { title: 'Last answer', cell: (one) => statusText(one.last_status) },
    { title: 'First', cell: (one) => html`<${Time} at=${one.first_at} />` },
    { title: 'Last', cell: (one) => html`<${Time} at=${one.last_at} />` },
    ...(mine ? [{ title: '', right: true, cell: (one) => (one.state === 'parked' || one.state === 'delivered') && html`<${Button}
      kind="plain" aria-label=${`Send again: ${typeTitle(one.type)}, ${one.id}`} busy=${sending.busy}
          onClick=${() => sending.run(one)}>Send again</${Button}>` }] : []),
  ];
  return html`
    <${Panel} flush title="Not taken at the first try">
      ${sending.problem && html`<div class="panel-text"><${ProblemNote} problem=${sending.problem} /></div>`}
      <${Paged} pages=${pages} label="Deliveries" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="check" heading="h3"
            title="Nothing is waiting">What the endpoint takes at once is not listed here.</${Empty}>`} />
    </${Panel}>`;
}

function Change({ hook: now, onClose, onDone }) {
  const [hook] = useState(now); // as it was when changing began, so that what others change meanwhile is not undone
  const [form, set] = useState({ url: hook.url, description: hook.description, kinds: kindsOf(hook),
      secrets: hook.secrets.join(', ') });
  const change = (what) => set((was) => ({ ...was, ...what }));
  const saving = useAction(async () => {
    await patch('/webhooks/' + seg(hook.id), { url: form.url.trim(), description: form.description,
        types: form.kinds.map(typeFull), secrets: listed(form.secrets) }, { headers: { 'If-Match': hook.etag } });
    toast('The webhook is changed.');
    onDone();
  });
  return html`
    <${FormDialog} title="Change webhook" action="Save" wide onClose=${onClose} onSubmit=${saving.run} busy=${saving.busy}
        problem=${saving.problem} atFields=${['/url', '/description']}>
      <${Text} label="Address" type="url" value=${form.url} onValue=${(url) => change({ url })} maxlength="2048"
          fault=${urlFault(saving.problem, form.url)} />
      <${Text} label="What is it for? (optional)" value=${form.description} onValue=${(description) => change({ description })}
          maxlength="1024" fault=${faultOf(saving.problem, '/description')} />
      <${Kinds} of=${form.kinds} onChange=${(kinds) => change({ kinds })} />
      <${Text} label="Only of these secrets (optional)" value=${form.secrets} onValue=${(secrets) => change({ secrets })}
          hint="Names or ids, with commas between." />
      <p class="hint">From then on it is told what you may see, whoever created it.</p>
    </${FormDialog}>`;
}

const OVERLAPS = [['1h', '1 hour', ''], ['1d', '1 day', 'Usual.'], ['7d', '7 days', '']];

function Roll({ hook, onClose, onRolled }) {
  const [overlap, set] = useState('1d');
  const rolling = useAction(async () => onRolled((await post(`/webhooks/${seg(hook.id)}/roll`, { overlap })).data));
  return html`
    <${FormDialog} title="Roll the signing key" action="Roll key" onClose=${onClose} onSubmit=${rolling.run} busy=${rolling.busy}
        problem=${rolling.problem}>
      <${Choices} label="How long are calls signed with the old key as well?" value=${overlap} onValue=${set} of=${OVERLAPS} />
    </${FormDialog}>`;
}

function Delete({ hook, onClose }) {
  const deleting = useAction(async () => {
    await del('/webhooks/' + seg(hook.id));
    toast('The webhook is deleted.');
    onClose();
    go(['events', 'webhooks']);
  });
  return html`
    <${Confirm} title="Delete this webhook?" action="Delete webhook" onClose=${onClose} onConfirm=${deleting.run}
        busy=${deleting.busy} problem=${deleting.problem}>
      <p><code class="break">${hook.url}</code> is told nothing any more; what was waiting for it is dropped.</p>
    </${Confirm}>`;
}
