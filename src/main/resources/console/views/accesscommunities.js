// Communities: projects that may share secrets with each other.
import { html, useState } from '../lib.js';
import { del, get, patch, post, seg } from '../api.js';
import { useAction, useLoad, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { usePlaces } from '../scope.js';
import { may, mayInCommunity, mayInTenant } from '../session.js';
import { Button, Empty, Loaded, Note, PageHead, Panel, plural, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { faultOf, Select, Text } from '../ui/field.js';
import { Paged, Table } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { RolesAt } from './accessroles.js';
import { NAME_RULE } from './accesswords.js';

export function Communities() {
  const pages = usePages('/communities', {}, 'communities');
  const { projects } = usePlaces();
  const [making, make] = useState(false);
  const button = mayInTenant('community_admin') && html`<${Button} kind="primary" icon="plus"
      onClick=${() => make(true)}>Create a community</${Button}>`;
  const columns = [
    { title: 'Name', cell: (one) => (mayInCommunity('community_read', one.id)
      ? html`<a class="strong" href=${href(['access', 'communities', one.name])}>${one.name}</a>` : html`<b>${one.name}</b>`) },
    { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
    { title: 'Projects', right: true, cell: (one) => projects.filter((project) => project.community === one.name).length },
    { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
  ];
  return html`
    <${Panel} flush title="Communities" actions=${button}>
      <${Paged} pages=${pages} label="Communities" id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="access" title="No community yet"
            action=${button}>Projects of one community can share secrets: one project owns the secret, the others adopt it and
                follow its rotations.</${Empty}>`} />
    </${Panel}>
    ${making && html`<${NewCommunity} onClose=${() => make(false)} />`}`;
}

function NewCommunity({ onClose }) {
  const [name, setName] = useState('');
  const [description, describe] = useState('');
  const making = useAction(async () => {
    await post('/communities', { name, description: description || undefined });
    toast(`Community ${name} is created. Put projects into it next.`);
    onClose();
    go(['access', 'communities', name]);
  });
  return html`
    <${FormDialog} title="Create a community" action="Create" onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem}
                   atFields=${['/name', '/description']} unready=${!name}>
      <${Text} label="Name" value=${name} onValue=${setName} hint=${NAME_RULE} fault=${faultOf(making.problem, '/name')}
          maxlength="63" autocomplete="off" />
      <${Text} label="What is it for? (optional)" value=${description} onValue=${describe} fault=${faultOf(making.problem,
          '/description')} maxlength="1024" />
    </${FormDialog}>`;
}

export function Community({ name, crumbs }) {
  const state = useLoad((signal) => get('/communities/' + seg(name), {}, { signal }), [name]);
  const [open, show] = useState('');
  const places = usePlaces();
  const members = places.projects.filter((one) => one.community === name);
  const mine = mayInTenant('community_admin');
  const close = () => show('');
  const actions = mine && state.data && html`
    <${Button} onClick=${() => show('describe')}>Change description</${Button}><${Button} kind="danger" icon="trash"
        onClick=${() => show('delete')}>Delete</${Button}>`;
  return html`
    <${PageHead} title=${name} crumbs=${crumbs} actions=${actions}>${state.data?.description}</${PageHead}>
    <${Loaded} state=${state}>${(community) => html`
      <div class="stack">
        <${Members} name=${name} members=${members} places=${places} mine=${mine} />
        ${may('role_read') && html`<${RolesAt} place=${{ community: name }} own=${(one) => one.community_id === community.id}
          title="Roles in this community"
              wider="They hold in all its projects. Roles in the whole organization hold here as well." />`}
      </div>
      ${open === 'describe' && html`<${Describe} community=${community} onClose=${close}
          onDone=${() => { close(); state.reload(); }} />`}
      ${open === 'delete' && html`<${Delete} name=${name} members=${members} onClose=${close} />`}`}
    </${Loaded}>`;
}

function Members({ name, members, places, mine }) {
  const [adding, add] = useState(false);
  const [leaving, leave] = useState('');
  const taking = useAction(async () => {
    await patch('/projects/' + seg(leaving), { community: null });
    toast(`${leaving} has left ${name}.`);
    leave('');
    places.reload();
  });
  const button = mine && html`<${Button} icon="plus" onClick=${() => add(true)}>Add a project</${Button}>`;
  const columns = [
    { title: 'Project', cell: (one) => html`<a class="strong" href=${href(['access', 'projects', one.name])}>${one.name}</a>` },
    { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
    ...(mine ? [{ title: '', right: true, cell: (one) => html`<${Button} kind="plain" aria-label=${'Take out ' + one.name}
      onClick=${() => leave(one.name)}>Take out</${Button}>` }] : []),
  ];
  return html`
    <${Panel} flush title="Projects" actions=${button}>
      ${members.length ? html`<${Table} label=${'Projects of ' + name} columns=${columns} items=${members}
          id=${(one) => one.id} />`
        : html`<${Empty} icon="access" heading="h3" title="No project is in it"
            action=${button}>Add two or more, so that one can use what another shares.</${Empty}>`}
      ${adding && html`<${AddProject} name=${name} places=${places} onClose=${() => add(false)} />`}
      ${leaving && html`<${Confirm} title=${`Take ${leaving} out of ${name}?`} action="Take it out" onClose=${() => leave('')}
          onConfirm=${taking.run} busy=${taking.busy} problem=${taking.problem}>
        <p>What ${leaving} shared here ends for the others, and what it adopted here ends for it: programs that hold such a secret
            lose it at once.</p></${Confirm}>`}
    </${Panel}>`;
}

function AddProject({ name, places, onClose }) {
  const free = places.projects.filter((one) => !one.community);
  const [project, choose] = useState(free[0]?.name || '');
  const adding = useAction(async () => {
    await patch('/projects/' + seg(project), { community: name });
    toast(`${project} is in ${name} now.`);
    places.reload();
    onClose();
  });
  return html`
    <${FormDialog} title=${'Add a project to ' + name} action="Add" onClose=${onClose} onSubmit=${adding.run} busy=${adding.busy}
        problem=${adding.problem} unready=${!project}>
      ${free.length ? html`<${Select} label="Project" value=${project} onValue=${choose} of=${free.map((one) => [one.name,
          one.name])} hint="Only projects that are in no community yet." />`
        : html`<${Note}>Every project is in a community. A project leaves its community in its own settings.</${Note}>`}
    </${FormDialog}>`;
}

function Describe({ community: now, onClose, onDone }) {
  const [community] = useState(now); // as it was when changing began, so that what others change meanwhile is not undone
  const [description, describe] = useState(community.description || '');
  const saving = useAction(async () => {
    await patch('/communities/' + seg(community.name), { description }, { headers: { 'If-Match': community.etag } });
    toast('The description is changed.');
    onDone();
  });
  return html`
    <${FormDialog} title="Change description" action="Save" onClose=${onClose} onSubmit=${saving.run} busy=${saving.busy}
        problem=${saving.problem} atFields=${['/description']}>
      <${Text} label="What is it for?" value=${description} onValue=${describe} maxlength="1024" fault=${faultOf(saving.problem,
          '/description')} />
    </${FormDialog}>`;
}

function Delete({ name, members, onClose }) {
  const deleting = useAction(async () => {
    await del('/communities/' + seg(name));
    toast(`Community ${name} is deleted.`);
    onClose();
    go(['access', 'communities']);
  });
  return html`
    <${Confirm} title=${`Delete ${name}?`} action="Delete community" typed=${name} onClose=${onClose} onConfirm=${deleting.run}
        busy=${deleting.busy} problem=${deleting.problem}>
      ${members.length > 0 && html`<${Note} kind="wait" title=${`It still has ${plural(members.length,
          'project')}, and cannot be deleted before they are out`}>
        ${members.map((one, i) => html`${i > 0 && ', '}<a key=${one.id} href=${href(['access', 'projects',
            one.name])}>${one.name}</a>`)}</${Note}>`}
      <p>The roles that were given in it end with it.</p>
    </${Confirm}>`;
}
