// Where a value is typed, by the type of its secret. It stays in the inputs until it is read to be sent.
import { html, useRef, useState } from '../lib.js';
import { Button, IconButton } from './basic.js';
import { DockerForm } from './docker.js';
import { Drop, base64, textOf } from './drop.js';
import { readDotenv } from './dotenv.js';
import { faultAt, useOffered } from './editor.js';
import { Field, Text, quiet } from './field.js';
import { jsonFault } from './jsoncheck.js';
import { Pairs } from './pairs.js';

export const TYPES = [
  ['text', 'Text', 'One password, token or key'],
  ['key_value', 'Keys and values', 'Several values, each under a key, such as user and password'],
  ['json', 'JSON', 'A document, such as the key of a cloud account'],
  ['file', 'File', 'A certificate, a keytab, anything'],
  ['docker_config', 'Image registry', 'What docker login would keep'],
];

export const typeTitle = (type) => TYPES.find(([one]) => one === type)?.[1] || type;

/**
 * type      of the secret
 * editor    of useValue()
 * problem   of the last attempt to send it
 * onType    (type, {name, bytes} | {text}) if another type may be proposed for what was pasted or dropped
 */
export function ValueField({ type, editor, problem, onType }) {
  const Editor = EDITORS[type];
  return html`<${Editor} key=${type} editor=${editor} problem=${problem} onType=${onType} />`;
}

