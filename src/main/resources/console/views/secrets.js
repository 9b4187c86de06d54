// The secrets of a scope: which page of them is looked at. Names of secrets have three characters at least, so "-" is none.
import { html } from '../lib.js';
import { usePlaces } from '../scope.js';
import { Empty, Loading } from '../ui/basic.js';
import { href } from '../router.js';
import { CreateSecret } from './secretcreate.js';
import { SecretList } from './secretlist.js';
import { SharedSecrets } from './secretshared.js';
import { Trash } from './secrettrash.js';
import { SecretPage } from './secret.js';

const PAGES = { create: CreateSecret, trash: Trash, shared: SharedSecrets };

export default function View({ path }) {
  const { loaded } = usePlaces();
  if (!loaded) {
    return html`<${Loading} />`;
  }
  if (path.length === 0) {
    return html`<${SecretList} />`;
  }
  if (path[0] !== '-') {
    return html`<${SecretPage} key=${path[0]} name=${path[0]} tab=${path[1] || 'overview'} />`;
  }
  const Page = PAGES[path[1]];
  return Page ? html`<${Page} />`
    : html`<${Empty} heading="h1" title="There is no such page"
    action=${html`<a class="button" href=${href(['secrets'])}>To the secrets</a>`} />`;
}
