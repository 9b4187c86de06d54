// An environment as it is typed: which secrets, where they arrive, how new values are taken in. Made new, or changed.
import { html, useState } from '../lib.js';
import { call, get, scopeQuery, seg } from '../api.js';
import { useAction, useLoad, useTyped } from '../hooks.js';
import { go, href } from '../router.js';
import { useScope } from '../scope.js';
import { may } from '../session.js';
import { Button, IconButton, Note, PageHead, Panel, ProblemNote, scopeText } from '../ui/basic.js';
import { Check, faultOf, Select, Text } from '../ui/field.js';
import { toast } from '../ui/toast.js';
import { NAME_RULE } from './accesswords.js';
import { Explain } from './environmentexplain.js';
import { RELOADS, SIGNALS } from './environmentwords.js';

const NEED = { secret: '', key: '', arrives: 'usual', as_env_var: '', mount: '/etc/secrets', file_as: '', prefix: '',
    optional: false, reload: '', signal: 'HUP', max_delay: '' };
const MOST = 500;

function ofNeed(need) {
  const [reload, signal] = (need.reload || '').split(':');
  const arrives = need.as_env_var ? 'variable' : need.mount ? 'file' : need.prefix ? 'prefix' : 'usual';
  return { ...NEED, ...need, arrives, reload: reload || '', signal: signal || 'HUP', max_delay: need.max_delay || '' };
}

/** A need as the API takes it. */
function toSend(need) {
  const reload = need.reload === 'signal' ? 'signal:' + need.signal : need.reload;
  const all = {
    secret: need.secret.trim(), key: need.key.trim(), optional: need.optional, reload, max_delay: need.max_delay.trim(),
    as_env_var: need.arrives === 'variable' ? need.as_env_var.trim() : '',
    mount: need.arrives === 'file' ? need.mount.trim() : '', file_as: need.arrives === 'file' ? need.file_as.trim() : '',
    prefix: need.arrives === 'prefix' ? need.prefix.trim() : '',
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '' && value !== false));
}

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
  const known = useLoad((signal) => (may('secret_list')
    ? get('/secrets', { ...scopeQuery(scope), inherited: scope.project || scope.domain ? 'true' : undefined, page_size: MOST },
        { signal }).then((page) => page.secrets) : Promise.resolve([])),
  [scope.project, scope.domain]).data || [];
  return html`
    <${Panel} title="Needs" actions=${html`<${Button} icon="plus" onClick=${() => set([...all, NEED])}>Add a need</${Button}>`}>
      <datalist id="known-secrets">${known.map((one) => html`<option key=${one.id}
          value=${one.name}>${one.type}</option>`)}</datalist>
      <div class="stack loose">
        ${all.length === 0 && html`<p class="muted">It needs nothing.</p>`}
        ${all.map((need, i) => html`<${Need} key=${i} at=${i} need=${need} secret=${known.find((one) => one.name === need.secret)}
            change=${(what) => change(i, what)} problem=${problem}
          onRemove=${() => set(all.filter((_, at) => at !== i))} />`)}
      </div>
    </${Panel}>`;
}

const ARRIVALS = [['usual', 'Variables, named as the secret'], ['variable', 'One variable'], ['file', 'A file'], ['prefix',
    'A variable for each key']];

function Need({ at, need, secret, change, problem, onRemove }) {
  const pointer = '/secrets/' + at;
  const fault = (field) => faultOf(problem, `${pointer}/${field}`);
  const shown = ['secret', 'key', 'as_env_var', 'mount', 'file_as', 'prefix', 'reload', 'max_delay'];
  const others = (problem?.fields || []).filter((one) => (one.pointer === pointer || one.pointer?.startsWith(pointer + '/'))
      && !shown.some((field) => one.pointer === `${pointer}/${field}`));
  const keys = secret?.type === 'key_value' || secret?.type === 'json' ? secret.keys || [] : [];
  const text = (field, label, rest = {}) => html`<${Text} label=${label} value=${need[field]}
      onValue=${(value) => change({ [field]: value })} fault=${fault(field)} ...${rest} />`;
  return html`
    <fieldset class="mapping"><legend class="sr">Need ${at + 1}</legend>
      <div class="stack">
        <div class="row top">
          <div class="grow">${text('secret', `Secret ${at + 1}`, { list: 'known-secrets', maxlength: 63,
            hint: need.secret && !secret ? 'Not there yet, or not seen from here. It may come later.' : secret
                ? secret.type.replace('_', ' ') : 'Its name.' })}</div>
          <div class="grow">${keys.length ? html`<${Select} label=${`Key of secret ${at + 1}`} value=${need.key}
              onValue=${(key) => change({ key })} fault=${fault('key')}
            of=${[['', 'All of it'], ...[...new Set([...keys, ...(need.key ? [need.key] : [])])].map((one) => [one, one])]} />`
            : text('key', `Key of secret ${at + 1} (optional)`, { maxlength: 127 })}</div>
          <${IconButton} icon="trash" label=${`Remove need ${at + 1}`} onClick=${onRemove} />
        </div>
        <div class="grid">
          <${Select} label=${`Need ${at + 1} arrives as`} value=${need.arrives} onValue=${(arrives) => change({ arrives })}
              of=${ARRIVALS} />
          ${need.arrives === 'variable' && text('as_env_var', `Variable ${at + 1}`, { placeholder: 'DB_PASSWORD',
              maxlength: 255 })}
          ${need.arrives === 'prefix' && text('prefix', `Begins with ${at + 1}`, { placeholder: 'DB_', maxlength: 255 })}
          ${need.arrives === 'file' && html`${text('mount', `Directory ${at + 1}`, { maxlength: 1024 })}${text('file_as',
              `File name ${at + 1} (optional)`, { placeholder: need.secret, maxlength: 255 })}`}
        </div>
        <div class="grid">
          <${Select} label=${`New values of need ${at + 1}`} value=${need.reload} onValue=${(reload) => change({ reload })}
              fault=${fault('reload')} of=${RELOADS}
            hint=${RELOADS.find(([word]) => word === need.reload)?.[2]} />
          ${need.reload === 'signal' && html`<${Select} label=${`Signal ${at + 1}`} value=${need.signal}
              onValue=${(signal) => change({ signal })} of=${SIGNALS.map((one) => [one, one])} />`}
          ${text('max_delay', `Within ${at + 1} (optional)`, { hint: 'How long taking it in may take, such as 30s or 5m.',
              maxlength: 10 })}
        </div>
        <${Check} label="Optional: start without it if it is not there" checked=${need.optional}
            onValue=${(optional) => change({ optional })} />
        ${others.map((one) => html`<div class="fault" role="alert" key=${one.pointer}>${one.detail}</div>`)}
      </div>
    </fieldset>`;
}
