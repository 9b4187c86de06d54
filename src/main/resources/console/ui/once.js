// A key that the broker has made and shows once: to be copied now, forgotten when the window closes.
import { html, useLayoutEffect, useRef, useState } from '../lib.js';
import { Button, Copy, IconButton, Note } from './basic.js';
import { Dialog } from './dialog.js';
import { Field, quiet, veiled } from './field.js';

/**
 * Shows a key until it is closed. The key is in `held`, a ref, and in the input that shows it: never in what is drawn.
 * children: what it is for and what to do with it.
 */
export function ShownOnce({ title, label = 'Key', held, onClose, children }) {
  const input = useRef(null);
  const [seen, see] = useState(false);
  const [asked, ask] = useState(false);
  useLayoutEffect(() => {
    const shown = input.current;
    shown.value = held.current;
    shown.focus();
    shown.select();
    return () => {
      shown.value = '';
      held.current = '';
    };
  }, []);
  return html`
    <${Dialog} title=${title} onClose=${() => (asked ? onClose() : ask(true))}>
      <div class="content">
        <${Note} kind="wait" title="This is the only time it is shown">Copy it to where it belongs before you close this window.
            The broker keeps no copy that it could show again.</${Note}>
        <${Field} label=${label}>${(tied) => html`
          <div class="row">
            <div class="grow"><input readonly ref=${input} ...${veiled(seen)} ...${quiet} ...${tied} /></div>
            <${IconButton} icon="eye" kind="" label=${seen ? 'Hide the key' : 'Show the key'} aria-pressed=${String(seen)}
                onClick=${() => see(!seen)} />
            <${Copy} text=${() => held.current} />
          </div>`}
        </${Field}>
        ${children}
        <div role="alert">${asked && html`<${Note} kind="bad" title="It cannot be shown again">Close once more if you have it, or
            do not need it.</${Note}>`}</div>
      </div>
      <footer><${Button} kind="primary" onClick=${onClose}>I have stored it</${Button}></footer>
    </${Dialog}>`;
}
