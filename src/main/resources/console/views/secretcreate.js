// A new secret: typed, pasted or dropped once, and never seen again.
import { html, useRef, useState } from '../lib.js';
import { get, post, scopeQuery } from '../api.js';
import { useAction, useLoad, useRested, useTyped } from '../hooks.js';
import { href } from '../router.js';
import { useMay, useScope } from '../scope.js';
import { Button, Empty, Note, PageHead, Panel, ProblemNote } from '../ui/basic.js';
import { faultAt, offer, useValue } from '../ui/editor.js';
import { Choices } from '../ui/field.js';
import { NameField, isName } from '../ui/name.js';
import { toast } from '../ui/toast.js';
import { TYPES, ValueField } from '../ui/value.js';
import { scopeName, secretHref } from './secretparts.js';
import { Place } from './secretplace.js';
import { SettingsFields, settingsToSend } from './secretsettings.js';

const NAME_TAKEN = 'name_taken';

export function CreateSecret() {
  const here = useScope();
  const mayHere = useMay();
  const [scope, setScope] = useState(here);
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  const [type, setType] = useState('text');
  const [settings, setSettings] = useState({ description: '', labels: {} });
  const form = useRef(null);
  const editor = useValue();
  const typed = useTyped();
  const known = useKnown(scope, name);
  const taken = known?.some((one) => sameScope(one, scope));

  const creating = useAction(async () => {
    const value = editor.current.read();
    if (!isName(name)) {
      form.current.querySelector('input').focus();
    }
    if (!isName(name) || !value) {
      return false;
    }
    const { data: created } = await post('/secrets', { name, type, ...value, ...settingsToSend(settings) },
      { query: scopeQuery(scope) });
    editor.current.clear();
    toast(`Created ${created.name} in ${scopeName(created)}.`);
    location.hash = secretHref(created);
    return true;
  });
  const submit = (event) => {
    event.preventDefault();
    setAsked(true);
    typed.send(creating.run);
  };
  const change = (next, what) => {
    offer(editor, what);
    setType(next);
  };
  if (!mayHere('secret_create')) {
    return html`<${Empty} heading="h1" icon="secrets" title="Your roles do not create secrets here"
      action=${html`<a class="button" href=${href(['secrets'])}>To the secrets</a>`}>
      Choose another project above, or ask an admin for the role developer in this one.</${Empty}>`;
  }
  const problem = creating.problem;
  const nameFault = problem?.body.reason === NAME_TAKEN || taken
    ? html`There is one of this name in ${scopeName(scope)}. <a
    href=${href(['secrets', name], scope)}>Change that one</a>, or take another name.`
    : faultAt(problem, '/name') || (asked && !isName(name) ? (name ? 'The name does not keep the rule yet.' : 'It needs a name.')
    : '');
  return html`
    <${PageHead} title="Create a secret" crumbs=${[['Secrets',
      href(['secrets'])]]}>It is encrypted before it is kept, and nobody sees the value again unless the project allows
          it.</${PageHead}>
    <form class="stack form" ref=${form} onSubmit=${submit} novalidate autocomplete="off" ...${typed.typing}>
      <${Panel} title="Name and place"><div class="stack">
        <${NameField} value=${name} onValue=${setName} fault=${nameFault} placeholder="db-password" />
        <${Shadowing} known=${known} scope=${scope} />
        <${Place} scope=${scope} onScope=${setScope} />
      </div></${Panel}>
      <${Panel} title="Value"><div class="stack">
        <${Choices} label="Kind" value=${type} onValue=${setType} of=${TYPES} />
        <${ValueField} type=${type} editor=${editor} problem=${problem} onType=${change} />
      </div></${Panel}>
      <${Panel} title="About it"><${SettingsFields} value=${settings} onValue=${setSettings} problem=${problem} /></${Panel}>
      ${problem?.body.reason !== NAME_TAKEN && html`<${ProblemNote} problem=${problem} />`}
      <div class="row"><${Button} type="submit" kind="primary" busy=${creating.busy}>Create</${Button}>
        <a class="button" href=${href(['secrets'])} onClick=${typed.forget}>Cancel</a></div>
    </form>`;
}

const sameScope = (one, scope) => (one.project || '') === scope.project && (one.domain || '') === scope.domain && !one.adoption;

/** The secrets of this name that a task in the scope would meet now. */
function useKnown(scope, name) {
  const rested = useRested(name, 300);
  const found = useLoad(async (signal) => {
    if (!isName(rested)) {
      return [];
    }
    const page = await get('/secrets', { ...scopeQuery(scope), inherited: true, name_prefix: rested, page_size: 50 }, { signal });
    return page.secrets.filter((one) => one.name.toLowerCase() === rested.toLowerCase());
  }, [rested, scope.project, scope.domain]);
  return name === rested ? found.data : undefined;
}

function Shadowing({ known, scope }) {
  const wider = known?.find((one) => !sameScope(one, scope));
  return html`<div aria-live="polite">${wider && html`<${Note} kind="wait" title="This name is inherited already">
    ${wider.adoption ? 'The project has adopted a secret of this name'
      : `There is a ${wider.name} in ${scopeName(wider)}`}; in ${scopeName(scope)} the new one will hide it.</${Note}>`}</div>`;
}
