// One run: what it holds, what it said, and how long it may go on, over time.
import { html, useState } from '../lib.js';
import { get, seg } from '../api.js';
import { useFollow } from '../hooks.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { Button, Countdown, duration, Empty, Facts, Loaded, PageHead, Panel, scopeText, Time } from '../ui/basic.js';
import { Table } from '../ui/table.js';
import { Spans, TimeLine } from '../ui/timeline.js';
import { columns } from './leaselist.js';
import { RevokeAll, RevokeOne } from './leaserevoke.js';
import { principalText } from './rotationwords.js';
import { mayRevoke, RunBadge, runName } from './runwords.js';

const EVERY_MS = 3000;
const LEASES = 500;
const DRAWN = 40;

export function RunPage({ id }) {
  const state = useFollow(async (signal) => {
    const [run, held] = await Promise.all([
      get('/runs/' + seg(id), {}, { signal }),
      may('lease_read') ? get('/leases', { run: id, page_size: LEASES }, { signal }) : { leases: [] },
    ]);
    return { run, leases: held.leases, more: !!held.next_page_token };
  }, [id], { types: ['run', 'lease', 'rotation', 'secret'], every: EVERY_MS });
  return html`<${Loaded} state=${state}>${(data) => html`<${Opened} ...${data} reload=${state.reload} />`}</${Loaded}>`;
}

function Opened({ run, leases, more, reload }) {
  const [revoked, revoke] = useState(null);
  const live = leases.filter((one) => one.state === 'active');
  return html`
    <${PageHead} title=${runName(run)} crumbs=${[['Runs and leases', href(['runs'])]]} badges=${html`<${RunBadge} run=${run} />`}
      actions=${live.length > 0 && mayRevoke(live[0]) && html`<${Button} kind="danger"
          onClick=${() => revoke('all')}>Revoke all it holds</${Button}>`}>
      ${scopeText(run)} · opened <${Time} at=${run.opened_at} />
    </${PageHead}>
    <div class="stack">
      <${Panel} title="Over time"><${Picture} run=${run} leases=${leases} /></${Panel}>
      <div class="rotation-below">
        <${Panel} title="What it holds" flush>
          ${leases.length === 0 ? html`<${Empty} icon="clock" title="It holds nothing">
              ${may('lease_read') ? 'It has leased no secret yet.' : 'Your roles do not show leases.'}</${Empty}>`
            : html`<${Table} label="Leases of this run" items=${leases} id=${(one) => one.id}
                columns=${columns({ revoke, without: ['Holder'] })} />`}
          ${more && html`<div class="table-foot"><a href=${href(['runs'], { show: 'leases', run: run.id, state: 'all' })}>See all
              of them</a></div>`}
        </${Panel}>
        <div class="stack">
          <${Panel} title="What happened"><${TimeLine} steps=${storyOf(run, leases)} /></${Panel}>
          <${Panel} title="About it"><${Facts} of=${[
            ['Environment', run.environment],
            ['Attempt', run.attempt],
            ['Opened by', principalText(run.opened_by, run.opener_name)],
            ['Its opener', may('lease_read')
                && html`<a href=${href(['runs'], { show: 'leases', holder: run.opened_by.split(':')[1] })}>all that it holds, in
                    every run</a>`],
            ['Its events', may('event_read') && html`<a href=${href(['events'], { run: run.id, project: '', domain: '' })}>what
              was told of it</a>`],
            ['Has to be heard of', 'every ' + duration(run.heartbeat_seconds)],
            ['Time left', run.state === 'open' && html`<${Countdown} to=${run.heartbeat_due} over="overdue" />`],
            ['Values', run.sealed_to ? 'sealed to a key of its own' : undefined],
            ['Id', html`<code class="break">${run.id}</code>`],
          ]} /></${Panel}>
        </div>
      </div>
    </div>
    ${revoked === 'all' && html`<${RevokeAll} by="run" id=${run.id} sample=${live[0]} onClose=${() => revoke(null)}
        onDone=${reload} />`}
    ${revoked?.id && html`<${RevokeOne} lease=${revoked} onClose=${() => revoke(null)} onDone=${reload} />`}`;
}

const at = (time) => new Date(time).getTime();

