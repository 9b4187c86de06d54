// What one needs before the code beside a secret does anything: the client, a token, and where the broker is.
import { html } from '../lib.js';
import { href } from '../router.js';
import { mayInTenant } from '../session.js';
import { Code } from '../ui/basic.js';

/** This broker, as programs reach it too. */
export const ADDRESS = location.origin;

const RELEASE = 'Whoever runs this broker has it, in the package that the broker came in.';

const CLIENTS = {
  cli: () => html`Have the command <code>hushbus</code>. ${RELEASE}`,
  python: () => html`Have the client, Python 3.9 or newer: <code class="break">pip install hushbus-0.1.0-py3-none-any.whl</code>.
    The wheel is part of the broker's release (<code>pip wheel clients/python</code> makes it from the source); in no public index
    is it.`,
  java: () => html`Have <code>hushbus-client.jar</code> on the class path, Java 25. ${RELEASE}`,
  bash: () => html`Have <code>curl</code> and <code>jq</code>.`,
};

const SETTINGS = `export HUSHBUS_ADDR=${ADDRESS}\nexport HUSHBUS_TOKEN='hsb_…'`;

export function BeforeStart({ kind, secret }) {
  const accounts = href(['access', 'accounts'], { project: secret.project || '', domain: '' });
  return html`
    <section class="before stack tight" aria-label="Before you start">
      <h3>Before you start</h3>
      <ol class="numbered stack tight">
        <li>${CLIENTS[kind]()}</li>
        <li>Have a token: the key of a service account with the role Runner${secret.project
          && html` in <b>${secret.project}</b>`}. ${mayInTenant('account_admin')
          ? html`<a href=${accounts}>Create one under Access</a>, give it the role, then a key.`
          : 'An admin creates one under Access, Service accounts.'}</li>
        <li>Say where the broker is, and as whom the program comes:
          <${Code} text=${SETTINGS} label="Address and token" /></li>
      </ol>
    </section>`;
}
