// Starting a rotation: where the new value comes from, how holders get it, and a rehearsal before it.
import { html, useRef, useState } from '../lib.js';
import { get, post, scopeQuery, seg } from '../api.js';
import { useAction, useLoad, usePages, useRested, useTyped } from '../hooks.js';
import { go, href } from '../router.js';
import { useScope } from '../scope.js';
import { Button, Empty, Loaded, Note, PageHead, Panel, ProblemNote, scopeText, Time } from '../ui/basic.js';
import { faultAt, offer, useValue } from '../ui/editor.js';
import { Choices, Search, Select, Text } from '../ui/field.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { ValueField } from '../ui/value.js';
import { CanaryPicker } from './rotationcanary.js';
import { Rehearsal } from './rotationrehearsal.js';
import { isOpen } from './rotationwords.js';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LENGTH = /^[0-9]{1,9}[smhd]?$/;
const TIME_FAULT = 'A number with s, m, h or d, such as 30m or 6h.';

/** Which secret, where the address does not say. */
export function WhichSecret() {
  const scope = useScope();
  const [typed, type] = useState('');
  const q = useRested(typed);
  const pages = usePages('/secrets', { ...scopeQuery(scope), q: q || undefined }, 'secrets');
  return html`
    <${PageHead} title="Rotate a secret" crumbs=${[['Rotations', href(['rotations'])]]}>
      Choose the secret to give a new value. These are the ones of ${scopeText(scope)}; another scope is chosen above.
    </${PageHead}>
    <${Panel} flush>
      <div class="filters"><${Search} label="Search secrets" value=${typed} onValue=${type} /></div>
      <${Paged} pages=${pages} label="Secrets" id=${(one) => one.id} columns=${[
        { title: 'Secret', cell: (one) => html`<a class="strong"
            href=${href(['rotations', 'new', one.name], { project: one.project, domain: one.domain })}>${one.name}</a>` },
        { title: 'Version', cell: (one) => 'v' + one.current_version },
        { title: 'Changed', cell: (one) => html`<${Time} at=${one.updated_at} />` },
      ]} empty=${html`<${Empty} icon="secrets" title=${q ? 'No secret matches' : 'There is no secret in this scope'}
        action=${html`<a class="button" href=${href(['secrets'])}>See the secrets</a>`}>Project and domain are chosen
            above.</${Empty}>`} />
    </${Panel}>`;
}

export function NewRotation({ name }) {
  const scope = useScope();
  const state = useLoad(async (signal) => {
    const secret = await get('/secrets/' + seg(name), scopeQuery(scope), { signal });
    const last = secret.rotation ? await get('/rotations/' + seg(secret.rotation), {}, { signal }).catch(() => null) : null;
    return { secret, going: last && isOpen(last) ? last : null };
  }, [name, scope.project, scope.domain]);
  return html`
    <${PageHead} title=${'Rotate ' + name} crumbs=${[['Rotations', href(['rotations'])]]}>${scopeText(scope)}</${PageHead}>
    <${Loaded} state=${state}>${({ secret, going }) => html`<${Plan} key=${secret.id} secret=${secret} scope=${scope}
        going=${going} />`}</${Loaded}>`;
}

const FIRST_PLAN = { grace: '', strategy: 'drain', waves: '10, 50', pause: '5m', canary: { runs: [], leases: [] } };

