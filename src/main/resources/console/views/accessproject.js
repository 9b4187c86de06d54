// One project: what it is for, who may look at values, what it may have at a time, and who has which role in it.
import { html, useState } from '../lib.js';
import { get, patch, put, seg } from '../api.js';
import { useAction, useLoad } from '../hooks.js';
import { href } from '../router.js';
import { usePlaces } from '../scope.js';
import { may, mayInTenant } from '../session.js';
import { Button, Facts, Loaded, PageHead, Panel, ProblemNote, Time } from '../ui/basic.js';
import { Confirm } from '../ui/dialog.js';
import { Choices, faultOf, Select, Text } from '../ui/field.js';
import { toast } from '../ui/toast.js';
import { RolesAt } from './accessroles.js';
import { REVEAL, useCommunities } from './accesswords.js';

export function Project({ name, crumbs }) {
  const state = useLoad((signal) => get('/projects/' + seg(name), {}, { signal }), [name]);
  const project = state.data;
  return html`
    <${PageHead} title=${name} crumbs=${crumbs} actions=${html`<a class="button" href=${href(['secrets'], { project: name,
        domain: '' })}>Its secrets</a>`}>
      ${project?.description}
    </${PageHead}>
    <${Loaded} state=${state}>${() => html`
      <div class="stack">
        <${Settings} project=${project} reload=${state.reload} />
        ${may('role_read', project.id) && html`<${RolesAt} place=${{ project: name }}
            own=${(one) => one.project_id === project.id} id=${project.id}
          title="Roles in this project" wider="Roles in the whole organization, and in its community, hold here as well." />`}
        <${Quotas} name=${name} id=${project.id} />
      </div>`}
    </${Loaded}>`;
}

function Settings({ project, reload }) {
  const [changing, change] = useState(false);
  const mine = may('project_admin', project.id);
  const button = mine && !changing && html`<${Button} onClick=${() => change(true)}>Change</${Button}>`;
  return html`
    <${Panel} title="Settings" actions=${button}>
      ${changing ? html`<${Change} project=${project} onDone=${() => { change(false); reload(); }}
          onCancel=${() => change(false)} />` : html`
        <${Facts} of=${[
          ['What for', project.description || '–'],
          ['Community', project.community && mayInTenant('community_read') ? html`<a href=${href(['access', 'communities',
              project.community])}>${project.community}</a>` : project.community || 'none'],
          ['Values seen by', REVEAL.find(([word]) => word === project.reveal)?.[1]],
          ['Created', html`<${Time} at=${project.created_at} />`],
          ['Id', html`<code>${project.id}</code>`],
        ]} />`}
    </${Panel}>`;
}

