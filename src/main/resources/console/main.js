import { html, render, useEffect, useState } from './lib.js';
import { caller, ended, may } from './session.js';
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
  return html`${who ? html`<${Shell} key=${who.principal.id} />` : html`<${SignIn} />`}${who
      && html`<${Ending} />`}<${Toasts} />`;
}

// A browser may keep a page that is left as it was, to come back to it by Back.
addEventListener('pagehide', () => ended('You have left this page.'));
render(html`<${Console} />`, document.getElementById('app'));
