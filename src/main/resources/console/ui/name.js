// A name as it is typed, with the rule it has to keep, point by point.
import { html, useId } from '../lib.js';
import { Field } from './field.js';
import { Icon } from './icon.js';

const MOST = 63;

/** [[what is asked, whether this name keeps it]] */
const points = (name, least) => [
  [`${least} to ${MOST} characters`, name.length >= least && name.length <= MOST],
  ['first a letter', /^[A-Za-z]/.test(name)],
  ['then letters, digits, - or _', /^.[A-Za-z0-9_-]*$/.test(name)],
  ['last a letter or a digit', /[A-Za-z0-9]$/.test(name)],
];

export const isName = (name, least = 3) => points(name, least).every(([, kept]) => kept);

/** A good name like this one, or '' if there is none. */
export function properName(text, least = 3) {
  const name = text.trim().replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z]+/, '').slice(0, MOST).replace(/[^A-Za-z0-9]+$/,
    '');
  return isName(name, least) ? name : '';
}

/** least: of characters, 3 of a secret, 2 of other things. */
export function NameField({ label = 'Name', value, onValue, fault, least = 3, hint, ...rest }) {
  const id = useId();
  const wanted = points(value, least);
  const better = value && !isName(value, least) ? properName(value, least) : '';
  return html`
    <${Field} label=${label} fault=${fault} hint=${hint}>
      ${(tied) => html`
        <input class="mono" maxlength="200" autocomplete="off" autocapitalize="off" spellcheck=${false} required value=${value}
          onInput=${(event) => onValue(event.target.value)} ...${tied} ...${rest}
          aria-describedby=${[tied['aria-describedby'], id].filter(Boolean).join(' ')} />
        <ul class="rule" id=${id}>${wanted.map(([what, kept]) => html`
          <li key=${what} class=${!value ? '' : kept ? 'is-kept' : 'is-broken'}>
            ${value && html`<${Icon} name=${kept ? 'check' : 'close'} />`}${what}${value
              && html`<span class="sr">: ${kept ? 'yes' : 'no'}</span>`}</li>`)}</ul>
        ${better && html`<div><button type="button" class="link small" onClick=${() => onValue(better)}>Take ${better}</button>
          </div>`}`}
    </${Field}>`;
}
