// The frame: where one can go, in which scope, as whom, and whether what is seen is live.
import { html, useEffect, useRef, useState } from './lib.js';
import { VIEWS } from './views.js';
import { useLiveState, usePlace } from './hooks.js';
import { leaving } from './leaving.js';
import { go, href, place } from './router.js';
import { PlacesOf, ScopePicker } from './scope.js';
import { caller, isOperator, may, signOut } from './session.js';
import { isDark, switchTheme } from './theme.js';
import { Button, Empty, IconButton, Loading, Note } from './ui/basic.js';
import { Icon } from './ui/icon.js';
import { Leaving } from './ui/leave.js';

const LIVE = { live: 'Live', connecting: 'Connecting', cut: 'Reconnecting', off: 'Not live' };

export function Shell() {
  const { path } = usePlace();
  const [open, setOpen] = useState(false);
  const seen = VIEWS.filter((view) => view.seen());
  const view = VIEWS.find((one) => one.id === path[0]);
  const main = useRef(null);
  const arrived = useRef(false);
  useEffect(() => {
    if (!place().path[0] && seen[0]) { // now, and not when this was drawn: one may have gone on since
      location.replace(href([isOperator() && !may('secret_list') ? 'operator' : seen[0].id]));
    }
  }, [path[0]]);
  useEffect(() => {
    setOpen(false);
    document.title = (view ? view.title + ' · ' : '') + 'Hushbus';
    if (arrived.current) {
      main.current.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    arrived.current = true;
  }, [path.join('/')]);
  useEffect(() => {
    const close = (event) => event.key === 'Escape' && setOpen(false);
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, []);
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  return html`
    <${PlacesOf}>
      <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
      <div class="shell">
        ${open && html`<button class="veil" aria-label="Close the menu" onClick=${() => setOpen(false)}></button>`}
        <${Side} open=${open} seen=${seen} current=${path[0]} />
        <div>
          <header class="topbar">
            <span class="menu-button"><${IconButton} icon="menu" label="Menu" aria-expanded=${String(open)}
                onClick=${() => setOpen(!open)} /></span>
            <${ScopePicker} />
            <span class="grow"></span>
            <${Live} />
            <${Theme} />
          </header>
          <main id="main" tabindex="-1" ref=${main}>
            ${seen.length === 0 ? html`<${NoRights} />` : !view && path[0]
                ? html`<${Empty} heading="h1" title="There is no such page"
                    action=${html`<a class="button" href="#/">Go to the start</a>`} />`
              : view && html`<${Opened} key=${view.id} view=${view} path=${path.slice(1)} />`}
          </main>
        </div>
      </div>
      <${Leaving} />
    </${PlacesOf}>`;
}

function Side({ open, seen, current }) {
  const who = caller();
  return html`
    <aside class=${'side' + (open ? ' is-open' : '')}>
      <a class="brand" href="#/"><img src=${new URL('./icon.svg', import.meta.url).href} alt="" />Hushbus</a>
      <nav class="nav" aria-label="Views">${seen.map((view) => html`
        <a key=${view.id} href=${href([view.id])} aria-current=${view.id === current ? 'page' : undefined}><${Icon}
            name=${view.icon} />${view.title}</a>`)}</nav>
      <div class="who stack tight">
        <div><b class="break">${who.principal.name}</b><div class="small muted break">${who.tenant.name}</div></div>
        <div class="small muted">${[...new Set(who.bindings.map((binding) => binding.role))].join(', ') || 'no role'}</div>
        <div><${Button} icon="leave" onClick=${() => leaving(() => { signOut(); go([]); })}>Sign out</${Button}></div>
      </div>
    </aside>`;
}

function Live() {
  const state = useLiveState();
  if (state === 'off' && !may('event_read')) {
    return null;
  }
  return html`<span class=${'live is-' + state} role="status">${LIVE[state]}</span>`;
}

function Theme() {
  const [, draw] = useState(0);
  const again = () => draw((n) => n + 1);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', again);
    return () => system.removeEventListener('change', again);
  }, []);
  return html`<${IconButton} icon=${isDark() ? 'sun' : 'moon'} label=${isDark() ? 'Light colours' : 'Dark colours'}
    onClick=${() => { switchTheme(); again(); }} />`;
}

const NoRights = () => html`
  <${Empty} heading="h1" icon="access" title="You have no role here yet">
    You are signed in as ${caller().principal.name}, and nobody has given you a role. Ask an admin of ${caller().tenant.name} for
        a role in your project;
    the page shows it when you sign in again.
  </${Empty}>`;

/** A view, once its code is there. */
function Opened({ view, path }) {
  const [module, set] = useState(null);
  const [failed, fail] = useState(false);
  useEffect(() => {
    view.load().then(set, () => fail(true));
  }, []);
  if (failed) {
    return html`<${Note} kind="wait" title="This page could not be loaded">The broker is away, or was
        updated. <a href="/" onClick=${() => location.reload()}>Load the console again</a>; you will have to sign in
            again.</${Note}>`;
  }
  if (!view.seen()) {
    return html`<${Empty} heading="h1" icon="access" title="Your roles do not show this page">An admin
        of ${caller().tenant.name} can give you a role that does, under Access.</${Empty}>`;
  }
  return module ? html`<${module.default} path=${path} />` : html`<${Loading} />`;
}