/** When a lease was over, as far as the broker says. */
function endOf(lease, run) {
  if (lease.state === 'active') {
    return Date.now();
  }
  return at(lease.revoked_at || (lease.state === 'ended' && run.ended_at) || lease.expires_at);
}

function Picture({ run, leases }) {
  const from = at(run.opened_at);
  const over = run.ended_at ? at(run.ended_at) : Date.now();
  const to = run.ended_at ? Math.max(over, from + 1000) : Date.now() + Math.max(5000, (Date.now() - from) * 0.2);
  const rows = [
    { id: run.id, name: runName(run), from, to: over, ahead: run.ended_at ? 0 : at(run.heartbeat_due), kind: run.state === 'open'
        ? 'info' : run.state === 'completed' && run.outcome !== 'failed' ? 'good' : 'bad',
      said: run.ended_at ? `ran for ${duration((over - from) / 1000)}` : `running for ${duration((over - from) / 1000)}`,
          marks: [{ at: at(run.heartbeat_at), kind: 'info', title: 'Last heard of' }] },
    ...[...leases].reverse().slice(0, DRAWN).map((lease) => ({
      id: lease.id, name: lease.secret || 'a secret that is gone', from: at(lease.issued_at), to: Math.min(endOf(lease, run), to),
          ahead: lease.state === 'active' ? at(lease.expires_at) : 0,
      kind: lease.state === 'active' ? 'good' : lease.state === 'revoked' ? 'bad' : '',
      said: `v${lease.version}, ${lease.state === 'active' ? 'held' : lease.state}`,
      marks: lease.acknowledged ? [{ at: at(lease.acknowledged.at), kind: lease.acknowledged.status === 'failed' ? 'bad' : 'good',
          title: saidText(lease) }] : [],
    })),
  ];
  return html`<${Spans} label="The run and its leases over time" from=${from} to=${to} rows=${rows} />
    ${leases.length > DRAWN && html`<p class="small muted">The first ${DRAWN} of its leases are drawn.</p>`}`;
}

const SAID = { applied: 'uses', failed: 'could not take', deferred: 'will take later:' };
const saidText = ({ acknowledged: said }) => `${SAID[said.status]} v${said.version}`;

function storyOf(run, leases) {
  const steps = [{ at: run.opened_at, icon: 'play', kind: 'info', title: 'Opened',
      text: 'by ' + principalText(run.opened_by, run.opener_name) }];
  for (const lease of leases.slice(-DRAWN)) {
    const name = lease.secret || 'a secret that is gone';
    steps.push({ at: lease.issued_at, icon: 'secrets', kind: 'good', title: 'Leased ' + name, text: '' });
    if (lease.acknowledged) {
      const failed = lease.acknowledged.status === 'failed';
      steps.push({ at: lease.acknowledged.at, icon: failed ? 'warning' : 'check',
          kind: failed ? 'bad' : lease.acknowledged.status === 'applied' ? 'good' : 'wait',
        title: `${name}: ${saidText(lease)}`, text: lease.acknowledged.detail });
    }
    if (lease.revoked_at) {
      steps.push({ at: lease.revoked_at, icon: 'close', kind: 'bad', title: 'Lost ' + name, text: 'Its lease was revoked' });
    }
  }
  if (run.state === 'open') {
    steps.push({ at: run.heartbeat_at, icon: 'events', kind: '', title: 'Last heard of', text: '' });
  }
  steps.sort((a, b) => at(a.at) - at(b.at));
  if (run.ended_at) {
    const good = run.outcome === 'succeeded';
    steps.push({ at: run.ended_at, icon: good ? 'check' : 'close', kind: good ? 'good' : run.state === 'lost'
        || run.outcome === 'failed' ? 'bad' : '', title: ENDS[run.outcome || run.state] || 'Ended',
            text: 'Its leases ended with it' });
  } else {
    steps.push({ at: run.heartbeat_due, icon: 'clock', ahead: true, title: 'Lost, if nothing is heard by then', text: '' });
    run.deadline && steps.push({ at: run.deadline, icon: 'clock', ahead: true, title: 'Its time is over', text: '' });
  }
  return steps;
}

const ENDS = { succeeded: 'Succeeded', failed: 'Failed', cancelled: 'Cancelled', lost: 'Lost: nothing was heard of it',
    expired: 'Its time was over' };
