import { html, render, useEffect, useState } from './lib.js';
import { caller, may } from './session.js';
import { useSession } from './hooks.js';
import { listen } from './live.js';
import { Shell } from './shell.js';
import { SignIn } from './signin.js';
import { Toasts } from './ui/toast.js';
import { Ending } from './withprovider.js';

function Console() {
  useSession();
  const who = caller();
  useEffect(() => (who && may('event_read') ? listen() : undefined), [who]);
  return html`${who ? html`<${Shell} key=${who.principal.id} />` : html`<${SignIn} />`}${who && html`<${Ending} />`}<${Toasts} />`;
}

render(html`<${Console} />`, document.getElementById('app'));
