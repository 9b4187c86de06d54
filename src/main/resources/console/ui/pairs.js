// Keys and their values as a table: the keys are known, the values stay in their inputs.
import { html, useId, useRef, useState } from '../lib.js';
import { Button, IconButton } from './basic.js';
import { Drop, textOf } from './drop.js';
import { readDotenv } from './dotenv.js';
import { faultAt, useOffered } from './editor.js';
import { quiet } from './field.js';

const NAME = /^[A-Za-z0-9._-]{1,127}$/;
let next = 1;
const row = (name = '') => ({ id: next++, name });

/** The editor of key_value. `optional`: no key at all is right as well. */
export function Pairs({ editor, problem, optional, label = 'Keys and values' }) {
  const [rows, setRows] = useState(() => (optional ? [] : [row(), row()]));
  const [seen, see] = useState(false);
  const [faults, setFaults] = useState({});
  const values = useRef(new Map());
  const waiting = useRef(new Map());
  const id = useId();

  const fill = (pairs) => {
    const made = pairs.map((pair) => ({ ...row(pair.name), value: pair.value }));
    made.forEach((one) => waiting.current.set(one.id, one.value));
    const kept = rows.filter((one) => one.name || values.current.get(one.id)?.value);
    setRows([...kept, ...made.map((one) => ({ id: one.id, name: one.name }))]);
    setFaults({});
  };
  const takeText = (text) => {
    const read = readDotenv(text);
    if (read.faults.length || !read.pairs.length) {
      setFaults({ all: read.faults.length ? `Line ${read.faults[0].line}: ${read.faults[0].what}.`
        : 'There is no KEY=value in it.' });
      return false;
    }
    fill(read.pairs);
    return true;
  };
  const take = ({ bytes, text = textOf(bytes) }) => (text === null ? setFaults({ all: 'This file is no text.' })
    : takeText(text));
  useOffered(editor, take);

  Object.assign(editor.current, {
    read: () => {
      const filled = rows.filter((one) => one.name || values.current.get(one.id)?.value);
      const wrong = faultsOf(filled, values.current);
      if (filled.length === 0 && !optional) {
        wrong.all = 'Give at least one key and its value.';
      }
      setFaults(wrong);
      if (Object.keys(wrong).length) {
        document.getElementById(`${id}-name-${Object.keys(wrong)[0]}`)?.focus();
        return null;
      }
      return { data: Object.fromEntries(filled.map((one) => [one.name, values.current.get(one.id).value])) };
    },
    clear: () => {
      values.current.forEach((input) => (input.value = ''));
      waiting.current.clear();
    },
  });

  const keep = (one) => (input) => {
    if (!input) {
      values.current.delete(one.id);
      return;
    }
    values.current.set(one.id, input);
    if (waiting.current.has(one.id)) {
      input.value = waiting.current.get(one.id);
      waiting.current.delete(one.id);
    }
  };
  const paste = (one) => (event) => {
    const text = event.clipboardData.getData('text/plain');
    if (!one.name && /^[^\n]*=/m.test(text) && readDotenv(text).pairs.length && !readDotenv(text).faults.length) {
      event.preventDefault();
      takeText(text);
    }
  };
  const called = (one, name) => {
    setRows(rows.map((each) => (each.id === one.id ? { ...each, name } : each)));
    setFaults({});
  };
  const add = () => {
    const made = row();
    setRows([...rows, made]);
    requestAnimationFrame(() => document.getElementById(`${id}-name-${made.id}`)?.focus());
  };
  const remove = (one) => {
    setRows(rows.filter((each) => each.id !== one.id));
    setFaults({});
  };
  const sent = faultAt(problem, '/data');
  return html`
    <fieldset class="field">
      <div class="row spread"><legend class="label">${label}</legend>
        <${Button} icon="eye" kind="plain" aria-pressed=${String(seen)} onClick=${() => see(!seen)}>
          ${seen ? 'Hide values' : 'Show values'}</${Button}></div>
      <${Drop} onFile=${take} onRefused=${(all) => setFaults({ all })} label="Read a .env file">
        <div class="stack tight">${rows.map((one, i) => html`
          <div class="pairs" key=${one.id}>
            <input id=${`${id}-name-${one.id}`} class="mono" aria-label=${'Key ' + (i + 1)} placeholder="KEY" value=${one.name}
              ...${quiet} maxlength="127"
              aria-invalid=${faults[one.id] ? 'true' : undefined}
                aria-describedby=${faults[one.id] ? `${id}-fault-${one.id}` : undefined}
              onInput=${(event) => called(one, event.target.value)} onPaste=${paste(one)} />
            <textarea class=${seen ? 'mono' : 'mono veiled'} rows="1" aria-label=${'Value ' + (i + 1)} placeholder="value"
              ref=${keep(one)} ...${quiet}
              onInput=${() => setFaults({})} onPaste=${paste(one)}></textarea>
            <${IconButton} icon="trash" label=${one.name ? `Take ${one.name} away` : `Take line ${i + 1} away`}
              onClick=${() => remove(one)} />
            ${faults[one.id] && html`<div class="fault whole" id=${`${id}-fault-${one.id}`}>${faults[one.id]}</div>`}
          </div>`)}</div>
        <div class="row"><${Button} icon="plus" onClick=${add}>Add a key</${Button}></div>
      </${Drop}>
      <div class="hint">Lines of KEY=value that are pasted into an empty key become a row each.</div>
      <div aria-live="polite">${(faults.all || sent) && html`<div class="fault">${faults.all || sent}</div>`}</div>
    </fieldset>`;
}

/** By the id of a row. */
function faultsOf(rows, values) {
  const wrong = {};
  const seen = new Set();
  for (const one of rows) {
    if (!NAME.test(one.name)) {
      wrong[one.id] = one.name ? 'A key has letters, digits, dots, - and _, at most 127.' : 'This value has no key.';
    } else if (seen.has(one.name)) {
      wrong[one.id] = 'This key is there twice.';
    } else if (!values.get(one.id)?.value) {
      wrong[one.id] = 'This key has no value.';
    }
    seen.add(one.name);
  }
  return wrong;
}
