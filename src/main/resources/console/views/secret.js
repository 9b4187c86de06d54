// One secret: what it is, who uses it, and all that can be done to it.
import { html, useState } from '../lib.js';
import { get, scopeQuery, seg } from '../api.js';
import { useEvents, useEvery, useLoad } from '../hooks.js';
import { go, href } from '../router.js';
import { useMay, useScope } from '../scope.js';
import { Badge, Button, Empty, Loading, Note, PageHead, ProblemNote, Tabs, scopeText } from '../ui/basic.js';
import { Icon } from '../ui/icon.js';
import { Menu } from '../ui/menu.js';
import { usePeople } from '../ui/people.js';
import { ChangeValue } from './secretchange.js';
import { CloneSecret } from './secretclone.js';
import { DeleteSecret } from './secretdelete.js';
import { EditSecret } from './secretedit.js';
import { GiveUp } from './secretshared.js';
import { Overview } from './secretoverview.js';
import { RenameSecret } from './secretrename.js';
import { Policy } from './secretpolicy.js';
import { mayReveal, Reveal } from './secretreveal.js';
import { Sharing } from './secretsharing.js';
import { UsedBy } from './secretusage.js';
import { Versions } from './secretversions.js';
import { placeOf, rotateHref, rotationHref, secretHref, scopeName, useProject } from './secretparts.js';

const LOOK_AGAIN_MS = 10_000;
const TABS = { overview: Overview, versions: Versions, use: UsedBy, sharing: Sharing, policy: Policy };

/** The secret, how it stands with rotations and holders, and its policy if it has one; the last two only of one's own. */
function useSecret(name) {
  const scope = useScope();
  const at = scopeQuery(scope);
  return useLoad(async (signal) => {
    const [secret, page] = await Promise.all([
      get('/secrets/' + seg(name), at, { signal }),
      get('/secrets', { ...at, use: true, name_prefix: name, page_size: 100 }, { signal }),
    ]);
    const listed = page.secrets.find((one) => one.id === secret.id && one.adoption === secret.adoption);
    const policy = !secret.adoption && listed?.rotation_due && await get(`/secrets/${seg(name)}/rotation-policy`, at, { signal });
    return { secret: { ...listed, ...secret }, policy: policy || null };
  }, [name, scope.project, scope.domain]);
}

export function SecretPage({ name, tab }) {
  const state = useSecret(name);
  useEvents(['secret', 'rotation', 'lease'], state.reload);
  useEvery(LOOK_AGAIN_MS, state.reload);
  if (!state.data) {
    return state.problem?.status === 404 ? html`<${Missing} name=${name} />`
      : state.problem ? html`<${PageHead} title=${name} crumbs=${[['Secrets', href(['secrets'])]]} /><${ProblemNote}
      problem=${state.problem} retry=${state.reload} />` : html`<${Loading} />`;
  }
  return html`<${Page} ...${state.data} tab=${tab} problem=${state.problem} reload=${state.reload} />`;
}

function Page({ secret, policy, tab, problem, reload }) {
  const may = useMay();
  const project = useProject();
  const people = usePeople();
  const [dialog, open] = useState('');
  const own = !secret.adoption;
  const tabs = [
    ['overview', 'Overview', secretHref(secret)],
    own && ['versions', 'Versions', secretHref(secret, 'versions')],
    own && ['use', 'Used by', secretHref(secret, 'use')],
    own && secret.project && ['sharing', 'Sharing', secretHref(secret, 'sharing')],
    own && may('rotation_read') && ['policy', 'Rotation', secretHref(secret, 'policy')],
  ].filter(Boolean);
  const current = tabs.some(([id]) => id === tab) ? tab : 'overview';
  const Tab = TABS[current];
  const more = [
    own && may('secret_change') && ['Edit details', 'file', () => open('edit')],
    own && may('secret_change') && ['Rename', 'edit', () => open('rename')],
    own && mayReveal(may, project) && ['Show the value', 'eye', () => open('reveal')],
    own && may('event_read') && ['Its events', 'events', () => go(['events'], { secret: secret.id, named: secret.name })],
    may('secret_clone') && ['Clone', 'copy', () => open('clone')],
    !own && may('secret_adopt') && ['Give it up', 'close', () => open('giveup'), 'danger'],
    own && may('secret_delete') && ['Delete', 'trash', () => open('delete'), 'danger'],
  ];
  const close = () => open('');
  const done = () => {
    close();
    reload();
  };
  const dialogs = { change: ChangeValue, edit: EditSecret, rename: RenameSecret, reveal: Reveal, clone: CloneSecret,
      giveup: GiveUp,
    delete: DeleteSecret };
  const Opened = dialogs[dialog];
  return html`
    <${PageHead} title=${secret.name} crumbs=${[['Secrets', href(['secrets'], placeOf(secret))]]}
      badges=${html`<${Badges} secret=${secret} policy=${policy} />`}
      actions=${html`
        ${own && may('secret_change') && html`<${Button} kind="primary"
          onClick=${() => open('change')}>Change the value</${Button}>`}
        ${own && may('rotation_start') && html`<a class="button" href=${rotateHref(secret)}><${Icon}
          name="rotation" />Rotate</a>`}
        <${Menu} label="More" of=${more} />`}>
      ${secret.description || html`In ${scopeName(secret)}.`}</${PageHead}>
    <${Tabs} label=${'About ' + secret.name} of=${tabs} current=${current} />
    ${problem && html`<${ProblemNote} problem=${problem} retry=${reload} />`}
    ${secret.adopted_from
      && html`<${Note} title="Adopted">It belongs to ${scopeName(secret.adopted_from)}, where it is
          called ${secret.adopted_from.name}. Programs of ${scopeText(secret)} lease it; it is changed there.</${Note}>`}
    <${Tab} key=${current} secret=${secret} policy=${policy} people=${people} reload=${reload} onEdit=${() => open('edit')}
      onReveal=${() => open('reveal')} />
    ${Opened && html`<${Opened} secret=${secret} people=${people} onClose=${close} onDone=${done} />`}`;
}

function Badges({ secret, policy }) {
  const overdue = policy && new Date(policy.next_due_at) < Date.now();
  return html`
    ${secret.adoption && html`<${Badge} kind="accent">Adopted</${Badge}>`}
    ${secret.rotation_phase && html`<a href=${rotationHref(secret.rotation)}><${Badge} kind="wait">Rotating now</${Badge}></a>`}
    ${overdue && !secret.rotation_phase && html`<${Badge} kind="bad">Rotation overdue</${Badge}>`}`;
}

/** None of this name in exactly this scope: it may be inherited, or in the trash. */
function Missing({ name }) {
  const scope = useScope();
  const may = useMay();
  const wider = useLoad(async (signal) => {
    const page = await get('/secrets', { ...scopeQuery(scope), inherited: true, name_prefix: name, page_size: 50 }, { signal });
    return page.secrets.find((one) => one.name.toLowerCase() === name.toLowerCase()) || null;
  }, [name, scope.project, scope.domain]);
  return html`
    <${Empty} heading="h1" icon="secrets" title=${`There is no ${name} in ${scopeName(scope)}`} action=${html`<div class="row">
      ${wider.data && html`<a class="button primary" href=${secretHref(wider.data)}>The one of ${scopeName(wider.data)}</a>`}
      <a class="button" href=${href(['secrets'])}>All secrets</a>
      ${may('secret_restore') && html`<a class="button" href=${href(['secrets', '-', 'trash'])}>Look in the trash</a>`}</div>`}>
      It may have been renamed or deleted, or be in another scope: choose that above. Perhaps you may not know of it.</${Empty}>`;
}
