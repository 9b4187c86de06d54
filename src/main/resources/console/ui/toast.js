// Short news at the edge: what was done. What went wrong is told where it was done.
import { html, useEffect, useState } from '../lib.js';
import { Emitter } from '../emitter.js';
import { caller, changes } from '../session.js';
import { IconButton } from './basic.js';
import { Icon } from './icon.js';

const SHOWN_MS = 6000;
const news = new Emitter();
let next = 0;

export const toast = (text) => news.emit({ id: next++, text });

export function Toasts() {
  const [all, set] = useState([]);
  const drop = (id) => set((now) => now.filter((one) => one.id !== id));
  useEffect(() => news.on((one) => {
    set((now) => [...now.slice(-2), one]);
    setTimeout(() => drop(one.id), SHOWN_MS);
  }), []);
  useEffect(() => changes.on(() => caller() || set([])), []); // what one did is not told to the next one
  return html`<div class="toasts" role="status" aria-live="polite">${all.map((one) => html`
    <div class="toast" key=${one.id}><${Icon} name="check" /><span class="grow break">${one.text}</span>
      <${IconButton} icon="close" label="Dismiss" onClick=${() => drop(one.id)} /></div>`)}</div>`;
}
