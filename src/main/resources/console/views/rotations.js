// Rotations: the list, and the way to one, to a new one, and to who holds what.
import { html } from '../lib.js';
import { useLoad } from '../hooks.js';
import { Loaded } from '../ui/basic.js';
import { RotationPage } from './rotation.js';
import { HoldersPage } from './rotationholders.js';
import { RotationList } from './rotationlist.js';

export default function View({ path: [first, name] }) {
  if (first === 'new') {
    return html`<${New} name=${name} />`;
  }
  if (first === 'holders' && name) {
    return html`<${HoldersPage} key=${name} name=${name} />`;
  }
  return first ? html`<${RotationPage} key=${first} id=${first} />` : html`<${RotationList} />`;
}

/** The form and its editors of values are loaded when they are wanted: who watches does not need them. */
function New({ name }) {
  const code = useLoad(() => import('./rotationnew.js'), []);
  return html`<${Loaded} state=${code}>${({ NewRotation, WhichSecret }) => (
    name ? html`<${NewRotation} key=${name} name=${name} />` : html`<${WhichSecret} />`)}</${Loaded}>`;
}
