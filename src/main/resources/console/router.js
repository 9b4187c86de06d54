// Where one is: the part of the address after #, so that every place can be linked to and Back works. Never a value in it.
import { Emitter } from './emitter.js';
import { isTyped, leaving } from './leaving.js';

export const moves = new Emitter();

/** {path: ['secrets', 'db-password'], query: {project: 'demo'}} */
export function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return {
    path: path.split('/').filter(Boolean).map(decoded),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

/** As it stands where it is no such encoding: an address may come from anywhere. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a place: href(['secrets', name], {project}). Project and domain are kept unless said otherwise. */
export function href(path, query = {}) {
  const { project, domain } = place().query;
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries({ project, domain, ...query })) {
    if (value !== undefined && value !== null && value !== '') {
      all.set(name, value);
    }
  }
  const text = all.toString();
  return '#/' + path.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
}

export function go(path, query) {
  location.hash = href(path, query);
}

/** Changes the query of the place without a step in the history: filters, as one types. */
export function refine(query) {
  history.replaceState(null, '', href(place().path, { ...place().query, ...query }));
  moves.emit();
}

/** The address of what is shown: where one stays while it is asked whether to leave. */
let shown = location.href;

moves.on(() => {
  shown = location.href;
});

addEventListener('hashchange', () => {
  const to = location.href;
  if (to === shown || !isTyped()) {
    moves.emit();
    return;
  }
  history.replaceState(null, '', shown);
  leaving(() => location.replace(to));
});
