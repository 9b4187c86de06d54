// Holders of a secret, each a cell that changes colour: named tiles for a few, small cells for some hundreds.
import { html, useEffect, useId, useRef, useState } from '../lib.js';

/** Beyond so many a bar says more. */
export const MOST_CELLS = 500;
const MOST_TILES = 30;

const STEP = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * cells: [{id, name, state: word of the class, status: in words, note, short: what a tile says in place of the status}]. The
 * words of the one under the pointer, or under the arrow keys, stand below.
 */
export function HolderCells({ label, cells, idle }) {
  const [seen, see] = useState(null);
  const id = useId();
  const tiles = cells.length <= MOST_TILES;
  const at = cells.findIndex((cell) => cell.id === seen);
  const press = (event) => {
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? cells.length - 1 : STEP[event.key]
        ? (at < 0 ? 0 : at + STEP[event.key]) : -1;
    if (next >= 0 && next < cells.length) {
      event.preventDefault();
      see(cells[next].id);
    } else if (STEP[event.key]) {
      event.preventDefault();
    } else if (event.key === 'Escape') {
      see(null);
    }
  };
  const pick = (event) => {
    const cell = event.target.closest('[data-cell]');
    see(cell ? cell.dataset.cell : null);
  };
  return html`
    <div class="stack tight">
      <div class=${'holders ' + (tiles ? 'tiles' : 'dots')} role="listbox" tabindex="0" aria-label=${label}
          aria-orientation="horizontal"
           aria-activedescendant=${at >= 0 ? id + at : undefined} onKeyDown=${press} onMouseOver=${pick} onClick=${pick}
               onMouseLeave=${() => see(null)} onBlur=${() => see(null)}>
        ${cells.map((cell, i) => html`<${Cell} key=${cell.id} id=${id + i} cell=${cell} tile=${tiles}
            seen=${cell.id === seen} />`)}
      </div>
      ${!tiles && html`<p class="holders-told small" aria-hidden="true">${at >= 0
        ? html`<b>${cells[at].name}</b> <span class="muted">
            ${[cells[at].status, cells[at].note].filter(Boolean).join(' · ')}</span>`
        : html`<span class="muted">${idle || 'Point at a cell to see who it is.'}</span>`}</p>`}
    </div>`;
}

function Cell({ id, cell, tile, seen }) {
  const before = useRef(cell.state);
  const [changed, change] = useState(false);
  useEffect(() => {
    if (before.current === cell.state) {
      return undefined;
    }
    before.current = cell.state;
    change(true);
    const timer = setTimeout(() => change(false), 1400);
    return () => clearTimeout(timer);
  }, [cell.state]);
  const words = [cell.name, cell.status, cell.note].filter(Boolean).join(', ');
  return html`
    <div id=${id} role="option" aria-selected=${String(seen)} data-cell=${cell.id} title=${tile ? words : undefined}
         aria-label=${tile ? undefined : words}
         class=${'cell is-' + cell.state + (changed ? ' has-changed' : '') + (seen ? ' is-seen' : '')}>
      <i aria-hidden="true"></i>${tile && html`<span class="cell-name">${cell.name}</span><span class="cell-status">
          ${cell.short || cell.status}</span>${cell.note && cell.note !== cell.short && html`<span class="sr">
          ${cell.note}</span>`}`}
    </div>`;
}
