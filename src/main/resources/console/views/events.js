// Events as they happen, and the endpoints that are told of them.
import { html } from '../lib.js';
import { href } from '../router.js';
import { may } from '../session.js';
import { PageHead, Tabs } from '../ui/basic.js';
import { Tail } from './eventtail.js';
import { Webhook } from './webhook.js';
import { Webhooks } from './webhooks.js';

const PARTS = [
  ['live', 'As they happen', () => may('event_read'), Tail],
  ['webhooks', 'Webhooks', () => may('webhook_read'), Webhooks],
];

export default function View({ path }) {
  const seen = PARTS.filter(([, , shows]) => shows());
  const [id, title, , Part] = seen.find(([one]) => one === path[0]) || seen[0];
  if (id === 'webhooks' && path[1]) {
    return html`<${Webhook} key=${path[1]} id=${path[1]} crumbs=${[['Events and webhooks', href(['events'])], [title,
        href(['events', 'webhooks'])]]} />`;
  }
  return html`
    <${PageHead} title="Events and webhooks" />
    <${Tabs} label="Parts of events" current=${id} of=${seen.map(([one, words]) => [one, words, href(['events', one])])} />
    <${Part} />`;
}
