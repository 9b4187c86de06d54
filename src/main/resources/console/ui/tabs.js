// Tabs as links. Where they do not fit they are scrolled: the chosen one comes into view, and what is beyond an edge fades there.
import { html, useEffect, useLayoutEffect, useRef } from '../lib.js';

/** of: [[id, title, address]]. */
export function Tabs({ of, current, label }) {
  const line = useRef(null);
  const hint = () => {
    if (!line.current) {
      return; // gone meanwhile
    }
    const { scrollLeft, scrollWidth, clientWidth, classList } = line.current;
    classList.toggle('goes-left', scrollLeft > 1);
    classList.toggle('goes-right', scrollLeft < scrollWidth - clientWidth - 1);
  };
  useEffect(() => {
    const watch = new ResizeObserver(hint);
    watch.observe(line.current);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const all = line.current;
    const one = all.querySelector('[aria-current="page"]');
    if (one) {
      const before = one.getBoundingClientRect().left - all.getBoundingClientRect().left;
      all.scrollLeft += before - (all.clientWidth - one.offsetWidth) / 2;
    }
    hint();
  }, [current, of.length]);
  return html`
    <nav class="tabs" aria-label=${label} ref=${line} onScroll=${hint}>${of.map(([id, title, to]) => html`
      <a key=${id} href=${to} aria-current=${id === current ? 'page' : undefined}>${title}</a>`)}</nav>`;
}
