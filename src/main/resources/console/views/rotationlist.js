// All rotations: those under way first, as they go, then those that are over.
import { html } from '../lib.js';
import { useEvents, useEvery, usePages, usePlace } from '../hooks.js';
import { href, place, refine } from '../router.js';
import { useScope } from '../scope.js';
import { may } from '../session.js';
import { Countdown, duration, Empty, IconButton, PageHead, Panel, plural, scopeText, Time } from '../ui/basic.js';
import { Filter } from '../ui/field.js';
import { Progress } from '../ui/progress.js';
import { Paged } from '../ui/table.js';
import { isOpen, PHASE_CHOICES, PhaseBadge } from './rotationwords.js';

const EVERY_MS = 3000;
const NONE = { total: 0, moved: 0, pending: 0, failed: 0 };

export function RotationList() {
  const { project } = useScope();
  const { query } = usePlace();
  const phase = PHASE_CHOICES.some(([word]) => word === query.phase) ? query.phase : '';
  const asked = { project: project || undefined, secret: query.secret };
  const open = usePages('/rotations', { ...asked, phase: 'open' }, 'rotations');
  const all = usePages('/rotations', { ...asked, phase }, 'rotations');
  const over = { ...all, items: all.items?.filter((one) => !isOpen(one)) };
  const refresh = () => {
    open.loading || open.reload();
    all.loading || all.reload();
  };
  useEvents(['rotation', 'secret'], refresh);
  useEvery(EVERY_MS, () => open.items?.length > 0 && refresh());
  const never = open.items?.length === 0 && over.items?.length === 0 && !phase && !over.more;
  return html`
    <${PageHead} title="Rotations" actions=${may('rotation_start') && html`<a class="button primary"
        href=${href(['rotations', 'new'])}>Rotate a secret</a>`}>
      Giving a secret a new value, and watching until nobody uses the old one.
    </${PageHead}>
    <div class="stack">
      ${query.secret && html`<${OnlyOf} id=${query.secret} name=${(open.items?.[0] || over.items?.[0])?.secret} />`}
      ${never ? html`<${Never} ofOne=${!!query.secret} />` : html`
        <${Panel} title="Under way" flush>
          <${Paged} pages=${open} label="Rotations under way" id=${(one) => one.id} columns=${OPEN_COLUMNS}
            empty=${html`<${Empty} icon="check" title="Nothing is under way">Every holder is where it should be.</${Empty}>`} />
        </${Panel}>
        <${Panel} title="Over" flush actions=${html`<${Filter} label="How it ended" value=${phase}
            onValue=${(next) => refine({ phase: next })} of=${PHASE_CHOICES} />`}>
          <${Paged} pages=${over} label="Rotations that are over" id=${(one) => one.id} columns=${OVER_COLUMNS}
            empty=${html`<${Empty} title=${phase ? 'None ended like this' : 'None is over yet'} />`} />
        </${Panel}>`}
    </div>`;
}

const named = { title: 'Secret', cell: (one) => html`<div>
  ${!place().query.secret && html`<span class="only"><${IconButton} icon="filter" label=${'Only rotations of ' + one.secret}
      onClick=${() => refine({ secret: one.secret_id })} /></span>`}
  <a class="strong" href=${href(['rotations', one.id])}>${one.secret}</a><div class="small muted">${scopeText(one.scope)}</div>
      </div>` };
const versions = { title: 'Version',
    cell: (one) => html`<span class="number nowrap">v${one.from_version} → v${one.to_version}</span>` };

const OPEN_COLUMNS = [
  named,
  versions,
  { title: 'State', cell: (one) => html`<${PhaseBadge} rotation=${one} />` },
  { title: 'Holders', cell: (one) => html`<div class="mini-bar"><${Progress} holders=${one.holders || NONE} /></div>` },
  { title: 'Time left', cell: (one) => (one.deadline ? html`<${Countdown} to=${one.deadline}
      over="any moment" />` : html`<span class="muted">not decided</span>`) },
  { title: 'Started', cell: (one) => html`<${Time} at=${one.started_at} />` },
];

const OVER_COLUMNS = [
  named,
  versions,
  { title: 'State', cell: (one) => html`<${PhaseBadge} rotation=${one} />` },
  { title: 'Holders', cell: (one) => html`<div>
      ${plural(one.holders?.total || 0, 'holder')}${one.laggards_total ? html`<div class="small">
      ${one.laggards_total} left behind</div>` : ''}</div>` },
  { title: 'Took', cell: (one) => (one.ended_at ? duration((new Date(one.ended_at) - new Date(one.started_at)) / 1000) : '–') },
  { title: 'Ended', cell: (one) => html`<${Time} at=${one.ended_at} />` },
];

const OnlyOf = ({ id, name }) => html`
  <div class="row"><span>Only of ${name ? html`<b>${name}</b>` : html`the secret <code>${id.slice(0, 8)}</code>`}</span>
    <a href=${href(['rotations'])}>Show all secrets</a></div>`;

const Never = ({ ofOne }) => html`
  <${Empty} icon="rotation" title=${ofOne ? 'This secret was never rotated' : 'Nothing was rotated yet'}
    action=${may('rotation_start') && html`<a class="button primary" href=${href(['rotations', 'new'])}>Rotate a secret</a>`}>
    A rotation makes a new value, tells every program that holds the old one, and shows you how they move. You can rehearse one
        first: nothing is changed by that.
  </${Empty}>`;
