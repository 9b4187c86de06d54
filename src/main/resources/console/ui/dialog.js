// Dialogs: the browser's own, so that focus, Escape and what lies behind are its matter.
import { useTyped } from '../hooks.js';
import { html, useId, useLayoutEffect, useRef, useState } from '../lib.js';
import { questions } from '../leaving.js';
import { Button, IconButton, ProblemNote } from './basic.js';
import { Text } from './field.js';

/** A window over the page while it is drawn. onClose is told when Escape or the cross is pressed. */
export function Dialog({ title, onClose, wide, children }) {
  const element = useRef(null);
  const id = useId();
  // Before anybody can see or type: Escape right after is the dialog's.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const dialog = element.current;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.isConnected && before.focus();
    };
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose();
  };
  // A second Escape closes it whatever is said to the first.
  const closed = () => element.current?.isConnected && onClose();
  return html`
    <dialog ref=${element} class=${wide ? 'wide' : ''} aria-labelledby=${id} onCancel=${cancel} onClose=${closed}>
      <header><h2 id=${id}>${title}</h2><${IconButton} icon="close" label="Close" onClick=${onClose} /></header>
      ${children}
    </dialog>`;
}

/**
 * A dialog with a form. onSubmit is called once with nothing; `busy` and `problem` are of useAction().
 * kind: of the button, 'primary' or 'danger primary'. atFields: as of ProblemNote. Closed by Escape or the cross, or left by an
 * address, it asks first where something was typed; `light`: not so.
 */
export function FormDialog({
  title, onClose, onSubmit, action, busy, problem, atFields, kind = 'primary', wide, unready, light, children,
}) {
  const typed = useTyped();
  const submit = (event) => {
    event.preventDefault();
    if (!busy && !unready) {
      typed.send(onSubmit);
    }
  };
  const close = () => (!light && typed.isTyped() ? questions.emit({ leave: onClose }) : onClose());
  return html`
    <${Dialog} title=${title} onClose=${close} wide=${wide}>
      <form onSubmit=${submit} novalidate autocomplete="off" ...${light ? {} : typed.typing}>
        <div class="content">${children}<${ProblemNote} problem=${problem} atFields=${atFields} /></div>
        <footer>
          <${Button} onClick=${onClose}>Cancel</${Button}>
          <${Button} type="submit" kind=${kind} busy=${busy} disabled=${unready || undefined}>${action}</${Button}>
        </footer>
      </form>
    </${Dialog}>`;
}

/** Asks before what cannot be undone. `typed`: a word that has to be typed first. */
export function Confirm({ title, action, onClose, onConfirm, busy, problem, typed, children }) {
  const [text, set] = useState('');
  return html`
    <${FormDialog} title=${title} action=${action} kind="danger primary" onClose=${onClose} onSubmit=${onConfirm} busy=${busy}
                   problem=${problem} unready=${typed ? text !== typed : false} light>
      ${children}
      ${typed && html`<${Text} label=${html`Type <b>${typed}</b> to go on`} value=${text} onValue=${set} autocomplete="off" />`}
    </${FormDialog}>`;
}
