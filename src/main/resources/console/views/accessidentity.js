// Identity providers: who is let in on another system's word, and what they are made.
import { html, useState } from '../lib.js';
import { del, get, seg } from '../api.js';
import { useAction, useLoad, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { usePlaces } from '../scope.js';
import { mayInTenant } from '../session.js';
import { Badge, Button, Empty, Facts, Loaded, PageHead, Panel, Time, duration } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { inWords } from './accessclaims.js';
import { ProviderForm } from './accessidentityform.js';
import { roleTitle } from './accesswords.js';

export const KINDS = { jwt: 'Tokens (OIDC, Kubernetes, CI)', mtls: 'Client certificates' };

export function Providers() {
  const pages = usePages('/identity-providers', {}, 'identity_providers');
  const button = mayInTenant('identity_admin') && html`<a class="button primary" href=${href(['access', 'identity',
      'new'])}>Create a provider</a>`;
  const columns = [
    { title: 'Name', cell: (one) => html`<a class="strong" href=${href(['access', 'identity', one.id])}>${one.name}</a>` },
    { title: 'Shows', cell: (one) => KINDS[one.kind] },
    { title: 'Issuer', cell: (one) => html`<span class="break muted">${one.issuer || '–'}</span>` },
    { title: 'Gives them', cell: (one) => html`<div
        class="row">${[...new Set(one.mappings.map((each) => each.role))].map((role) => html`<${Badge} key=${role}
            kind="accent">${roleTitle(role)}</${Badge}>`)}</div>` },
    { title: 'Changed', cell: (one) => html`<${Time} at=${one.updated_at} />` },
  ];
  return html`
    <${Panel} flush title="Identity providers" actions=${button}>
      <${Paged} pages=${pages} label="Identity providers" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="access" title="No identity provider yet" action=${button}>
          Let people and programs in with what they already have: your company's sign-in, a Kubernetes service account, a CI job,
              a certificate. No key has to be handed out then.</${Empty}>`} />
    </${Panel}>`;
}

export function Provider({ name: id, crumbs }) {
  if (id === 'new') {
    return html`<${PageHead} title="Create an identity provider" crumbs=${crumbs} /><${ProviderForm}
        onDone=${(made) => go(['access',
        'identity', made.id])} onCancel=${() => go(['access', 'identity'])} />`;
  }
  return html`<${Known} id=${id} crumbs=${crumbs} />`;
}

function Known({ id, crumbs }) {
  const state = useLoad((signal) => get('/identity-providers/' + seg(id), {}, { signal }), [id]);
  const [open, show] = useState('');
  const mine = mayInTenant('identity_admin');
  const done = () => {
    show('');
    state.reload();
  };
  const actions = mine && state.data && open !== 'change' && html`
    <${Button} onClick=${() => show('change')}>Change rules</${Button}><${Button} kind="danger" icon="trash"
        onClick=${() => show('end')}>End</${Button}>`;
  return html`
    <${PageHead} title=${state.data?.name || 'Identity provider'} crumbs=${crumbs} actions=${actions} />
    <${Loaded} state=${state}>${(provider) => (open === 'change'
      ? html`<${ProviderForm} provider=${provider} onDone=${done} onCancel=${() => show('')} />`
      : html`<${Rules} provider=${provider} />
        ${open === 'end' && html`<${End} provider=${provider} onClose=${() => show('')} />`}`)}
    </${Loaded}>`;
}

function Rules({ provider }) {
  const people = usePeople();
  const { projects } = usePlaces();
  const place = (id) => projects.find((one) => one.id === id)?.name;
  const all = (conditions) => html`<ul>${conditions.map((one, i) => html`<li key=${i}>${inWords(one)}</li>`)}</ul>`;
  return html`
    <div class="stack">
      <${Panel} title="Who is let in"><${Facts} of=${[
        ['Shows', KINDS[provider.kind]],
        ['Issuer', provider.issuer],
        ['Audience', provider.audience && html`<code>${provider.audience}</code>`],
        ['Keys', provider.jwks_url || (provider.jwks && `${provider.jwks.keys.length} given here`)],
        ['Signed by', provider.algorithms?.join(', ')],
        ['Longest token', provider.max_token_lifetime_seconds && duration(provider.max_token_lifetime_seconds)],
        ['If', provider.any_subject ? 'anybody whom the provider vouches for' : all(provider.conditions)],
        ['Changed', html`<${Time} at=${provider.updated_at} />`],
        ['Created by', html`<${Who} is=${provider.created_by} people=${people} />`],
        ['Id', html`<code>${provider.id}</code>`],
      ]} /></${Panel}>
      <${Panel} title="What they are given">
        <dl class="facts">${provider.mappings.map((one, i) => html`
          <dt key=${i}><${Badge} kind="accent">${roleTitle(one.role)}</${Badge}></dt>
          <dd>${one.project_id ? html`in project <b>${place(one.project_id) || one.project_id}</b>` : 'in the whole organization'}
            ${one.conditions.length > 0 ? html`<span class="muted"> if</span>${all(one.conditions)}` : html`<span
                class="muted">, everybody let in</span>`}</dd>`)}</dl>
      </${Panel}>
    </div>`;
}

function End({ provider, onClose }) {
  const ending = useAction(async () => {
    await del('/identity-providers/' + seg(provider.id));
    toast(`${provider.name} is ended; whom it let in is out within 5 seconds.`);
    onClose();
    go(['access', 'identity']);
  });
  return html`
    <${Confirm} title=${`End ${provider.name}?`} action="End provider" typed=${provider.name} onClose=${onClose}
        onConfirm=${ending.run} busy=${ending.busy} problem=${ending.problem}>
      <p>Everybody whom it let in is out within 5 seconds, programs included. What they did stays in the audit trail.</p>
    </${Confirm}>`;
}
