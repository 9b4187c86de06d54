import { html } from '../lib.js';

const KINDS = ['moved', 'pending', 'failed'];

/**
 * Holders of a rotation: {total, moved, pending, failed}.
 *
 * big   where it is the matter of the page
 * over  whether nobody can move any more
 */
export function Progress({ holders, legend = true, big, over }) {
  const shown = KINDS.filter((kind) => holders[kind] > 0);
  const word = (kind) => (over && kind === 'pending' && holders.pending ? 'left behind' : kind);
  const share = holders.total ? Math.floor((100 * holders.moved) / holders.total) : 100;
  return html`
    <div class="stack tight">
      <div class=${'bar' + (big ? ' big' : '')} role="progressbar" aria-label="Holders moved" aria-valuemin="0"
          aria-valuemax="100" aria-valuenow=${share}
           aria-valuetext=${KINDS.map((kind) => holders[kind] + ' ' + word(kind)).join(', ')}>
        ${shown.map((kind) => html`<i key=${kind} class=${kind} style=${{ flexGrow: holders[kind] }}></i>`)}
      </div>
      ${legend && html`<div class="legend number" aria-hidden="true">${KINDS.map((kind) => html`
        <span key=${kind}><i class=${kind}></i>${holders[kind].toLocaleString('en')} ${word(kind)}</span>`)}</div>`}
    </div>`;
}
