// Asks before what was typed is lost.
import { html, useEffect, useState } from '../lib.js';
import { forgetTyped, questions } from '../leaving.js';
import { Button } from './basic.js';
import { Dialog } from './dialog.js';

/** Once on the page, for whoever asks by leaving(). */
export function Leaving() {
  const [asked, ask] = useState(null);
  useEffect(() => questions.on(ask), []);
  if (!asked) {
    return null;
  }
  const stay = () => ask(null);
  const leave = () => {
    forgetTyped();
    ask(null);
    asked.leave();
  };
  return html`
    <${Dialog} title="Leave what you have typed?" onClose=${stay}>
      <div class="content"><p>It is not saved. If you leave now, it is gone.</p></div>
      <footer><${Button} kind="danger" onClick=${leave}>Leave</${Button}>
        <${Button} kind="primary" autofocus onClick=${stay}>Stay here</${Button}></footer>
    </${Dialog}>`;
}
