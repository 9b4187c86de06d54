// The audit trail: who did what, and the chain that shows that nothing was taken out of it.
import { html } from '../lib.js';
import { href } from '../router.js';
import { PageHead, Tabs } from '../ui/basic.js';
import { Chain } from './auditchain.js';
import { Records } from './auditrecords.js';

const PARTS = [['records', 'Records', Records], ['chain', 'Verify and export', Chain]];

export default function View({ path }) {
  const [id, , Part] = PARTS.find(([one]) => one === path[0]) || PARTS[0];
  return html`
    <${PageHead} title="Audit" />
    <${Tabs} label="Parts of the audit trail" current=${id} of=${PARTS.map(([one, words]) => [one, words, href(['audit',
        one])])} />
    <${Part} />`;
}