/** What a file or a text most likely is. */
export function guessType({ name = '', bytes, text = bytes && textOf(bytes) }) {
  if (text === null) {
    return 'file';
  }
  if (/^\s*[{[]/.test(text) && !jsonFault(text)) {
    return isDocker(text) ? 'docker_config' : 'json';
  }
  if (/\.(pem|crt|cer|key|p12|jks|keytab)$/i.test(name)) {
    return 'file';
  }
  const { pairs, faults } = readDotenv(text);
  return faults.length === 0 && (pairs.length > 1 || (pairs.length === 1 && /env/.test(name))) ? 'key_value' : 'text';
}

export function isDocker(text) {
  const whole = JSON.parse(text);
  return !!whole && typeof whole.auths === 'object' && whole.auths !== null;
}

/** A text of several lines that is hidden unless asked to be seen. `input` is a ref to it. */
export function Veiled({ label, hint, fault, input, onTyped, onPaste, rows = 3, extra, seen, onSeen, placeholder }) {
  return html`
    <${Field} label=${label} hint=${hint} fault=${fault}>
      ${(tied) => html`
        <div class="row top">
          <div class="grow"><textarea class=${seen ? 'mono' : 'mono veiled'} rows=${rows} ref=${input} ...${quiet} ...${tied}
            placeholder=${placeholder}
            onInput=${onTyped} onPaste=${onPaste}></textarea></div>
          <${IconButton} icon="eye" kind="" label=${seen ? 'Hide what is typed' : 'Show what is typed'}
            aria-pressed=${String(seen)} onClick=${() => onSeen(!seen)} />
        </div>${extra}`}
    </${Field}>`;
}

function TextValue({ editor, problem, onType }) {
  const input = useRef(null);
  const [seen, see] = useState(false);
  const [fault, setFault] = useState('');
  const [ends, setEnds] = useState(false);
  const [better, setBetter] = useState('');
  const looked = () => {
    setFault('');
    setEnds(/\n$/.test(input.current.value));
    const type = onType && input.current.value.length < 65536 ? guessType({ text: input.current.value }) : 'text';
    setBetter(type === 'text' ? '' : type);
  };
  const take = ({ bytes, text = textOf(bytes) }) => {
    input.current.value = text ?? '';
    looked();
    setFault(text === null ? 'This file is no text.' : '');
  };
  const dropped = (file) => {
    const kind = onType ? guessType(file) : 'text';
    kind === 'text' ? take(file) : onType(kind, file);
  };
  useOffered(editor, take);
  Object.assign(editor.current, {
    read: () => {
      if (!input.current.value) {
        setFault('Type or paste the value first.');
        input.current.focus();
        return null;
      }
      return { value: input.current.value };
    },
    clear: () => {
      if (input.current) {
        input.current.value = '';
      }
    },
  });
  const shorten = () => {
    input.current.value = input.current.value.replace(/\n+$/, '');
    looked();
  };
  const become = () => {
    const text = input.current.value;
    input.current.value = '';
    onType(better, { text });
  };
  return html`
    <${Drop} onFile=${dropped} onRefused=${setFault}>
      <${Veiled} label="Value" input=${input} seen=${seen} onSeen=${see} rows="3" fault=${fault || faultAt(problem, '/value')}
        onTyped=${looked} />
      <div aria-live="polite" class="stack tight">
        ${ends && html`<div class="hint">It ends with a line break, which would be kept. <button type="button" class="link"
          onClick=${shorten}>Remove it</button></div>`}
        ${better && html`<div class="hint">This looks like ${LOOKS[better]}. <button type="button" class="link"
          onClick=${become}>Keep it as ${typeTitle(better)}</button></div>`}
      </div>
    </${Drop}>`;
}

const LOOKS = { json: 'a JSON document', key_value: 'a list of variables', docker_config: 'the logins of an image registry',
  file: 'a file' };

function JsonValue({ editor, problem, onType, check }) {
  const input = useRef(null);
  const [seen, see] = useState(false);
  const [fault, setFault] = useState(null);
  const [good, setGood] = useState(false);
  const looked = () => {
    const text = input.current.value;
    const broken = text.trim() ? jsonFault(text) || (check && check(text)) : null;
    setFault(broken);
    setGood(!!text.trim() && !broken);
  };
  const take = ({ name, bytes, text = textOf(bytes) }) => {
    if (text === null) {
      onType ? onType('file', { name, bytes }) : setFault({ what: 'This file is no text.' });
      return;
    }
    input.current.value = text;
    looked();
  };
  useOffered(editor, take);
  const show = () => {
    see(true);
    input.current.focus();
    input.current.setSelectionRange(fault.at, fault.at + 1);
  };
  Object.assign(editor.current, {
    read: () => {
      const broken = jsonFault(input.current.value) || (check && check(input.current.value));
      if (broken) {
        setFault(broken);
        setGood(false);
        input.current.focus();
        return null;
      }
      return { value: input.current.value };
    },
    clear: () => {
      if (input.current) {
        input.current.value = '';
      }
    },
  });
  const text = fault ? (fault.line ? `Line ${fault.line}, column ${fault.column}: ${fault.what}.` : fault.what) : '';
  return html`
    <${Drop} onFile=${take} onRefused=${(what) => setFault({ what })}>
      <${Veiled} label="Document" input=${input} seen=${seen} onSeen=${see} rows="7" fault=${text || faultAt(problem, '/value')}
        onTyped=${looked}
        hint="Checked as you type, and kept to the letter." placeholder='{"type": "service_account", …}' />
      <div aria-live="polite">
        ${fault?.line && html`<button type="button" class="link small" onClick=${show}>Show the place</button>`}
        ${good && html`<span class="hint">This is good JSON.</span>`}
      </div>
    </${Drop}>`;
}

function FileValue({ editor, problem }) {
  const bytes = useRef(null);
  const [file, setFile] = useState(null);
  const [name, setName] = useState('');
  const [fault, setFault] = useState('');
  const take = ({ name: called = '', bytes: read, text }) => {
    bytes.current = read || new TextEncoder().encode(text);
    const size = bytes.current.length;
    setFile({ called, size });
    setName(fileName(called));
    setFault(size ? '' : 'This file is empty.');
  };
  useOffered(editor, take);
  Object.assign(editor.current, {
    read: () => {
      if (!bytes.current || bytes.current.length === 0) {
        setFault('Choose a file first.');
        return null;
      }
      if (!FILE_NAME.test(name)) {
        return null;
      }
      return { file_name: name, content_base64: base64(bytes.current) };
    },
    clear: () => {
      bytes.current?.fill(0);
      bytes.current = null;
    },
  });
  const wrong = fault || faultAt(problem, '/content_base64');
  return html`
    <div class="field">
      <span class="label">File</span>
      <${Drop} onFile=${take} onRefused=${setFault} label=${file ? 'Choose another file' : 'Choose a file'}>
        <div class="drop drop-zone">${file ? html`<b class="break">${file.called || 'What was pasted'}</b><span class="hint">
          ${file.size.toLocaleString('en')} bytes, ready to be stored</span>`
          : html`<b>Drop a file here</b><span
          class="hint">Up to 64 KiB, unless your operator allows more. It is kept byte for byte.</span>`}</div>
      </${Drop}>
      <div aria-live="polite">${wrong && html`<div class="fault">${wrong}</div>`}</div>
    </div>
    ${file && html`<${Text} label="Name of the file where it is used" value=${name} onValue=${setName} class="mono"
      autocomplete="off" spellcheck=${false}
      fault=${FILE_NAME.test(name) ? faultAt(problem, '/file_name') : 'Up to 127 letters, digits, dots, - or _.'} />`}`;
}

const FILE_NAME = /^[A-Za-z0-9._-]{1,127}$/;
const fileName = (called) => called.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 127) || 'value';

/** By a form; or a config.json as it is. */
function DockerValue({ editor, problem }) {
  const [pasted, paste] = useState(editor.current.offered !== undefined);
  const check = (text) => (isDocker(text) ? null : { what: 'It has no “auths”: this is not what docker login writes.' });
  return html`
    ${pasted ? html`<${JsonValue} editor=${editor} problem=${problem} check=${check} />`
      : html`<${DockerForm} editor=${editor} problem=${problem} />`}
    <div><${Button} kind="plain" onClick=${() => paste(!pasted)}>
      ${pasted ? 'Type registry, user and password instead' : 'Paste a config.json instead'}</${Button}></div>`;
}

const EDITORS = { text: TextValue, key_value: Pairs, json: JsonValue, file: FileValue, docker_config: DockerValue };
