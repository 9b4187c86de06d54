// Ready code for a secret: as the command line, the clients and plain HTTP get it.
import { html, useState } from '../lib.js';
import { Code } from '../ui/basic.js';
import { ADDRESS, BeforeStart } from './secretbefore.js';

const KINDS = [['cli', 'CLI'], ['python', 'Python'], ['java', 'Java'], ['bash', 'bash']];
const A_FEW = 4;

export function Samples({ secret }) {
  const [kind, choose] = useState('cli');
  const { text, note } = sample(kind, secret);
  const title = KINDS.find(([one]) => one === kind)[1];
  return html`
    <div class="stack">
      <div class="segments" role="group" aria-label="Language">${KINDS.map(([one, name]) => html`
        <button type="button" key=${one} aria-pressed=${String(one === kind)} onClick=${() => choose(one)}>
          ${name}</button>`)}</div>
      <${BeforeStart} kind=${kind} secret=${secret} />
      <${Code} key=${kind} text=${text} label=${`${title} code that uses ${secret.name}`} />
      <p class="small muted">${note}</p>
    </div>`;
}

export function sample(kind, secret) {
  return { cli, python, java, bash }[kind](secret);
}

/** db-password as DB_PASSWORD. */
const variable = (name) => name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();

const KEYWORDS = new Set(('and as assert async await break class def del elif else except finally for from global if import '
  + 'in is lambda none not or pass return secret try while with yield').split(' '));

const pythonName = (key) => {
  const name = variable(key).toLowerCase();
  return KEYWORDS.has(name) ? name + '_' : /^[a-z_]/.test(name) ? name : 'value_' + name;
};

const only = (secret) => (secret.type === 'key_value' ? secret.keys.slice(0, A_FEW) : []);

const variableOf = (secret, key) => (variable(key).startsWith(variable(secret.name)) ? variable(key)
  : variable(secret.name) + '_' + variable(key));

/** The project of a program: secrets of no project are inherited by each, so any will do. */
const projectOf = (secret) => secret.project || 'PROJECT';

function cli(secret) {
  const where = ['--project ' + projectOf(secret), secret.domain && '--domain ' + secret.domain].filter(Boolean).join(' ');
  const needs = {
    text: () => [[`--env ${variable(secret.name)}=${secret.name}`], 'python train.py'],
    key_value: () => [only(secret).map((key) => `--env ${variableOf(secret, key)}=${secret.name}#${key}`), 'python train.py'],
    json: () => [[`--file ${secret.name}.json=${secret.name}`], 'python train.py'],
    file: () => [[`--file ${secret.keys[0]}=${secret.name}`], 'python train.py'],
    docker_config: () => [[`--file .docker/config.json=${secret.name}`], 'env DOCKER_CONFIG=.docker docker pull IMAGE'],
  };
  const [options, program] = needs[secret.type]();
  return {
    text: ['hushbus run ' + where, ...options.map((one) => '  ' + one), '  -- ' + program].join(' \\\n'),
    note: html`The program starts with the value in place, is told when it changes, and loses it when it ends. <code>hushbus run
        --help</code> knows more ways.`,
  };
}

const quoted = (text) => JSON.stringify(text);

function python(secret) {
  const at = [`project=${quoted(projectOf(secret))}`, secret.domain
    && `domain=${quoted(secret.domain)}`].filter(Boolean).join(', ');
  const uses = {
    text: () => ['    value = secret.value.reveal()'],
    key_value: () => only(secret).map((key) => `    ${pythonName(key)} = secret.data[${quoted(key)}].reveal()`),
    json: () => ['    document = json.loads(secret.value.reveal())'],
    file: () => ['    content = secret.value.reveal_bytes()'],
    docker_config: () => ['    config = json.loads(secret.value.reveal())'],
  };
  const lines = uses[secret.type]();
  return {
    text: [...(lines.join().includes('json.') ? ['import json', ''] : []), 'import hushbus', '',
      `with hushbus.Client(${at}) as client:`, `    secret = client.secrets.get(${quoted(secret.name)})`, ...lines].join('\n'),
    note: html`Address and token are taken from the environment. With <code>client.lease</code> and <code>on_rotation</code> a
      program is told of new values.`,
  };
}

function java(secret) {
  const at = [projectOf(secret), secret.domain].filter(Boolean).map(quoted).join(', ');
  const uses = secret.type === 'key_value'
    ? only(secret).map(quoted)
      .map((key) => `  lease.current().value(${key}).orElseThrow().reveal(bytes -> use(${key}, bytes));`)
    : ['  lease.current().value().reveal(bytes -> use(bytes));'];
  return {
    text: [
      'try (HushbusClient client = HushbusClient.of(', `        URI.create(${quoted(ADDRESS)}),`,
      '        SecretValue.ofText(System.getenv("HUSHBUS_TOKEN")), Optional.empty());',
      `    Lease lease = client.lease(LeaseAsk.of(${quoted(secret.name)}).in(${at})).lease()) {`, ...uses, '}',
    ].join('\n'),
    note: html`The bytes are there within <code>reveal</code> alone; <code>lease.onRotation</code> is called with new values.`,
  };
}

function bash(secret) {
  const body = { project: projectOf(secret), domain: secret.domain, secrets: [{ secret: secret.name }], ttl: '15m' };
  const first = quoted(secret.keys[0]);
  const take = {
    text: `jq -r '.leases[0].data.value'`,
    key_value: `jq -r ${only(secret).length === 1 ? `'.leases[0].data[${quoted(secret.keys[0])}]'` : `'.leases[0].data'`}`,
    json: `jq -r '.leases[0].data.value'`,
    file: `jq -r '.leases[0] | .data_base64[${first}] // (.data[${first}] | @base64)' | base64 -d > ${secret.keys[0]}`,
    docker_config: `jq -r '.leases[0].data.value'`,
  };
  return {
    text: [
      'curl -fsS "$HUSHBUS_ADDR/api/v1/leases" \\', '  -H "Authorization: Bearer $HUSHBUS_TOKEN" \\',
        "  -H 'Content-Type: application/json' \\",
      `  -d '${JSON.stringify(body)}' \\`, '  | ' + take[secret.type],
    ].join('\n'),
    note: html`A lease for 15 minutes by plain HTTP, for a caller with the role runner. In scripts <code>hushbus run</code> is the
        better way: there the value is in no other program's hands.`,
  };
}
