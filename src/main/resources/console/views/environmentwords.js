// What an environment's needs mean, in words.
import { html } from '../lib.js';

export const SIGNALS = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM', 'CONT', 'WINCH'];

/** How a new value is taken in: [word, title, explanation]; a signal is `signal:NAME`. */
export const RELOADS = [
  ['', 'As usual', 'A file changes in place; for a variable the program is started anew.'],
  ['file', 'The file changes', 'The program reads it again by itself.'],
  ['signal', 'The file changes, then a signal', 'For programs that read their files again when they are told to.'],
  ['restart', 'The program is started anew', 'It is asked to end, and starts with the new value.'],
  ['callback', 'The program asks by itself', 'It uses a client of Hushbus and is told of the new value.'],
  ['next-run', 'With the next run', 'The old value stays valid until the rotation’s deadline or the end of the run.'],
  ['never', 'Never', 'The same: this task keeps what it started with.'],
];

/** The reload contract of a need in words. */
export function reloadText(need) {
  if (!need.reload) {
    return need.mount ? 'the file changes (usual)' : 'started anew (usual)';
  }
  const [word, signal] = need.reload.split(':');
  return { file: 'the file changes', signal: `the file changes, then ${signal}`, restart: 'started anew',
      callback: 'asks by itself',
    'next-run': 'with the next run', never: 'never' }[word] || need.reload;
}

/** Where a need arrives, as far as it can be told before its type is known. */
export function arrival(need) {
  if (need.as_env_var) {
    return html`variable <code>${need.as_env_var}</code>`;
  }
  if (need.mount) {
    return html`file <code class="break">${need.mount}/${need.file_as || need.secret}</code>`;
  }
  if (need.prefix) {
    return html`a variable for each key, <code>${need.prefix}…</code>`;
  }
  return need.key ? html`a variable` : 'variables with the usual names';
}

/** What a resolution says of a need: [kind of badge, title, what to do]. */
export function outcomeText(need) {
  const reasons = {
    no_such_key: 'The secret has no such key.', needs_key: 'The secret has several keys: choose one of them.',
        has_no_keys: 'The secret has no keys: leave the key out.',
    zero_byte: 'It has bytes that no variable can hold: take a file.', bad_file_name: 'Its key cannot be the name of a file.',
  };
  const [kind, title, help] = {
    ok: ['good', 'Found', ''],
    missing: ['bad', 'Missing', 'No secret of this name is seen from here. Create it, or look for a typing mistake.'],
    forbidden: ['bad', 'Not allowed', 'You may not use it from here.'],
    not_adopted: ['bad', 'Not adopted', 'Another project shares it; this project has to adopt it first.'],
    wrong_type: ['bad', 'Does not fit', 'Its type does not fit what is asked for.'],
    clash: ['bad', 'Clash', 'Another need ends in the same variable or file.'],
    too_large_for_env: ['bad', 'Too large', 'It is too large for a variable: take a file.'],
  }[need.outcome] || ['bad', need.outcome, ''];
  const spared = need.optional && ['missing', 'forbidden', 'not_adopted'].includes(need.outcome);
  return [spared ? 'wait' : kind, title, spared ? 'It is optional: the task starts without it.' : reasons[need.reason] || help];
}
