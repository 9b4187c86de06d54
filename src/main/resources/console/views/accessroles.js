// Who has which role where, giving one and taking it away.
import { html, useState } from '../lib.js';
import { del, get, post } from '../api.js';
import { useAction, useLoad, usePages } from '../hooks.js';
import { href } from '../router.js';
import { usePlaces } from '../scope.js';
import { caller, may, mayInCommunity, mayInTenant } from '../session.js';
import { Badge, Button, Empty, Note, Panel, Time } from '../ui/basic.js';
import { Confirm, FormDialog } from '../ui/dialog.js';
import { Choices, faultOf, Filter, Select } from '../ui/field.js';
import { usePeople, Who } from '../ui/people.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { getsValues, RoleTable } from './accesscan.js';
import { ROLES, roleTitle, useCommunities } from './accesswords.js';

/** All roles that the caller may see, by place. */
export function Roles() {
  const [project, filter] = useState('');
  const { projects } = usePlaces();
  const filters = html`<div class="filters"><${Filter} label="Where" value=${project} onValue=${filter}
    of=${[['', 'Everywhere'], ...projects.map((one) => [one.name, 'Project ' + one.name])]} /></div>`;
  return html`
    <div class="stack">
      <${Bindings} title="Who has which role" query=${{ project }} place=${project ? { project } : {}} filters=${filters}
          mine=${may('role_admin')} />
      <${Explained} />
    </div>`;
}

/**
 * Roles at one place. place: {project} or {community} by name; own: whether a binding is at this very place;
 * wider: where else roles come from.
 */
export const RolesAt = ({ title, place, own, wider, id }) => html`
  <${Bindings} title=${title} query=${place} place=${place} own=${own} wider=${wider} mine=${may('role_admin', id)} />`;

/** Roles of one account. */
export const RolesOf = ({ account, name, onChanged }) => html`
  <${Bindings} title="Roles" onChanged=${onChanged} query=${{}} place=${{}} own=${(one) => one.service_account === account}
      account=${account}
      mine=${may('role_admin')} all
    none=${`${name} can do nothing yet. Give it a role in the project where it works.`} />`;

const MOST = 500;

function Bindings({ title, query, place, own, wider, filters, mine, account, none, all, onChanged }) {
  const pages = usePages('/role-bindings', query, 'role_bindings', all || own ? MOST : undefined);
  const people = usePeople();
  const places = usePlaces();
  const communities = useCommunities();
  const [giving, give] = useState(false);
  const [taking, take] = useState(null);
  const changed = () => {
    pages.reload();
    onChanged?.();
  };
  const shown = own && pages.items ? { ...pages, items: pages.items.filter(own) } : pages;
  const where = (one) => {
    const found = one.project_id ? places.projects.find((each) => each.id === one.project_id)
        : communities.find((each) => each.id === one.community_id);
    if (one.project_id || one.community_id) {
      return found && (one.project_id || mayInCommunity('community_read', found.id))
          ? html`<a href=${href(['access', one.project_id ? 'projects' : 'communities', found.name])}>${one.project_id
          ? 'Project ' : 'Community '}${found.name}</a>`
        : html`${one.project_id ? 'A project' : 'A community'} ${found?.name || ''}`;
    }
    return 'Whole organization';
  };
  const name = (one) => people.named.get(one.service_account) || 'the account';
  const columns = [
    ...(account ? [] : [{ title: 'Who', cell: (one) => html`<${Who} is=${one.service_account} people=${people} />` }]),
    { title: 'Role', cell: (one) => html`<${Badge} kind=${one.role === 'admin' || one.role === 'operator' ? 'wait'
        : one.role === 'runner' ? 'info' : 'accent'}>${roleTitle(one.role)}</${Badge}>` },
    ...(place.project && own || place.community && own ? [] : [{ title: 'Where', cell: where }]),
    { title: 'Given by', cell: (one) => html`<${Who} is=${one.created_by} people=${people} />` },
    { title: 'Since', cell: (one) => html`<${Time} at=${one.created_at} />` },
    ...(mine ? [{ title: '', right: true, cell: (one) => html`<${Button} kind="plain"
      aria-label=${`Take away: ${roleTitle(one.role)} of ${name(one)}`} onClick=${() => take(one)}>Take away</${Button}>` }]
          : []),
  ];
  const button = mine && html`<${Button} kind=${own ? '' : 'primary'} icon="plus"
      onClick=${() => give(true)}>Give a role</${Button}>`;
  return html`
    <${Panel} flush title=${title} actions=${button}>
      ${wider && html`<p class="small muted panel-text">${wider}</p>`}
      ${filters}
      <${Paged} pages=${shown} label=${title} id=${(one) => one.id} columns=${columns}
        empty=${html`<${Empty} icon="access" heading="h3" title="No role is given here" action=${button}>${none
            || 'Give somebody a role: it says what they may do here, and nowhere else.'}</${Empty}>`} />
    </${Panel}>
    ${giving && html`<${Give} place=${place} account=${account} people=${people} communities=${communities}
        onClose=${() => give(false)} onDone=${() => { give(false); changed(); }} />`}
    ${taking && html`<${Take} binding=${taking} name=${name(taking)} onClose=${() => take(null)}
        onDone=${() => { take(null); changed(); }} />`}`;
}

