// Fields with a label, a hint and what is wrong, all tied together for readers of the screen.
import { html, useId, useState } from '../lib.js';
import { IconButton } from './basic.js';
import { Icon } from './icon.js';

/** What the broker says of one field of what was sent, by its JSON pointer, such as '/name'. */
export const faultOf = (problem, pointer) => problem?.fields?.find((field) => field.pointer === pointer)?.detail;

/** children: (attributes) => control; the attributes tie it to its label, hint and fault. */
export function Field({ label, hint, fault, children }) {
  const id = useId();
  const about = [hint && id + '-hint', fault && id + '-fault'].filter(Boolean).join(' ');
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${children({ id, 'aria-describedby': about || undefined, 'aria-invalid': fault ? 'true' : undefined })}
      ${hint && html`<div class="hint" id=${id + '-hint'}>${hint}</div>`}
      <div aria-live="polite">${fault
          && html`<div class="fault" id=${id + '-fault'}><${Icon} name="warning" />${fault}</div>`}</div>
    </div>`;
}

export const Text = ({ label, hint, fault, value, onValue, ...rest }) => html`
  <${Field} label=${label} hint=${hint} fault=${fault}>
    ${(tied) => html`<input ...${tied} ...${rest} value=${value} onInput=${(event) => onValue(event.target.value)} />`}
  </${Field}>`;

/** of: [[value, title]] */
export const Select = ({ label, hint, fault, value, onValue, of, ...rest }) => html`
  <${Field} label=${label} hint=${hint} fault=${fault}>
    ${(tied) => html`<select ...${tied} ...${rest} onChange=${(event) => onValue(event.target.value)}>
      ${of.map(([one, title]) => html`<option key=${one} value=${one} selected=${one === value}>${title}</option>`)}
    </select>`}
  </${Field}>`;

/** Keeps the browser and its add-ons from filling in, suggesting, correcting or keeping what is typed. */
export const quiet = {
  autocomplete: 'off', autocapitalize: 'off', autocorrect: false, spellcheck: false, 'data-1p-ignore': '',
      'data-lpignore': 'true',
};

// Masked by the style and not as type=password, where that can be: browsers and their add-ons offer to store what is typed in
// such a field, whatever autocomplete says, and a key or a value is to be in no store but the broker's.
const CAN_VEIL = CSS.supports('-webkit-text-security', 'disc');

/** The attributes of an input whose text is hidden unless `seen`. */
export const veiled = (seen) => ({ type: seen || CAN_VEIL ? 'text' : 'password', class: seen ? 'mono' : 'mono veiled' });

/**
 * A secret as it is typed: hidden unless asked to be seen, never filled in, suggested or corrected by the browser.
 * The text stays in the element; `input` is a ref to it: read it when it is sent, and clear it then.
 */
export function SecretText({ label, hint, fault, input, onTyped, multiline, ...rest }) {
  const [seen, see] = useState(false);
  return html`
    <${Field} label=${label} hint=${hint} fault=${fault}>
      ${(tied) => html`
        <div class="row top">
          <div class="grow">${multiline
            ? html`<textarea class=${seen ? 'mono' : 'mono veiled'} ref=${input} ...${quiet} ...${tied} ...${rest}
                onInput=${onTyped}></textarea>`
            : html`<input ref=${input} ...${veiled(seen)} ...${quiet} ...${tied} ...${rest} onInput=${onTyped} />`}</div>
          <${IconButton} icon="eye" label=${seen ? 'Hide what is typed' : 'Show what is typed'} kind=""
              aria-pressed=${String(seen)} onClick=${() => see(!seen)} />
        </div>`}
    </${Field}>`;
}

export function Check({ label, hint, checked, onValue, ...rest }) {
  const id = useId();
  return html`
    <div class="check"><input type="checkbox" id=${id} checked=${checked} onChange=${(event) => onValue(event.target.checked)}
        ...${rest} />
      <label for=${id}>${label}${hint && html`<span class="hint"> ${hint}</span>`}</label></div>`;
}

/** One of a few, each explained: of [[value, title, explanation]]. */
export function Choices({ label, value, onValue, of, name = useId() }) {
  return html`
    <fieldset class="field"><legend>${label}</legend>
      <div class="choices">${of.map(([one, title, explained]) => html`
        <label class="choice" key=${one}><input type="radio" name=${name} value=${one} checked=${one === value}
            onChange=${() => onValue(one)} />
          <span><b>${title}</b>${explained && html`<span class="hint">${explained}</span>`}</span></label>`)}
      </div></fieldset>`;
}

export const Search = ({ label, value, onValue }) => html`
  <div class="search"><${Icon} name="search" /><input type="search" aria-label=${label} placeholder=${label} value=${value}
    autocomplete="off" maxlength="128" onInput=${(event) => onValue(event.target.value)} /></div>`;

/** A choice among filters: of [[value, title]]; '' is all. */
export const Filter = ({ label, value, onValue, of }) => html`
  <select aria-label=${label} onChange=${(event) => onValue(event.target.value)}>
    ${of.map(([one, title]) => html`<option key=${one} value=${one} selected=${one === (value || '')}>${title}</option>`)}
  </select>`;
