// Why something could not be done to a secret: what stands in its way, with links, and who was faster.
import { html } from '../lib.js';
import { get, scopeQuery, seg } from '../api.js';
import { useLoad } from '../hooks.js';
import { Note, ProblemNote, Time, plural } from '../ui/basic.js';
import { environmentHref, holdersHref, rotationHref, scopeName, secretHref } from './secretparts.js';

const MOST_LEASES = 100;
const WHY = {
  in_use: ['It is in use', 'Nothing was done. End the uses below first, or wait until they have ended.'],
  rotation_in_progress: ['A rotation is under way', 'Nothing was done. A secret has one rotation at a time.'],
};

/** A problem; with its blockers named and linked where it has some. */
export function Refused({ problem, secret }) {
  if (!problem) {
    return null;
  }
  const blockers = problem.body.blockers || [];
  if (blockers.length === 0) {
    return html`<${ProblemNote} problem=${problem} />`;
  }
  const [title, next] = WHY[problem.body.reason] || [problem.message, problem.detail];
  return html`
    <${Note} kind="bad" title=${title} role="alert">${next} <span class="small muted">Request <code>${problem.requestId}</code>
      </span></${Note}>
    <${Blockers} of=${blockers} secret=${secret} />`;
}

/** Names for what the broker gives as kinds and ids, as far as the caller may know them. */
function Blockers({ of, secret }) {
  const at = scopeQuery(secret);
  const names = useLoad(async (signal) => {
    const [usage, leases] = await Promise.all([
      get(`/secrets/${seg(secret.name)}/usage`, { ...at, page_size: 500 }, { signal }).catch(() => ({})),
      of.some((one) => one.kind === 'lease') ? get('/leases', { secret: secret.id, state: 'active', page_size: MOST_LEASES },
        { signal }).catch(() => ({ leases: [] })) : { leases: [] },
    ]);
    const known = new Map();
    (usage.environments || []).forEach((one) => known.set(one.id, { ...one, kind: 'environment' }));
    (usage.adoptions || []).forEach((one) => known.set(one.id, { ...one, kind: 'adoption' }));
    leases.leases.forEach((one) => known.set(one.id, { ...one, kind: 'lease' }));
    return known;
  }, [of.map((one) => one.id).join()]);
  const known = names.data || new Map();
  return html`
    <div class="stack tight"><b>In the way: ${plural(of.length, 'use')}</b>
      <ul class="blockers">${of.map((one) => html`<li key=${one.id}><${Blocker} one=${one} known=${known.get(one.id)}
        secret=${secret} /></li>`)}</ul></div>`;
}

function Blocker({ one, known, secret }) {
  if (one.kind === 'environment') {
    return known ? html`Environment <a href=${environmentHref(known)}>${known.name}</a> of ${scopeName(known)} needs it.`
      : 'An environment needs it.';
  }
  if (one.kind === 'lease') {
    return html`<a href=${holdersHref(secret)}>${known?.holder_name || 'A program'}</a> holds version ${known?.applied_version
      || known?.version || '?'}${known && html`; that ends <${Time} at=${known.expires_at} /> unless it is renewed`}.`;
  }
  if (one.kind === 'adoption') {
    return html`Project ${known ? html`<b>${known.project}</b>` : 'somewhere'} has adopted it${known && known.name !== secret.name
      ? ` as ${known.name}` : ''}; <a href=${secretHref(secret, 'sharing')}>end the share</a> to end that.`;
  }
  if (one.kind === 'rotation') {
    return html`<a href=${rotationHref(one.id)}>A rotation</a> is under way. Wait for its end, or abort it there.`;
  }
  return html`${one.kind} <code>${one.id}</code>`;
}