function Change({ project: now, onDone, onCancel }) {
  const [project] = useState(now); // as it was when changing began, so that what others change meanwhile is not undone
  const [description, describe] = useState(project.description || '');
  const [reveal, setReveal] = useState(project.reveal || 'off');
  const [community, join] = useState(project.community || '');
  const [sure, ask] = useState(false);
  const communities = useCommunities();
  const places = usePlaces();
  const leaves = project.community && community !== project.community;
  const saving = useAction(async () => {
    const changes = { description: description || null, reveal };
    await patch('/projects/' + seg(project.name), community === (project.community || '') ? changes : { ...changes,
        community: community || null }, { headers: { 'If-Match': project.etag } });
    toast(`Project ${project.name} is changed.`);
    places.reload();
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    leaves ? ask(true) : saving.run();
  };
  return html`
    <form class="stack narrow" onSubmit=${submit} novalidate>
      <${Text} label="What is it for?" value=${description} onValue=${describe} maxlength="1024" fault=${faultOf(saving.problem,
          '/description')} />
      <${Choices} label="Who may look at values?" value=${reveal} onValue=${setReveal} of=${REVEAL} />
      ${mayInTenant('community_admin') && html`<${Select} label="Community" value=${community} onValue=${join}
          fault=${faultOf(saving.problem, '/community')}
        of=${[['', 'None'], ...communities.map((one) => [one.name, one.name])]} />`}
      ${!sure && html`<${ProblemNote} problem=${saving.problem} atFields=${['/description', '/community']} />`}
      <div class="row">
        <${Button} type="submit" kind="primary" busy=${saving.busy}>Save</${Button}>
        <${Button} onClick=${onCancel}>Cancel</${Button}>
      </div>
      ${sure && html`<${Confirm} title=${`Take ${project.name} out of ${project.community}?`} action="Leave the community"
          onClose=${() => ask(false)} onConfirm=${saving.run}
          busy=${saving.busy} problem=${saving.problem}>
        <p>What the project shared there ends for the others, and what it adopted there ends for it: programs that hold such a
            secret lose it at once.</p>
      </${Confirm}>`}
    </form>`;
}

const BUDGETS = [['leases', 'Leases live at a time'], ['runs', 'Runs open at a time']];

function Quotas({ name, id }) {
  const state = useLoad((signal) => get(`/projects/${seg(name)}/quotas`, {}, { signal }), [name]);
  const [changing, change] = useState(false);
  const button = mayInTenant('project_quota') && state.data && !changing && html`<${Button}
      onClick=${() => change(true)}>Change</${Button}>`;
  if (state.problem?.isRefusal || !may('project_read', id)) {
    return null;
  }
  return html`
    <${Panel} title="What it may have at a time" actions=${button}>
      <${Loaded} state=${state}>${({ limits, set, etag }) => (changing
        ? html`<${ChangeQuotas} name=${name} limits=${limits} set=${set} etag=${etag}
            onDone=${() => { change(false); state.reload(); }}
            onCancel=${() => change(false)} />`
        : html`<${Facts} of=${BUDGETS.map(([word, title]) => [title, limits[word] === undefined
            ? 'as many as the organization may have'
          : html`<span class="number">${limits[word].toLocaleString('en')}</span> <span
              class="muted small">${set[word] === undefined ? 'as for all projects' : 'for this project alone'}</span>`])} />`)}
      </${Loaded}>
    </${Panel}>`;
}

function ChangeQuotas({ name, limits, set, etag, onDone, onCancel }) {
  const [seen] = useState(etag);
  const [texts, write] = useState(Object.fromEntries(BUDGETS.map(([word]) => [word, set[word] === undefined ? ''
      : String(set[word])])));
  const wrong = (word) => (texts[word] && !/^\d{1,15}$/.test(texts[word]) ? 'A whole number.' : undefined);
  const saving = useAction(async () => {
    const chosen = BUDGETS.map(([word]) => [word, texts[word]]).filter(([, text]) => text !== '').map(([word, text]) => [word,
        Number(text)]);
    await put(`/projects/${seg(name)}/quotas`, Object.fromEntries(chosen), { headers: { 'If-Match': seen } });
    toast('The limits are set; they hold everywhere within 5 seconds.');
    onDone();
  });
  const submit = (event) => {
    event.preventDefault();
    if (!BUDGETS.some(([word]) => wrong(word))) {
      saving.run();
    }
  };
  return html`
    <form class="stack narrow" onSubmit=${submit} novalidate>
      <div class="grid">${BUDGETS.map(([word, title]) => html`<${Text} key=${word} label=${title} inputmode="numeric"
          value=${texts[word]} onValue=${(text) => write({ ...texts, [word]: text.trim() })}
        hint=${`Empty: as for all projects${limits[word] !== undefined && set[word] === undefined
            ? ' (' + limits[word].toLocaleString('en') + ')' : ''}.`}
        fault=${wrong(word) || faultOf(saving.problem, '/' + word)} />`)}</div>
      <${ProblemNote} problem=${saving.problem} atFields=${BUDGETS.map(([word]) => '/' + word)} />
      <div class="row"><${Button} type="submit" kind="primary" busy=${saving.busy}>Save</${Button}><${Button}
          onClick=${onCancel}>Cancel</${Button}></div>
    </form>`;
}
