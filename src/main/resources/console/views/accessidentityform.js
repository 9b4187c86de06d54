// The rules of an identity provider as they are typed. The broker checks them; claims can be tried here before.
import { html, useState } from '../lib.js';
import { post, put, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { usePlaces } from '../scope.js';
import { Badge, Button, IconButton, Note, Panel, ProblemNote } from '../ui/basic.js';
import { Check, Choices, faultOf, Field, Select, Text } from '../ui/field.js';
import { toast } from '../ui/toast.js';
import { Conditions, meets, sent, typed } from './accessclaims.js';
import { NAME_RULE, ROLES, roleTitle } from './accesswords.js';

const ALGORITHMS = ['RS256', 'ES256', 'PS256', 'EdDSA'];
const AT_FIELDS = ['/name', '/issuer', '/audience', '/jwks_url', '/jwks', '/ca_pem', '/max_token_lifetime', '/any_subject',
    '/algorithms'];

const NEW = {
  name: '', kind: 'jwt', issuer: '', audience: '', source: 'url', jwks_url: '', jwks: '', ca_pem: '', algorithms: ['RS256',
      'ES256'], max_token_lifetime: '1h',
  conditions: [{ claim: '/sub', how: 'equals', value: '' }], any_subject: false, mappings: [{ role: 'viewer', project: '',
      conditions: [] }],
};

function ofProvider(one, projects) {
  return {
    ...NEW, name: one.name, kind: one.kind, issuer: one.issuer || '', audience: one.audience || '', source: one.jwks ? 'keys'
      : 'url', jwks_url: one.jwks_url || '',
    jwks: one.jwks ? JSON.stringify(one.jwks, null, 2) : '', ca_pem: one.ca_pem || '', algorithms: one.algorithms || [],
    max_token_lifetime: one.max_token_lifetime_seconds ? one.max_token_lifetime_seconds + 's' : '', any_subject: one.any_subject,
    conditions: one.conditions.map(typed),
    mappings: one.mappings.map((each) => ({ role: each.role, project: projects.find((known) => known.id === each.project_id)?.name
        || '', conditions: each.conditions.map(typed) })),
  };
}

/** What is typed as the API takes it. */
function toSend(form) {
  const rules = {
    name: form.name, kind: form.kind, conditions: form.any_subject ? [] : form.conditions.map(sent),
        any_subject: form.any_subject,
    mappings: form.mappings.map((one) => ({ role: one.role, project: one.project || undefined,
        conditions: one.conditions.map(sent) })),
  };
  if (form.kind === 'mtls') {
    return rules;
  }
  const keys = form.source === 'keys' ? { jwks: JSON.parse(form.jwks) } : { jwks_url: form.jwks_url, ca_pem: form.ca_pem
      || undefined };
  return { ...rules, ...keys, issuer: form.issuer, audience: form.audience, algorithms: form.algorithms,
      max_token_lifetime: form.max_token_lifetime || undefined };
}

function jsonFault(text) {
  try {
    JSON.parse(text);
    return undefined;
  } catch (wrong) {
    return 'This is no JSON yet: ' + wrong.message;
  }
}

/** The fields of a provider. provider: to be changed, or undefined for a new one. onDone is given what the broker made of it. */
export function ProviderForm({ provider: now, onDone, onCancel }) {
  const [provider] = useState(now); // as it was when changing began, so that what others change meanwhile is not undone
  const { projects } = usePlaces();
  const [form, set] = useState(() => (provider ? ofProvider(provider, projects) : NEW));
  const [tried, tryIt] = useState(false);
  const change = (what) => set((was) => ({ ...was, ...what }));
  const saving = useAction(async () => {
    const body = toSend(form);
    const { data } = await (provider ? put('/identity-providers/' + seg(provider.id), body,
      { headers: { 'If-Match': provider.etag } }) : post('/identity-providers', body));
    toast(provider ? `The rules of ${form.name} are changed; whom it let in has to come again.`
        : `${form.name} lets people in now.`);
    onDone(data);
  });
  const keysFault = form.kind === 'jwt' && form.source === 'keys' ? jsonFault(form.jwks) : undefined;
  const submit = (event) => {
    event.preventDefault();
    tryIt(true);
    if (!keysFault) {
      saving.run();
    }
  };
  const text = (field, label, rest = {}) => html`<${Text} label=${label} value=${form[field]}
      onValue=${(value) => change({ [field]: value })} fault=${faultOf(saving.problem, '/' + field)} ...${rest} />`;
  return html`
    <form class="stack narrow" onSubmit=${submit} novalidate autocomplete="off">
      <${Panel} title="Provider"><div class="stack">
        ${text('name', 'Name', { hint: NAME_RULE, maxlength: 63 })}
        ${!provider && html`<${Choices} label="What do they show?" value=${form.kind} onValue=${(kind) => change({ kind })}
          of=${[['jwt', 'A token', 'Of your sign-in, a Kubernetes service account or a CI job.'], ['mtls', 'A certificate',
              'Of an authority that the broker is set up to trust.']]} />`}
        ${form.kind === 'jwt' && html`<${Tokens} form=${form} change=${change} text=${text} problem=${saving.problem}
            keysFault=${tried ? keysFault : undefined} />`}
      </div></${Panel}>
      <${Panel} title="Who is let in"><div class="stack">
        <${Check} label="Anybody whom the provider vouches for" checked=${form.any_subject}
            onValue=${(any) => change({ any_subject: any })} hint="Only where the provider knows nobody but your own people." />
        ${!form.any_subject && html`<${Conditions} label="All of these must hold" of=${form.conditions}
            onChange=${(conditions) => change({ conditions })} />`}
        ${faultOf(saving.problem, '/any_subject') && html`<${Note} kind="bad"
            role="alert">Say at least one condition, or that anybody is let in.</${Note}>`}
        <p class="hint">${form.kind === 'jwt'
            ? 'A claim is named by its path: /sub, /email, /kubernetes.io/namespace. Of a list, such as groups, one element is '
              + 'enough.'
          : 'Of a certificate there are /subject, /issuer, /spiffe, /names and /uris.'}</p>
      </div></${Panel}>
      <${Mappings} form=${form} change=${change} projects=${projects} problem=${saving.problem} />
      <${Try} form=${form} />
      <${ProblemNote} problem=${saving.problem} atFields=${AT_FIELDS} />
      <div class="row"><${Button} type="submit" kind="primary" busy=${saving.busy}>${provider ? 'Save rules'
          : 'Create'}</${Button}><${Button} onClick=${onCancel}>Cancel</${Button}></div>
    </form>`;
}

const Tokens = ({ form, change, text, problem, keysFault }) => html`
  ${text('issuer', 'Issuer', { hint: 'Exactly as in the claim iss of its tokens.', placeholder: 'https://login.example.com',
      maxlength: 512 })}
  ${text('audience', 'Audience', { hint: 'Exactly as in the claim aud.', maxlength: 512 })}
  <${Choices} label="Where are its public keys?" value=${form.source} onValue=${(source) => change({ source })}
    of=${[['url', 'At an address', 'The broker reads them there, and again when they change.'], ['keys', 'Given here',
        'For a provider that the broker cannot reach.']]} />
  ${form.source === 'url' ? html`
    ${text('jwks_url', 'Address of its keys', { hint: 'https; jwks_uri in its discovery document.',
        placeholder: 'https://login.example.com/jwks', maxlength: 2048 })}
    <${Area} label="Authorities of that address (optional)" value=${form.ca_pem} onValue=${(value) => change({ ca_pem: value })}
        hint="PEM; those of the system if left out." fault=${faultOf(problem, '/ca_pem')} />`
    : html`<${Area} label="Keys" value=${form.jwks} onValue=${(value) => change({ jwks: value })}
        hint=${html`A key set: <code>{"keys": […]}</code>, public keys only.`} fault=${keysFault || faultOf(problem,
            '/jwks')} />`}
  <fieldset class="field"><legend>Signed by one of</legend><div class="row">${ALGORITHMS.map((one) => html`<${Check} key=${one}
      label=${one} checked=${form.algorithms.includes(one)}
    onValue=${(on) => change({ algorithms: on ? [...form.algorithms, one]
        : form.algorithms.filter((each) => each !== one) })} />`)}</div>
    ${faultOf(problem, '/algorithms') && html`<div class="fault">Choose at least one.</div>`}</fieldset>
  ${text('max_token_lifetime', 'Longest life of a token',
      { hint: 'A number and s, m, h or d; at most 24h. Tokens made for longer are refused.', maxlength: 10 })}`;

const Area = ({ label, value, onValue, hint, fault }) => html`
  <${Field} label=${label} hint=${hint} fault=${fault}>${(tied) => html`<textarea class="mono" spellcheck=${false} ...${tied}
      value=${value} onInput=${(event) => onValue(event.target.value)}></textarea>`}</${Field}>`;

function Mappings({ form, change, projects, problem }) {
  const swap = (at, what) => change({ mappings: form.mappings.map((one, i) => (i === at ? { ...one, ...what } : one)) });
  return html`
    <${Panel} title="What they are given" actions=${html`<${Button} icon="plus"
        onClick=${() => change({ mappings: [...form.mappings, { role: 'viewer', project: '',
            conditions: [] }] })}>Add a role</${Button}>`}>
      <div class="stack loose">${form.mappings.map((one, i) => html`
        <div class="stack tight mapping" key=${i}>
          <div class="row top">
            <div class="grow"><${Select} label=${`Role ${i + 1}`} value=${one.role} onValue=${(role) => swap(i, { role })}
                of=${ROLES} hint=${ROLES.find(([word]) => word === one.role)?.[2]} /></div>
            <div class="grow"><${Select} label=${`Where role ${i + 1} holds`} value=${one.project} onValue=${(project) => swap(i,
                { project })} fault=${faultOf(problem, `/mappings/${i}/project`)}
              of=${[['', 'The whole organization'], ...projects.map((each) => [each.name, 'Project ' + each.name])]} /></div>
            ${form.mappings.length > 1 && html`<${IconButton} icon="close" label=${`Remove role ${i + 1}`}
                onClick=${() => change({ mappings: form.mappings.filter((_, at) => at !== i) })} />`}
          </div>
          <${Conditions} label=${one.conditions.length ? 'Only if all of these hold' : 'Everybody who is let in'} add="Only if…"
              of=${one.conditions} onChange=${(conditions) => swap(i, { conditions })} />
        </div>`)}</div>
    </${Panel}>`;
}

/** Claims that somebody would come with, held against what is typed. It never leaves the page. */
function Try({ form }) {
  const [text, write] = useState('');
  const fault = text && jsonFault(text);
  const claims = text && !fault ? JSON.parse(text) : null;
  const missed = claims && !form.any_subject ? form.conditions.filter((one) => !meets(claims, one)) : [];
  const given = claims ? form.mappings.filter((one) => one.conditions.every((each) => meets(claims, each))) : [];
  return html`
    <${Panel} title="Try the rules">
      <div class="stack">
        <${Area} label="Claims of somebody, as JSON (optional)" value=${text} onValue=${write} fault=${fault || undefined}
          hint="The middle part of a token, decoded; not the token itself. It stays in this page." />
        <div aria-live="polite">${claims && (missed.length || (!form.any_subject && !form.conditions.length)
          ? html`<${Note} kind="bad" title="Would be refused">${missed.map((one, i) => html`<div
              key=${i}><code>${one.claim}</code> is not as asked for.</div>`)}${!missed.length
                  && 'There is no condition.'}</${Note}>`
          : html`<${Note} kind=${given.length ? 'good' : 'wait'} title="Would be let in">${given.length ? html`<div
              class="row">${given.map((one, i) => html`<span key=${i}><${Badge} kind="accent">${roleTitle(one.role)}</${Badge}>
            ${one.project ? ' in ' + one.project : ' in the whole organization'}</span>`)}</div>`
                : 'But no role holds: they could do nothing.'}</${Note}>`)}</div>
      </div>
    </${Panel}>`;
}
