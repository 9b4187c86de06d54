// Long work: key rotations and deletions, how far they are, and giving them up.
import { html, useEffect, useRef, useState } from '../lib.js';
import { get, post, seg } from '../api.js';
import { useAction, useEvery, useLoad, usePages, usePlace } from '../hooks.js';
import { href, refine } from '../router.js';
import { isOperator } from '../session.js';
import { Badge, Button, Empty, Facts, Loaded, Note, PageHead, Panel, Time } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { Filter } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { WhatIs } from '../ui/whatis.js';

const LOOK_MS = 1000;
const KINDS = { tenant_key_rotation: 'Rotation of a tenant’s key', root_key_rotation: 'Rotation of the root key',
    key_destruction: 'Destruction of a key', tenant_deletion: 'Deletion of a tenant' };
const STATES = { pending: ['wait', 'Waiting'], running: ['info', 'Under way'], succeeded: ['good', 'Done'], failed: ['bad',
    'Failed'], cancelled: ['', 'Given up'] };
const TROUBLES = { integrity: 'Something that was to be moved is damaged.',
    unavailable: 'The database or a node was away; it goes on by itself.',
        internal: 'Something broke in the broker; its log says what.' };

const isOpen = (one) => one.state === 'pending' || one.state === 'running';

export function Operations() {
  const { query } = usePlace();
  const pages = usePages('/operations', { state: query.state }, 'operations');
  useEvery(LOOK_MS * 2, () => pages.items?.some(isOpen) && pages.reload());
  const people = usePeople();
  const columns = [
    { title: 'What', cell: (one) => html`<a class="strong" href=${href(['operator', 'work', one.id])}>${KINDS[one.kind]
        || one.kind}</a>` },
    { title: 'Of', cell: (one) => one.tenant },
    { title: 'State', cell: (one) => html`<${Badge} kind=${STATES[one.state][0]}>${STATES[one.state][1]}</${Badge}>` },
    { title: 'How far', cell: (one) => html`<div class="use"><${Bar} one=${one} /></div>` },
    { title: 'Asked for by', cell: (one) => html`<${Who} is=${one.requested_by} people=${people} />` },
    { title: 'Begun', cell: (one) => html`<${Time} at=${one.created_at} />` },
  ];
  return html`
    <div class="stack">
    <${WhatIs} what="long work">
      <p>What takes longer than a click: rotations of keys, destructions of keys, deletions of tenants. It goes on in the broker,
        whether this page is open or not, and after a restart.</p></${WhatIs}>
    <${Panel} flush title="Long work">
      <div class="filters"><${Filter} label="State of the work" value=${query.state} onValue=${(state) => refine({ state })}
        of=${[['', 'All states'], ['open', 'Not ended'], ...Object.entries(STATES).map(([word, [, title]]) => [word,
            title])]} /></div>
      <${Paged} pages=${pages} label="Long work" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="operator"
            title="No long work">Rotations of keys and deletions of tenants appear here while they run, and after.</${Empty}>`} />
    </${Panel}>
    </div>`;
}

function Bar({ one }) {
  const known = one.total !== undefined;
  const share = one.state === 'succeeded' ? 100 : known && one.total > 0 ? Math.floor((100 * one.done) / one.total) : 0;
  const text = known ? `${one.done.toLocaleString('en')} of ${one.total.toLocaleString('en')}` : one.state === 'succeeded'
      ? 'done' : 'being counted';
  return html`
    <div class="meter" role="progressbar" aria-label=${KINDS[one.kind]} aria-valuemin="0" aria-valuemax="100"
        aria-valuenow=${share} aria-valuetext=${text}>
      <i class=${one.state === 'failed' ? 'is-full' : ''} style=${{ width: share + '%' }}></i></div>
    <span class="number small">${text}</span>`;
}

/** One operation, followed until it has ended. onEnded is called once then. */
export function Work({ id, onEnded, about }) {
  const state = useLoad((signal) => get('/operations/' + seg(id), {}, { signal }), [id]);
  const [asking, ask] = useState(false);
  const ended = useRef(false);
  const one = state.data;
  useEvery(LOOK_MS, () => one && isOpen(one) && state.reload());
  useEffect(() => {
    if (one && !isOpen(one) && !ended.current) {
      ended.current = true;
      onEnded?.();
    }
  }, [one?.state]);
  const people = usePeople();
  const cancellable = one && isOpen(one) && isOperator() && one.kind.endsWith('_rotation');
  return html`
    <${Panel} title=${one ? KINDS[one.kind] : 'Long work'} actions=${cancellable && html`<${Button}
        onClick=${() => ask(true)}>Give up</${Button}>`}>
      <${Loaded} state=${state}>${() => html`
        <div class="stack">
          <div class="row" role="status"><${Badge} kind=${STATES[one.state][0]}>${STATES[one.state][1]}</${Badge}>
            ${one.state === 'succeeded' && html`<span>Everything is moved; nothing is left to do.</span>`}</div>
          <div class="stack tight big-meter"><${Bar} one=${one} /></div>
          ${one.problem && html`<${Note} kind=${isOpen(one) ? 'wait' : 'bad'} title="What last went wrong">${TROUBLES[one.problem]
              || one.problem}</${Note}>`}
          ${about && html`<${Facts} of=${[['Asked for by', html`<${Who} is=${one.requested_by} people=${people} />`], ['Begun',
              html`<${Time} at=${one.created_at} />`],
            ['Last step', html`<${Time} at=${one.updated_at} />`], ['Ended', one.ended_at && html`<${Time}
                at=${one.ended_at} />`], ['Id', html`<code>${one.id}</code>`]]} />`}
        </div>`}
      </${Loaded}>
      ${asking && html`<${GiveUp} id=${id} onClose=${() => ask(false)} onDone=${() => { ask(false); state.reload(); }} />`}
    </${Panel}>`;
}

function GiveUp({ id, onClose, onDone }) {
  const cancelling = useAction(async () => {
    await post(`/operations/${seg(id)}/cancel`, {}, { once: false });
    toast('It is given up; what is moved stays moved.');
    onDone();
  });
  return html`
    <${Confirm} title="Give this up?" action="Give up" onClose=${onClose} onConfirm=${cancelling.run} busy=${cancelling.busy}
        problem=${cancelling.problem}>
      <p>What has been moved stays moved, and all keys stay usable. The next rotation takes up the rest.</p>
    </${Confirm}>`;
}

export const Operation = ({ name: id, crumbs }) => html`<${PageHead} title="Long work" crumbs=${crumbs} /><${Work} id=${id}
    about />`;
