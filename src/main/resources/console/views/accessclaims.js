// Conditions on claims: as they are typed, as the API takes them, and whether some claims meet them.
import { html } from '../lib.js';
import { Button, IconButton } from '../ui/basic.js';

export const HOWS = [['equals', 'is'], ['one_of', 'is one of'], ['prefix', 'begins with']];

/** A condition of the API as it is typed: {claim, how, value}. */
export function typed(condition) {
  const how = HOWS.map(([word]) => word).find((word) => condition[word] !== undefined) || 'equals';
  const value = condition[how] ?? '';
  return { claim: condition.claim, how, value: Array.isArray(value) ? value.join(', ') : value };
}

/** A condition as it is typed, as the API takes it. */
export const sent = ({ claim, how, value }) => ({ claim: claim.trim(), [how]: how === 'one_of' ? listed(value) : value });

const listed = (text) => text.split(',').map((one) => one.trim()).filter(Boolean);

/** A condition of the API in words. */
export const inWords = (condition) => {
  const { claim, how, value } = typed(condition);
  return html`<code>${claim}</code> ${HOWS.find(([word]) => word === how)[1]} <code>${value}</code>`;
};

/** Whether claims meet a typed condition, as the broker decides it: of a list one element is enough. */
export function meets(claims, { claim, how, value }) {
  let found = claims;
  for (const step of claim.replace(/^\//, '').split('/')) {
    found = found?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  const texts = (Array.isArray(found) ? found : [found]).filter((one) => ['string', 'number',
      'boolean'].includes(typeof one)).map(String);
  return texts.some((text) => (how === 'prefix' ? text.startsWith(value) : how === 'one_of' ? listed(value).includes(text)
      : text === value));
}

/** Typed conditions to be changed. label: of the group, such as 'Who is let in'. */
export function Conditions({ label, of, onChange, add = 'Add a condition' }) {
  const change = (at, what) => onChange(of.map((one, i) => (i === at ? { ...one, ...what } : one)));
  return html`
    <fieldset class="field"><legend>${label}</legend>
      <div class="stack tight">
        ${of.map((one, i) => html`
          <div class="condition" key=${i}>
            <input class="mono" aria-label=${`Claim ${i + 1}`} placeholder="/sub" value=${one.claim} maxlength="512"
                onInput=${(event) => change(i, { claim: event.target.value })} />
            <select aria-label=${`How claim ${i + 1} is compared`} onChange=${(event) => change(i, { how: event.target.value })}>
              ${HOWS.map(([word, title]) => html`<option key=${word} value=${word}
                  selected=${word === one.how}>${title}</option>`)}</select>
            <input class="mono" aria-label=${`Value of claim ${i + 1}`} placeholder=${one.how === 'one_of' ? 'one, two' : ''}
                value=${one.value} onInput=${(event) => change(i, { value: event.target.value })} />
            <${IconButton} icon="close" label=${`Remove condition ${i + 1}`} onClick=${() => onChange(of.filter((_,
                at) => at !== i))} />
          </div>`)}
        <div><${Button} icon="plus" onClick=${() => onChange([...of, { claim: '', how: 'equals',
            value: '' }])}>${add}</${Button}></div>
      </div>
    </fieldset>`;
}
