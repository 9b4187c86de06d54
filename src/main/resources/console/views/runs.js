// Runs and leases: what runs now, what it holds, and taking it away.
import { html } from '../lib.js';
import { usePlace } from '../hooks.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { PageHead, Tabs } from '../ui/basic.js';
import { LeaseList } from './leaselist.js';
import { RunPage } from './run.js';
import { RunList } from './runlist.js';

export default function View({ path: [id] }) {
  const { query } = usePlace();
  if (id) {
    return html`<${RunPage} key=${id} id=${id} />`;
  }
  const shown = query.show === 'leases' || !may('run_read') ? 'leases' : 'runs';
  const tabs = [may('run_read') && ['runs', 'Runs', href(['runs'])],
      may('lease_read') && ['leases', 'Leases', href(['runs'], { show: 'leases' })]];
  return html`
    <${PageHead} title="Runs and leases">A run is a task that is going on. A lease is its right to use a secret, for a while and
        on record.</${PageHead}>
    <${Tabs} of=${tabs.filter(Boolean)} current=${shown} label="Runs or leases" />
    ${shown === 'leases' ? html`<${LeaseList} />` : html`<${RunList} />`}`;
}