const WORD = { project: 'Project ', community: 'Community ' };

/** Where a role can be given: [[value, title]], the value being 'project NAME', 'community NAME' or 'all'. */
const wheres = (projects, communities) => [
  ['', 'Choose'],
  ...projects.map((one) => ['project ' + one.name, 'Project ' + one.name]),
  ...communities.map((one) => ['community ' + one.name, 'Community ' + one.name + ' and its projects']),
  ...(mayInTenant('role_admin') ? [['all', 'The whole organization']] : []),
];

function Give({ place, account, people, communities, onClose, onDone }) {
  const { projects } = usePlaces();
  const fixed = Object.entries(place)[0];
  const [who, choose] = useState(account || '');
  const [role, setRole] = useState('viewer');
  const [where, setWhere] = useState(fixed ? fixed.join(' ') : '');
  const had = useLoad((signal) => get('/role-bindings', { page_size: MOST }, { signal }).then((page) => page.role_bindings), []);
  const giving = useAction(async () => {
    const [kind, name] = where.split(' ');
    await post('/role-bindings', { service_account: who, role, [kind]: kind === 'all' ? undefined : name });
    toast(`${people.named.get(who) || 'The account'} is ${roleTitle(role)} now; it counts within 5 seconds.`);
    onDone();
  });
  return html`
    <${FormDialog} title="Give a role" action="Give role" wide onClose=${onClose} onSubmit=${giving.run} busy=${giving.busy}
        problem=${giving.problem}
                   atFields=${['/service_account', '/project', '/community']} unready=${!who || !where}>
      ${!account && html`<${Select} label="Who" value=${who} onValue=${choose} fault=${faultOf(giving.problem,
          '/service_account')}
        hint="People from an identity provider get their roles by the rules of that provider." of=${[['', 'Choose'],
            ...people.all.map((one) => [one.id, one.name])]} />`}
      <div class="field"><span class="label">What each role can do</span><${RoleTable} chosen=${role} /></div>
      <${Choices} label="Role" value=${role} onValue=${setRole} of=${ROLES} />
      ${fixed ? html`<p class="muted">In: ${WORD[fixed[0]]}<b>${fixed[1]}</b></p>`
        : html`<${Select} label="Where" value=${where} onValue=${setWhere} fault=${faultOf(giving.problem, '/project')
            || faultOf(giving.problem, '/community')}
          of=${wheres(projects, communities)} />`}
      ${where === 'all' && ['admin', 'editor'].includes(role) && html`<${Note}
          kind="wait">This role then holds in every project, those that are created later included.</${Note}>`}
      ${who && had.data && !getsValues([...had.data.filter((one) => one.service_account === who).map((one) => one.role), role])
        && html`<${Note} title=${`As ${roleTitle(role)} alone it gets no value`}>Good for a person. A program
          (<code>hushbus run</code>, a client) needs the role Runner as well: give that too.</${Note}>`}
    </${FormDialog}>`;
}

function Take({ binding, name, onClose, onDone }) {
  const taking = useAction(async () => {
    await del('/role-bindings/' + binding.id);
    toast(`The role is taken away; it stops counting within 5 seconds.`);
    onDone();
  });
  const mine = binding.service_account === caller().principal.id;
  return html`
    <${Confirm} title=${`Take the role ${roleTitle(binding.role)} away from ${name}?`} action="Take away" onClose=${onClose}
        onConfirm=${taking.run} busy=${taking.busy} problem=${taking.problem}>
      ${mine && html`<${Note} kind="wait"
          title="This is your own role">You may no longer be able to undo this yourself.</${Note}>`}
      <p>It stops counting within 5 seconds. What was created with it stays.</p>
    </${Confirm}>`;
}

const Explained = () => html`
  <${Panel} title="What each role lets one do">
    <div class="stack">
      <${RoleTable} />
      <dl class="facts">${ROLES.map(([word, title, text]) => html`<dt key=${word}><b>${title}</b></dt><dd>${text}</dd>`)}</dl>
      <p class="small muted">A role in a community holds in its projects; one in the whole organization holds everywhere in it.
        Sharing secrets between projects and setting a project’s limits take the role Admin above the project.</p>
    </div>
  </${Panel}>`;
