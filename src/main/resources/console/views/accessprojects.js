// The projects that the caller may see, and making another one.
import { html, useState } from '../lib.js';
import { post } from '../api.js';
import { useAction, usePages } from '../hooks.js';
import { go, href } from '../router.js';
import { usePlaces } from '../scope.js';
import { mayInTenant } from '../session.js';
import { Badge, Button, Empty, Panel, Time } from '../ui/basic.js';
import { FormDialog } from '../ui/dialog.js';
import { faultOf, Select, Text } from '../ui/field.js';
import { Paged } from '../ui/table.js';
import { toast } from '../ui/toast.js';
import { NAME_RULE, REVEAL, useCommunities } from './accesswords.js';

export function Projects() {
  const pages = usePages('/projects', {}, 'projects');
  const [making, make] = useState(false);
  const button = mayInTenant('project_admin') && html`<${Button} kind="primary" icon="plus"
      onClick=${() => make(true)}>Create a project</${Button}>`;
  return html`
    <${Panel} flush title="Projects" actions=${button}>
      <${Paged} pages=${pages} label="Projects" id=${(one) => one.id} columns=${COLUMNS}
        empty=${html`<${Empty} icon="access" title="No project yet"
            action=${button}>A project holds the secrets of one piece of work, and says who may see them.</${Empty}>`} />
    </${Panel}>
    ${making && html`<${NewProject} onClose=${() => make(false)} />`}`;
}

const COLUMNS = [
  { title: 'Name', cell: (one) => html`<a class="strong" href=${href(['access', 'projects', one.name])}>${one.name}</a>` },
  { title: 'What for', cell: (one) => html`<span class="muted break">${one.description || '–'}</span>` },
  { title: 'Community', cell: (one) => (one.community
    ? mayInTenant('community_read') ? html`<a href=${href(['access', 'communities', one.community])}>${one.community}</a>`
        : one.community : '–') },
  { title: 'Values seen by', cell: (one) => html`<${Badge} kind=${one.reveal === 'off' ? ''
      : 'wait'}>${REVEAL.find(([word]) => word === one.reveal)?.[1] || '–'}</${Badge}>` },
  { title: 'Created', cell: (one) => html`<${Time} at=${one.created_at} />` },
];

function NewProject({ onClose }) {
  const [name, setName] = useState('');
  const [description, describe] = useState('');
  const [community, join] = useState('');
  const communities = useCommunities();
  const places = usePlaces();
  const making = useAction(async () => {
    await post('/projects', { name, description: description || undefined, community: community || undefined });
    toast(`Project ${name} is created. Give people and programs a role in it next.`);
    places.reload();
    onClose();
    go(['access', 'projects', name]);
  });
  return html`
    <${FormDialog} title="Create a project" action="Create" onClose=${onClose} onSubmit=${making.run} busy=${making.busy}
        problem=${making.problem}
                   atFields=${['/name', '/description', '/community']} unready=${!name}>
      <${Text} label="Name" value=${name} onValue=${setName} hint=${NAME_RULE} fault=${faultOf(making.problem, '/name')}
          maxlength="63" autocomplete="off" />
      <${Text} label="What is it for? (optional)" value=${description} onValue=${describe} fault=${faultOf(making.problem,
          '/description')} maxlength="1024" />
      ${communities.length > 0 && html`<${Select} label="Community" value=${community} onValue=${join}
          fault=${faultOf(making.problem, '/community')}
        hint="Projects of one community can share secrets with each other." of=${[['', 'None'],
            ...communities.map((one) => [one.name, one.name])]} />`}
    </${FormDialog}>`;
}
