// In which community a secret is visible, so that other projects can adopt it.
import { html, useState } from '../lib.js';
import { del, get, put, scopeQuery, seg } from '../api.js';
import { useAction, useEvents, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { useMay } from '../scope.js';
import { Button, Empty, Loaded, Panel, Time, plural } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { toast } from '../ui/toast.js';
import { Who } from '../ui/people.js';
import { Refused } from './secretrefused.js';
import { useProject } from './secretparts.js';

export function Sharing({ secret, people }) {
  const may = useMay();
  const project = useProject();
  const [dialog, open] = useState(null);
  const at = scopeQuery(secret);
  const state = useLoad(async (signal) => {
    const [shares, usage] = await Promise.all([
      get(`/secrets/${seg(secret.name)}/shares`, at, { signal }),
      get(`/secrets/${seg(secret.name)}/usage`, { ...at, page_size: 500 }, { signal }),
    ]);
    return { shares: shares.shares, adoptions: usage.adoptions };
  }, [secret.id]);
  useEvents(['secret'], state.reload);
  const done = () => {
    open(null);
    state.reload();
  };
  const community = project?.community;
  const Opened = dialog?.share ? Unshare : dialog?.community ? Share : null;
  return html`<${Panel} title="Sharing"><${Loaded} state=${state}>${({ shares, adoptions }) => html`
    <div class="stack">
      ${shares.map((one) => html`
        <div class="row spread" key=${one.id}><span>Visible in the community <b>${one.community}</b> <span
          class="muted">since <${Time} at=${one.created_at} />, by <${Who} people=${people} is=${one.created_by} /></span></span>
          ${may('secret_share') && html`<${Button} kind="danger"
            onClick=${() => open({ share: one })}>End the share</${Button}>`}</div>`)}
      ${shares.length === 0 && html`<${NotShared} community=${community} project=${secret.project} may=${may('secret_share')}
        onShare=${() => open({ community })} />`}
      ${adoptions.length > 0 && html`<div class="stack tight"><h3>Adopted by ${plural(adoptions.length, 'project')}</h3>
        <ul class="stack tight">${adoptions.map((one) => html`<li key=${one.id}><a href=${href(['secrets', one.name],
          { project: one.project, domain: one.domain || '' })}>${one.project}</a>
            ${one.name !== secret.name && ` as ${one.name}`} <span class="muted">since <${Time} at=${one.created_at} /></span>
              </li>`)}</ul></div>`}
    </div>`}</${Loaded}></${Panel}>
    ${Opened && html`<${Opened} secret=${secret} share=${dialog.share} community=${dialog.community}
      adoptions=${state.data?.adoptions || []} onClose=${() => open(null)} onDone=${done} />`}`;
}

const NotShared = ({ community, project, may, onShare }) => (!community
  ? html`<${Empty} icon="access"
  title="This project is in no community">Projects of one community can share secrets with each other. An admin
      puts ${project} into one under Access.</${Empty}>`
  : html`<${Empty} icon="access" title="It is not shared"
  action=${may && html`<${Button} kind="primary" onClick=${onShare}>Share it with ${community}</${Button}>`}>
      ${may ? `Other projects of ${community} could then see that it exists, and adopt it to lease it. It is changed here alone.`
        : `An admin of the community ${community} can share it there, so that other projects may adopt it.`}</${Empty}>`);

function Share({ secret, community, onClose, onDone }) {
  const sharing = useAction(async () => {
    await put(`/secrets/${seg(secret.name)}/shares/${seg(community)}`, {}, { query: scopeQuery(secret) });
    toast(`${secret.name} is visible in ${community} now.`);
    onDone();
  });
  return html`
    <${FormDialog} title=${`Share ${secret.name} with ${community}`} action="Share" onClose=${onClose} onSubmit=${sharing.run}
      busy=${sharing.busy}>
      <p>Every project of ${community} sees its name, description and labels, and may adopt it. This gives nobody the value yet;
          who adopts it can lease it.</p>
      <${Refused} problem=${sharing.problem} secret=${secret} />
    </${FormDialog}>`;
}

function Unshare({ secret, share, adoptions, onClose, onDone }) {
  const ending = useAction(async () => {
    await del(`/secrets/${seg(secret.name)}/shares/${seg(share.community)}`, scopeQuery(secret));
    toast(`${secret.name} is not shared with ${share.community} any more.`);
    onDone();
  });
  return html`
    <${Confirm} title=${`End the share with ${share.community}`} action="End it" onClose=${onClose} onConfirm=${ending.run}
      busy=${ending.busy}>
      <p>${adoptions.length === 0 ? 'No project has adopted it.'
        : html`${plural(adoptions.length, 'project')} lose it, and programs there that hold it lose their leases at once: <b>
        ${adoptions.map((one) => one.project).join(', ')}</b>.`}</p>
      <${Refused} problem=${ending.problem} secret=${secret} />
    </${Confirm}>`;
}
