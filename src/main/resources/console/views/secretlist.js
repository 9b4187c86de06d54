// The list of secrets of a scope, or of what its cascade sees.
import { html, useEffect, useId, useState } from '../lib.js';
import { useEvents, useEvery, usePages, usePlace, useRested } from '../hooks.js';
import { href, refine } from '../router.js';
import { useMay, usePlaces, useScope } from '../scope.js';
import { Badge, Button, Empty, Panel, Time, scopeText } from '../ui/basic.js';
import { Filter, Search } from '../ui/field.js';
import { Icon } from '../ui/icon.js';
import { Paged } from '../ui/table.js';
import { TYPES } from '../ui/value.js';
import { Holders, ListHead, RotationState, Type, scopeName, secretHref } from './secretparts.js';

const LOOK_AGAIN_MS = 15_000;
const LABEL = /^[A-Za-z0-9._-]{1,63}=[^\n]{0,256}$/;

export function SecretList() {
  const { query } = usePlace();
  const scope = useScope();
  const may = useMay();
  const inherited = query.inherited === '1';
  const pages = usePages('/secrets', {
    ...scope, q: query.q, type: query.type, label: query.label, inherited, use: true,
  }, 'secrets');
  useEvents(['secret', 'rotation', 'lease'], pages.reload);
  useEvery(LOOK_AGAIN_MS, pages.reload);
  const create = may('secret_create') && html`<a class="button primary" href=${href(['secrets', '-', 'create'])}><${Icon}
    name="plus" />Create a secret</a>`;
  const filtered = query.q || query.type || query.label;
  const empty = filtered ? html`<${NothingFound} />` : html`<${NoneYet} create=${create} inherited=${inherited} />`;
  return html`
    <${ListHead} title="Secrets" current=${inherited ? 'inherited' : 'here'} actions=${create} />
    <${Panel} flush>
      <${Filters} labels=${labelsOf(pages.items)} />
      ${inherited && html`<p
        class="list-note">What a task in ${scopeName(scope)} gets. Of secrets with the same name the one of the closest scope
            wins, and hides the others.</p>`}
      <${Paged} pages=${pages} label="Secrets" id=${(item) => item.adoption || item.id}
        columns=${inherited ? COLUMNS.toSpliced(2, 0, FROM) : COLUMNS} empty=${empty} />
    </${Panel}>`;
}

const labelsOf = (items = []) => [...new Set(items.flatMap((item) => Object.entries(item.labels).map(([name,
  value]) => name + '=' + value)))].sort();

/** What is searched for is in the address, so that a list can be linked to. */
function Filters({ labels }) {
  const { query } = usePlace();
  const [typed, type] = useState(query.q || '');
  const rested = useRested(typed);
  useEffect(() => {
    if (rested !== (query.q || '')) {
      refine({ q: rested });
    }
  }, [rested]);
  useEffect(() => {
    if ((query.q || '') !== rested) {
      type(query.q || '');
    }
  }, [query.q]);
  return html`
    <div class="filters">
      <${Search} label="Search names, labels and keys" value=${typed} onValue=${type} />
      <${Filter} label="Type" value=${query.type} onValue=${(one) => refine({ type: one })}
        of=${[['', 'Any type'], ...TYPES.map(([id, title]) => [id, title])]} />
      <${LabelFilter} labels=${labels} chosen=${query.label} />
    </div>`;
}

function LabelFilter({ labels, chosen }) {
  const id = useId();
  const take = (event) => {
    const text = event.target.value.trim();
    if (LABEL.test(text)) {
      event.target.value = '';
      refine({ label: text });
    }
  };
  if (chosen) {
    return html`<span class="tag chip">${chosen}<button type="button" class="plain"
      aria-label=${'No longer only with the label ' + chosen} onClick=${() => refine({ label: '' })}><${Icon} name="close" />
        </button></span>`;
  }
  return html`<input class="short" list=${id} aria-label="Label, as name=value" placeholder="Label name=value" maxlength="330"
    autocomplete="off" onChange=${take} />
    <datalist id=${id}>${labels.slice(0, 100).map((one) => html`<option key=${one} value=${one} />`)}</datalist>`;
}

const Name = ({ item }) => html`
  <div class="stack tight name-cell">
    <div class="row"><a class="strong" href=${secretHref(item)}>${item.name}</a>
      ${item.adoption && html`<${Badge} kind="accent">Adopted</${Badge}>`}</div>
    ${item.description && html`<div class="small muted one-line">${item.description}</div>`}
    ${Object.keys(item.labels).length > 0 && html`<div class="row">${Object.entries(item.labels).map(([name, value]) => html`
      <button type="button" class="tag" key=${name} title="Show only those with this label"
        onClick=${() => refine({ label: name + '=' + value })}>${name}=${value}</button>`)}</div>`}
  </div>`;

const From = ({ item }) => html`
  <div class="stack tight"><span>${item.adopted_from ? `${scopeText(item.adopted_from)}, where it is ${item.adopted_from.name}`
    : scopeText(item)}</span>
    ${item.shadows?.length > 0
      && html`<span class="small muted">hides that of ${item.shadows.map(scopeName).join(' and ')}</span>`}</div>`;

const Keys = ({ item }) => (item.type === 'key_value' ? html`<span class="small muted"> ${item.keys.length}</span>` : null);

const FROM = { title: 'From', cell: (item) => html`<${From} item=${item} />` };

const COLUMNS = [
  { title: 'Name', cell: (item) => html`<${Name} item=${item} />` },
  { title: 'Type', cell: (item) => html`<span><${Type} type=${item.type} /><${Keys} item=${item} /></span>` },
  { title: 'Version', cell: (item) => html`<span class="number">${item.current_version}</span>`, right: true },
  { title: 'Changed', cell: (item) => html`<${Time} at=${item.version_created_at || item.updated_at} />` },
  { title: 'Rotation', cell: (item) => html`<${RotationState} item=${item} />` },
  { title: 'Holders', cell: (item) => html`<${Holders} item=${item} />`, right: true },
];

const NothingFound = () => html`
  <${Empty} icon="search" title="Nothing matches" action=${html`<${Button} onClick=${() => refine({ q: '', type: '',
    label: '' })}>Show all</${Button}>`}>
    Searched were names, labels, keys, and descriptions. Values are never searched.</${Empty}>`;

function NoneYet({ create, inherited }) {
  const scope = useScope();
  const { projects } = usePlaces();
  const [first] = projects;
  if (!scope.project && first) {
    return html`
      <${Empty} icon="secrets" title="Nothing here that all projects share"
        action=${html`<div class="row">${projects.slice(0, 6).map((one) => html`
        <a class="button" key=${one.name} href=${href(['secrets'], { project: one.name })}>${one.name}</a>`)}${create}</div>`}>
        Most secrets belong to a project. Choose one here or above, or keep one here that every project inherits.</${Empty}>`;
  }
  const wider = !inherited && (scope.project || scope.domain);
  return html`
    <${Empty} icon="secrets" title="No secrets here yet" action=${html`<div class="row">${create}
      ${wider && html`<a class="button" href=${href(['secrets'], { inherited: 1 })}>See what is inherited</a>`}</div>`}>
      ${create ? 'Type, paste or drop one. It is encrypted at once, and your programs lease it by its name.'
        : 'Your roles show secrets and do not create them. Somebody with the role developer can.'}</${Empty}>`;
}
