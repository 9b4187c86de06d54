// A button that opens a few more. Arrow keys move, Escape closes.
import { html, useEffect, useRef, useState } from '../lib.js';
import { Icon } from './icon.js';

/** of: [[title, icon, what to do, kind of button]]; those that are false are left out. */
export function Menu({ label, of }) {
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const opener = useRef(null);
  const items = of.filter(Boolean);
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    place.current.querySelector('[role=menuitem]')?.focus();
    const outside = (event) => !place.current.contains(event.target) && setOpen(false);
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  if (items.length === 0) {
    return null;
  }
  const close = () => {
    setOpen(false);
    opener.current.focus();
  };
  const key = (event) => {
    const all = [...place.current.querySelectorAll('[role=menuitem]')];
    const at = all.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
    } else if (open && next !== undefined) {
      event.preventDefault();
      all.at(next % all.length).focus();
    }
  };
  return html`
    <div class="menu" ref=${place} onKeyDown=${key}>
      <button type="button" ref=${opener} aria-haspopup="menu" aria-expanded=${String(open)} onClick=${() => setOpen(!open)}>
        ${label}<${Icon} name="down" /></button>
      ${open && html`<div class="menu-list" role="menu" aria-label=${label}>${items.map(([title, icon, act, kind = '']) => html`
        <button type="button" key=${title} role="menuitem" tabindex="-1" class=${'plain ' + kind}
          onClick=${() => { close(); act(); }}><${Icon} name=${icon} />${title}</button>`)}</div>`}
    </div>`;
}
