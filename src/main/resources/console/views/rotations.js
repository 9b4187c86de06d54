// Rotations: the list, and the way to one, to a new one, and to who holds what.
import { html } from '../lib.js';
import { usePlace } from '../hooks.js';
import { RotationPage } from './rotation.js';
import { RotationList } from './rotationlist.js';

export default function View() {
  const { path } = usePlace();
  const [, first] = path;
  if (first) {
    return html`<${RotationPage} key=${first} id=${first} />`;
  }
  return html`<${RotationList} />`;
}
