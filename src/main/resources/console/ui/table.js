// Lists. Where it is narrow each row becomes a card.
import { html, useEffect, useRef } from '../lib.js';
import { h } from '../vendor/preact.js';
import { Button, Loading, ProblemNote } from './basic.js';

/**
 * columns: [{title, cell: (item) => markup, right: true for numbers}]; the first names the row.
 * id: (item) => what tells it from the others.
 */
export const Table = ({ label, columns, items, id }) => html`
  <div class="scroll" role="region" aria-label=${label} tabindex="0">
    <table class="cards">
      <caption class="sr">${label}</caption>
      <thead><tr>${columns.map((column) =>
          html`<th key=${column.title} scope="col" class=${column.right ? 'right' : ''}>${column.title
              || html`<span class="sr">Actions</span>`}</th>`)}</tr></thead>
      <tbody>${items.map((item) => h(Row, { key: id(item), item, columns }))}</tbody>
    </table>
  </div>`;

const Row = ({ item, columns }) => html`
  <tr>${columns.map((column) => html`<td key=${column.title} data-label=${column.title}
      class=${column.right ? 'right number' : ''}>${column.cell(item)}</td>`)}</tr>`;

/** A list of usePages: its rows, what comes next as one reaches its end, or why there is nothing. */
export function Paged({ pages, label, columns, id, empty }) {
  if (!pages.items) {
    return pages.problem ? html`<div class="content"><${ProblemNote} problem=${pages.problem} retry=${pages.reload} /></div>`
        : html`<${Loading} />`;
  }
  return html`
    ${pages.problem && html`<${ProblemNote} problem=${pages.problem} retry=${pages.reload} />`}
    ${pages.items.length === 0 ? empty : html`<${Table} label=${label} columns=${columns} items=${pages.items} id=${id} />`}
    ${pages.more && html`<${More} pages=${pages} />`}`;
}

function More({ pages }) {
  const end = useRef(null);
  const latest = useRef(pages);
  latest.current = pages;
  useEffect(() => {
    const watch = new IntersectionObserver((seen) => {
      if (seen.some((one) => one.isIntersecting) && !latest.current.loading && latest.current.more) {
        latest.current.more();
      }
    }, { rootMargin: '200px' });
    watch.observe(end.current);
    return () => watch.disconnect();
  }, [pages.items.length]);
  return html`<div class="table-foot" ref=${end}>
    <span>${pages.items.length.toLocaleString('en')} shown</span>
    <${Button} busy=${pages.loading} onClick=${pages.more}>Show more</${Button}></div>`;
}
