import { html } from '../lib.js';
import { Empty, PageHead } from '../ui/basic.js';

export default function View() {
  return html`<${PageHead} title="Operator" /><${Empty} title="Not here yet" />`;
}