function Plan({ secret, scope, going }) {
  const makes = secret.type === 'text' || secret.type === 'key_value';
  const [source, setSource] = useState(makes ? 'generate' : 'typed');
  const [made, setMade] = useState({ kind: 'password', length: '32', key: secret.keys.includes('password') ? 'password'
      : secret.keys[0] || '' });
  const [plan, setPlan] = useState(FIRST_PLAN);
  const [faults, setFaults] = useState({});
  const editor = useValue();
  const typed = useTyped();
  const top = useRef(null);
  const path = `/secrets/${seg(secret.name)}/rotations`;
  const query = scopeQuery(scope);
  const change = (fields) => {
    setPlan({ ...plan, ...fields });
    setFaults({});
  };
  const checked = () => {
    const wrong = faultsOf(plan, source === 'generate' ? made : null);
    setFaults(wrong);
    return Object.keys(wrong).length === 0;
  };
  const rehearsing = useAction(async () => {
    if (!checked()) {
      return;
    }
    const { data } = await post(path, { ...how(plan), dry_run: true }, { query, once: false });
    setSeen(data);
    requestAnimationFrame(() => {
      top.current?.scrollIntoView({ block: 'start' });
      top.current?.focus({ preventScroll: true });
    });
  });
  const [seen, setSeen] = useState(null);
  const starting = useAction(async () => {
    const value = source === 'generate' ? { generate: generated(made, secret.type) } : editor.current.read();
    if (!checked() || !value) {
      return false;
    }
    const { data } = await post(path, { ...value, ...how(plan) }, { query });
    editor.current.clear();
    toast(`${secret.name} is being rotated to v${data.to_version}`);
    go(['rotations', data.id]);
  });
  const problem = starting.problem || rehearsing.problem;
  const submit = (event) => {
    event.preventDefault();
    starting.busy || typed.send(starting.run);
  };
  return html`
    <form class="stack" onSubmit=${submit} novalidate autocomplete="off" ...${typed.typing}>
      ${going && html`<${Note} kind="wait" title="A rotation of this secret is under way">Wait until it is over, or end it, before
          you begin another one. <a href=${href(['rotations', going.id])}>See how it goes</a></${Note}>`}
      <${Panel} title="The new value"><div class="stack">
        ${makes && html`<${Choices} label="Where it comes from" value=${source} onValue=${setSource} of=${[
          ['generate', 'Let the broker make it',
              'Nobody sees it. For what only your programs share: a database or service would not learn of it'],
          ['typed', 'Type or paste it', 'If the other side made it'],
        ]} />`}
        ${source === 'generate' ? html`<${Made} made=${made} onMade=${setMade} secret=${secret} problem=${problem}
            faults=${faults} />`
          : html`<${Typed} secret=${secret} editor=${editor} problem=${problem} />`}
      </div></${Panel}>
      <${Panel} title="How its holders get it"><div class="stack">
        <${Choices} label="Order" value=${plan.strategy} onValue=${(strategy) => change({ strategy })} of=${[
          ['drain', 'Everybody at once', 'All are told now and have time to move'],
          ['staged', 'A few first', 'Canaries, then waves; it goes back by itself if they fail'],
          ['immediate', 'Immediately', 'The old value ends now; for one that has leaked'],
        ]} />
        ${plan.strategy === 'staged' && html`<${Staged} plan=${plan} change=${change} secret=${secret} faults=${faults}
            problem=${problem} />`}
        ${plan.strategy !== 'immediate' && html`<div class="one-field"><${Text} label="Time to move" value=${plan.grace}
            onValue=${(grace) => change({ grace })} placeholder="as the broker is set, mostly 1h"
          hint="Such as 30m or 6h. Whoever has not moved by then is cut off."
              fault=${faults.grace || faultAt(problem, '/grace')} /></div>`}
      </div></${Panel}>
      <${ProblemNote} problem=${problem} />
      ${problem?.code === 'rotation_in_progress' && problem.body.blockers?.[0] && html`<p>
          <a href=${href(['rotations', problem.body.blockers[0].id])}>See the rotation that is under way</a></p>`}
      <div class="row">
        <${Button} onClick=${rehearsing.run} busy=${rehearsing.busy}>Rehearse first</${Button}>
        <${Button} type="submit" kind="primary" icon="rotation" busy=${starting.busy}>Start rotation</${Button}>
        <span class="small muted">A rehearsal changes nothing and tells nobody.</span>
      </div>
      <div ref=${top} tabindex="-1" class="rehearsal-place">${seen && html`<${Rehearsal} seen=${seen} secret=${secret} />`}</div>
    </form>`;
}

const waves = (text) => text.split(/[\s,]+/).filter(Boolean).map(Number);

function how({ strategy, grace, waves: shares, pause, canary }) {
  return {
    strategy,
    grace: strategy !== 'immediate' && grace.trim() ? grace.trim() : undefined,
    ...(strategy === 'staged' ? { waves: waves(shares), pause: pause.trim() || undefined, canary } : {}),
  };
}

