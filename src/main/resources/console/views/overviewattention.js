// What needs somebody, the most pressing first.
import { html } from '../lib.js';
import { href } from '../router.js';
import { Panel, plural, scopeText, Time } from '../ui/basic.js';
import { Icon } from '../ui/icon.js';
import { runName } from './runwords.js';

const SOON_MS = 10 * 60_000;
const DAY_MS = 24 * 3600_000;
const SHOWN = 8;

const recent = (at) => at && Date.now() - new Date(at) < DAY_MS;

/** [{id, kind, title, text, at, to}] of what read() gave. */
export function attentionOf({ open, failed, lost, secrets }) {
  const items = [];
  for (const one of open) {
    const to = href(['rotations', one.id]);
    const ending = one.deadline && new Date(one.deadline) - Date.now() < SOON_MS && one.holders?.pending > 0;
    if (one.holders?.failed > 0) {
      items.push({ id: one.id, kind: 'bad',
          title: `${one.secret}: ${plural(one.holders.failed, 'holder')} could not take v${one.to_version}`,
              text: 'See what they said', at: one.started_at, to });
    } else if (ending) {
      items.push({ id: one.id, kind: 'wait', title: `${one.secret}: ${plural(one.holders.pending, 'holder')} about to be cut off`,
          text: `v${one.from_version} ends soon`, at: one.deadline, to });
    }
  }
  failed.filter((one) => recent(one.ended_at)).forEach((one) => items.push(
    { id: one.id, kind: 'bad', title: `${one.secret}: the rotation to v${one.to_version} failed`,
        text: 'The value before it is current again', at: one.ended_at, to: href(['rotations', one.id]) }));
  (secrets?.overdue || []).forEach((one) => items.push(
    { id: 'due ' + one.secret_id, kind: 'wait', title: `${one.secret} should have been rotated`, text: scopeText(one.scope),
        at: one.due_since,
      to: href(['rotations', 'new', one.secret], { project: one.scope.project ?? '', domain: one.scope.domain ?? '' }) }));
  lost.filter((run) => recent(run.ended_at)).forEach((run) => items.push(
    { id: run.id, kind: 'wait', title: `${runName(run)} was lost`, text: 'It stopped without saying so', at: run.ended_at,
        to: href(['runs', run.id]) }));
  return items.sort((a, b) => (a.kind === 'bad' ? 0 : 1) - (b.kind === 'bad' ? 0 : 1));
}

export const Attention = ({ items }) => html`
  <${Panel} title="Needs you first" flush>
    <ul class="attention">${items.slice(0, SHOWN).map((item) => html`
      <li key=${item.id} class=${item.kind}><${Icon} name="warning" />
        <div class="grow"><a class="strong break" href=${item.to}>${item.title}</a><div class="small muted break">
            ${item.text}</div></div>
        <span class="small muted nowrap"><${Time} at=${item.at} /></span></li>`)}</ul>
    ${items.length > SHOWN && html`<div class="table-foot">and ${items.length - SHOWN} more</div>`}
  </${Panel}>`;
