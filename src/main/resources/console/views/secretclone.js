// A new secret made from this one, in this scope or another, with the same content or some of it changed.
import { html, useState } from '../lib.js';
import { post, scopeQuery, seg } from '../api.js';
import { useAction } from '../hooks.js';
import { useScope } from '../scope.js';
import { FormDialog } from '../ui/dialog.js';
import { faultAt, useValue } from '../ui/editor.js';
import { Choices, Text } from '../ui/field.js';
import { Labels } from '../ui/labels.js';
import { NameField, isName } from '../ui/name.js';
import { toast } from '../ui/toast.js';
import { ValueField } from '../ui/value.js';
import { SomePairs } from './secretchange.js';
import { Place } from './secretplace.js';
import { Refused } from './secretrefused.js';
import { placeOf, scopeName, secretHref } from './secretparts.js';

const CONTENT = [['same', 'The same', 'As it is now'], ['some', 'Partly changed', 'Some keys get other values'], ['other',
  'Another value', 'Only type, labels and settings alike']];

export function CloneSecret({ secret, onClose }) {
  const here = useScope();
  const [name, setName] = useState(secret.name + '-copy');
  const [target, setTarget] = useState(secret.adoption ? here : placeOf(secret));
  const [content, setContent] = useState('same');
  const [about, setAbout] = useState({ description: secret.description || '', labels: secret.labels });
  const editor = useValue();
  const cloning = useAction(async () => {
    const value = content === 'same' ? {} : editor.current.read();
    if (!value) {
      return false;
    }
    const body = { name, target: scopeQuery(target), ...about, ...(content === 'some' ? { patch: value } : value) };
    const { data } = await post(`/secrets/${seg(secret.name)}/clone`, body, { query: scopeQuery(secret) });
    content !== 'same' && editor.current.clear();
    toast(`Cloned to ${data.name} in ${scopeName(data)}.`);
    onClose();
    location.hash = secretHref(data);
    return true;
  });
  const taken = cloning.problem?.body.reason === 'name_taken';
  return html`
    <${FormDialog} title=${`Clone ${secret.name}`} action="Clone" onClose=${onClose} onSubmit=${cloning.run} busy=${cloning.busy}
      unready=${!isName(name)} wide=${content === 'some'}>
      <p class="muted">The clone goes its own way: later changes here do not reach it. Its value is copied without being
          shown.</p>
      <${NameField} label="Name of the clone" value=${name} onValue=${setName}
        fault=${taken ? `There is one of this name in ${scopeName(target)}.` : faultAt(cloning.problem, '/name')} />
      <${Place} scope=${target} onScope=${setTarget} />
      <${Choices} label="Content" value=${content} onValue=${setContent}
        of=${CONTENT.filter(([id]) => id !== 'some' || secret.type === 'key_value')} />
      ${content === 'some' && html`<${SomePairs} editor=${editor} keys=${secret.keys} problem=${cloning.problem} />`}
      ${content === 'other' && html`<${ValueField} type=${secret.type} editor=${editor} problem=${cloning.problem} />`}
      <${Text} label="Description" maxlength="1024" autocomplete="off" value=${about.description}
        onValue=${(description) => setAbout({ ...about, description })} />
      <${Labels} value=${about.labels} onValue=${(labels) => setAbout({ ...about, labels })}
        fault=${faultAt(cloning.problem, '/labels')} />
      ${!taken && html`<${Refused} problem=${cloning.problem} secret=${secret} />`}
    </${FormDialog}>`;
}
