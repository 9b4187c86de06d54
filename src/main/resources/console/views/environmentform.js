// An environment as it is typed: which secrets, where they arrive, how new values are taken in. Made new, or changed.
import { html, useState } from '../lib.js';
import { call, scopeQuery, seg } from '../api.js';
import { useAction, useTyped } from '../hooks.js';
import { go, href } from '../router.js';
import { useScope } from '../scope.js';
import { Button, Note, PageHead, Panel, ProblemNote, scopeText } from '../ui/basic.js';
import { faultOf, Text } from '../ui/field.js';
import { toast } from '../ui/toast.js';
import { typeTitle } from '../ui/value.js';
import { NAME_RULE } from './accesswords.js';
import { Explain } from './environmentexplain.js';
import { secretNamed, useKnownSecrets } from './environmentnames.js';
import { NEED, Need, ofNeed, toSend } from './environmentneed.js';

/** environment, etag: what is changed; without them a new one is created. */
export function EnvironmentForm({ environment, etag, onChanged, crumbs }) {
  const scope = useScope();
  const [name, setName] = useState(environment?.name || '');
  const [description, describe] = useState(environment?.description || '');
  const [all, set] = useState(() => (environment ? environment.secrets.map(ofNeed) : [NEED]));
  const [tried, tryIt] = useState(null);
  const [last, know] = useState(etag);
  const typed = useTyped();
  const saving = useAction(async () => {
    await call('PUT', '/environments/' + seg(name), {
      query: scopeQuery(scope), body: { description: description || undefined, secrets: all.map(toSend) }, headers: environment
          ? { 'If-Match': last } : { 'If-None-Match': '*' },
    });
    toast(environment ? `Environment ${name} is changed; tasks that start from now on get it so.`
        : `Environment ${name} is created.`);
    onChanged?.();
    go(['environments', name]);
  });
  const newer = useAction(async () => {
    know((await call('GET', '/environments/' + seg(name), { query: scopeQuery(scope) })).etag);
    saving.clear();
  });
  const stale = saving.problem?.status === 412;
  const change = (at, what) => set(all.map((one, i) => (i === at ? { ...one, ...what } : one)));
  const submit = (event) => {
    event.preventDefault();
    typed.send(saving.run);
  };
  return html`
    <${PageHead} title=${environment ? 'Change ' + name : 'Create an environment'}
        crumbs=${crumbs}>Of ${scopeText(scope)}.</${PageHead}>
    <form class="stack narrow" onSubmit=${submit} novalidate autocomplete="off" ...${typed.typing}>
      <${Panel}><div class="stack">
        ${!environment && html`<${Text} label="Name" value=${name} onValue=${setName} maxlength="63"
            fault=${faultOf(saving.problem, '/name') || pathFault(saving.problem)}
          hint=${html`${NAME_RULE} A project’s <code>default</code> is for tasks that name none.`} />`}
        <${Text} label="What is it for? (optional)" value=${description} onValue=${describe} maxlength="1024"
            fault=${faultOf(saving.problem, '/description')} />
      </div></${Panel}>
      <${Needs} all=${all} change=${change} set=${set} problem=${saving.problem} scope=${scope} />
      ${stale ? html`<${Note} kind="wait" role="alert" title=${environment ? 'Somebody else has changed it meanwhile'
          : 'There is an environment of this name already'}>
          ${environment ? html`<div class="stack tight"><p>What you typed is still here. Look at <a href=${href(['environments',
              name])}>what it is now</a>, or put yours in its place.</p>
            <div><${Button} busy=${newer.busy}
                onClick=${newer.run}>Put mine in its place at the next save</${Button}></div></div>`
            : html`Choose another name, or <a href=${href(['environments', name])}>change that one</a>.`}</${Note}>`
        : html`<${ProblemNote} problem=${saving.problem} atFields=${['/name', '/description', '/secrets/', '?name']} />`}
      <div class="row">
        <${Button} type="submit" kind="primary" busy=${saving.busy} disabled=${!name || undefined}>${environment ? 'Save'
            : 'Create'}</${Button}>
        <${Button} onClick=${() => tryIt(all.map(toSend))}>Explain what is typed</${Button}>
        <a class="button" href=${href(environment ? ['environments', name] : ['environments'])}
          onClick=${typed.forget}>Cancel</a>
      </div>
    </form>
    ${tried?.length > 0 && html`<div class="tried"><${Explain} secrets=${tried} scope=${scope} /></div>`}`;
}

const pathFault = (problem) => problem?.fields?.find((field) => /name$/.test(field.pointer)
    && !field.pointer.startsWith('/secrets'))?.detail;

function Needs({ all, change, set, problem, scope }) {
  const known = useKnownSecrets(scope);
  return html`
    <${Panel} title="Secrets it needs" actions=${html`<${Button} icon="plus"
        onClick=${() => set([...all, NEED])}>Add a secret</${Button}>`}>
      <datalist id="known-secrets">${known.map((one) => html`<option key=${one.id}
          value=${one.name}>${typeTitle(one.type)}</option>`)}</datalist>
      <div class="stack loose">
        ${all.length === 0 && html`<p class="muted">It needs nothing.</p>`}
        ${all.map((need, i) => html`<${Need} key=${i} at=${i} need=${need} secret=${secretNamed(known, need.secret)}
            change=${(what) => change(i, what)} problem=${problem}
          onRemove=${() => set(all.filter((_, at) => at !== i))} />`)}
      </div>
    </${Panel}>`;
}
