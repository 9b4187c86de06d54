// Labels as they are typed: name=value, one after the other.
import { html, useId, useState } from '../lib.js';
import { Button } from './basic.js';
import { Icon } from './icon.js';

const LABEL = /^\s*([A-Za-z0-9._-]{1,63})\s*(?:=\s*([^\n]{0,256}?)\s*)?$/;

/** value: {name: value}; onValue: with another such object. What is still being typed counts as soon as it is a label. */
export function Labels({ label = 'Labels', hint, value, onValue, fault }) {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState('');
  const id = useId();
  const typed = LABEL.exec(text)?.[1];
  const judge = (now) => setWrong(LABEL.test(now) || !now.trim() ? ''
      : 'A label is name=value; the name has letters, digits, dots, - and _.');
  const type = (now) => {
    const found = LABEL.exec(now);
    const others = Object.fromEntries(Object.entries(value).filter(([one]) => one !== typed));
    onValue(found ? { ...others, [found[1]]: found[2] || '' } : others);
    setText(now);
    setWrong('');
  };
  const add = () => {
    judge(text);
    if (typed) {
      setText('');
    }
  };
  const key = (event) => {
    if (event.key === 'Enter' && text.trim()) {
      event.preventDefault();
      add();
    }
  };
  const without = (name) => onValue(Object.fromEntries(Object.entries(value).filter(([one]) => one !== name)));
  const shown = Object.entries(value).filter(([name]) => name !== typed);
  const told = wrong || fault;
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${shown.length > 0 && html`<ul class="row" aria-label=${label + ' so far'}>${shown.map(([name, one]) => html`
        <li key=${name} class="tag chip">${name}=${one}<button type="button" class="plain"
          aria-label=${'Take the label ' + name + ' away'} onClick=${() => without(name)}><${Icon} name="close" /></button>
            </li>`)}</ul>`}
      <div class="row"><div class="grow"><input id=${id} class="mono" placeholder="team=vision" value=${text} maxlength="330"
        autocomplete="off" spellcheck=${false}
          aria-describedby=${id + '-about'} aria-invalid=${told ? 'true' : undefined}
          onInput=${(event) => type(event.target.value)} onKeyDown=${key} onBlur=${() => judge(text)} /></div>
        <${Button} icon="plus" onClick=${add}>Add</${Button}></div>
      <div id=${id + '-about'} aria-live="polite">
        ${told ? html`<div class="fault"><${Icon} name="warning" />${told}</div>` : hint
          && html`<div class="hint">${hint}</div>`}</div>
    </div>`;
}