function generated({ kind, length, key }, type) {
  const counts = kind === 'password' || kind === 'bytes' || kind === 'rsa';
  const keyed = type === 'key_value' && (kind === 'password' || kind === 'bytes' || kind === 'uuid');
  return { kind, length: counts ? Number(length) : undefined, key: keyed ? key : undefined };
}

function faultsOf({ strategy, grace, pause, waves: shares }, made) {
  const wrong = {};
  const staged = strategy === 'staged';
  if (strategy !== 'immediate' && grace.trim() && !LENGTH.test(grace.trim())) {
    wrong.grace = TIME_FAULT;
  }
  if (staged && pause.trim() && !LENGTH.test(pause.trim())) {
    wrong.pause = TIME_FAULT;
  }
  if (staged && waves(shares).some((share, i, all) => !(share >= 1 && share <= 99) || (i > 0 && share <= all[i - 1]))) {
    wrong.waves = 'Growing numbers from 1 to 99, such as 10, 50.';
  }
  if (made && 'length' in made && made.kind !== 'uuid' && made.kind !== 'ed25519' && !/^[0-9]{1,4}$/.test(made.length)) {
    wrong.length = 'A number.';
  }
  return wrong;
}

const KINDS = [['password', 'Password'], ['bytes', 'Random bytes, in base64'], ['uuid', 'UUID']];
const PAIRS = [['ed25519', 'Ed25519 key pair'], ['rsa', 'RSA key pair']];
const LENGTHS = { password: ['32', 'Characters'], bytes: ['32', 'Bytes'], rsa: ['3072', 'Bits'] };

function Made({ made, onMade, secret, problem, faults }) {
  const pairs = secret.type === 'key_value';
  const choose = (kind) => onMade({ ...made, kind, length: LENGTHS[kind]?.[0] || '' });
  return html`
    <div class="grid">
      <${Select} label="Kind" value=${made.kind} onValue=${choose} of=${pairs ? [...KINDS, ...PAIRS] : KINDS}
          fault=${faultAt(problem, '/generate/kind', '/generate')} />
      ${LENGTHS[made.kind] && html`<${Text} label=${LENGTHS[made.kind][1]} inputmode="numeric" value=${made.length}
          onValue=${(length) => onMade({ ...made, length })} fault=${faults.length || faultAt(problem, '/generate/length')} />`}
      ${pairs && !['ed25519', 'rsa'].includes(made.kind) && html`<${Select} label="For the key" value=${made.key}
          onValue=${(key) => onMade({ ...made, key })} of=${secret.keys.map((key) => [key, key])}
        hint="The other keys stay as they are." fault=${faultAt(problem, '/generate/key')} />`}
    </div>
    ${pairs && ['ed25519', 'rsa'].includes(made.kind)
        && html`<p class="hint">Sets the keys <code>private_key</code> and <code>public_key</code>.</p>`}`;
}

/** The keys of a key_value secret are there already; their values are typed anew. */
function Typed({ secret, editor, problem }) {
  const ready = useRef(false);
  if (!ready.current) {
    ready.current = true;
    if (secret.type === 'key_value' && secret.keys.every((key) => PLAIN_NAME.test(key))) {
      offer(editor, { text: secret.keys.map((key) => key + '=').join('\n') });
    }
  }
  return html`
    ${secret.type === 'key_value' && html`<p class="hint">All keys are replaced: give each its value.</p>`}
    <${ValueField} type=${secret.type} editor=${editor} problem=${problem} />`;
}

function Staged({ plan, change, secret, faults, problem }) {
  return html`
    <div class="grid">
      <${Text} label="Then waves of so many of a hundred" value=${plan.waves} onValue=${(text) => change({ waves: text })}
          hint="Growing. Everybody else comes after the last one." fault=${faults.waves || faultAt(problem, '/waves')} />
      <${Text} label="Each has to go well for" value=${plan.pause} onValue=${(pause) => change({ pause })} hint="Such as 5m."
          fault=${faults.pause || faultAt(problem, '/pause')} />
    </div>
    <${CanaryPicker} secret=${secret} canary=${plan.canary} onCanary=${(canary) => change({ canary })}
        fault=${faultAt(problem, '/canary')} />`;
}
