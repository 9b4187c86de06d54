// The first steps of a fresh installation, until they are done.
import { html } from '../lib.js';
import { href } from '../router.js';
import { useScope, usePlaces } from '../scope.js';
import { Code, Panel } from '../ui/basic.js';
import { Icon } from '../ui/icon.js';

export const stepsOf = ({ secrets, open, everRotated, everLeased }) => [
  { id: 'create', done: secrets ? secrets.total > 0 : everRotated || everLeased },
  { id: 'lease', done: everLeased },
  { id: 'rotate', done: everRotated || open.length > 0 },
];

export function FirstSteps({ steps, begun }) {
  const { project } = useScope();
  const { projects } = usePlaces();
  const inProject = project || projects[0]?.name;
  const next = steps.find((step) => !step.done)?.id;
  const Step = { create: Create, lease: Lease, rotate: Rotate };
  return html`
    <${Panel} title=${begun ? 'Next step' : 'Three steps, and you have seen all of it'}>
      <ol class="first-steps">${steps.map((step, i) => {
        const { Title, Body } = Step[step.id];
        return html`<li key=${step.id} class=${step.done ? 'is-done' : step.id === next ? 'is-next' : ''}
            aria-current=${step.id === next ? 'step' : undefined}>
          <span class="step-mark">${step.done ? html`<${Icon} name="check" /><span class="sr">Done:</span>` : i + 1}</span>
          <div class="stack tight grow"><h3>${Title}</h3>${step.id === next && html`<${Body} project=${inProject} />`}</div>
              </li>`;
      })}</ol>
    </${Panel}>`;
}

const Create = {
  Title: 'Keep a secret here',
  Body: ({ project }) => html`
    <p class="muted">A password, a token, a file: type, paste or drop it once. Nobody has to see it again, you neither.</p>
    <div><a class="button primary" href=${href(['secrets', '-', 'create'], { project })}><${Icon}
        name="plus" />Create a secret</a></div>`,
};

const Lease = {
  Title: 'Use it in a program',
  Body: ({ project }) => html`
    <p class="muted">The program finds the value in a variable, for as long as it runs. Put the name of your secret for
        db-password.</p>
    <${Code} label="Use a secret in a program"
        text=${`hushbus run --project ${project || 'PROJECT'} --env DB_PASSWORD=db-password -- python3 train.py`} />
    <p class="small muted">While it runs you see it under <a href=${href(['runs'])}>Runs and leases</a>. The page of each secret
        has the same for Python, Java and bash.</p>`,
};

const Rotate = {
  Title: 'Change it while it is in use',
  Body: () => html`
    <p class="muted">Give it a new value and watch every program move to it. Rehearse first: nothing is changed by that.</p>
    <div><a class="button primary" href=${href(['rotations', 'new'])}><${Icon} name="rotation" />Rotate a secret</a></div>`,
};
