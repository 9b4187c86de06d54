// The public HTTP API, and nothing beside it. Whatever is done here can be done by anybody with the same right.
import { answerTo, fresh, keyFor, noAnswerTo } from './attempts.js';
import { caller, credential, ended, session } from './session.js';

const BASE = '/api/v1';
const DEADLINE_MS = 30_000;
const ATTEMPTS = 3;
const MOST_WAIT_MS = 5_000;

/** An answer that is no success: an RFC 9457 problem, or a broker that could not be reached. */
export class Problem extends Error {
  constructor(status, body, requestId) {
    super(body.title || 'The broker could not be reached');
    this.name = 'Problem';
    this.status = status;
    this.code = body.code || 'unreachable';
    this.detail = body.detail || '';
    this.body = body;
    this.requestId = body.request_id || requestId || '';
  }

  /** Whether the caller lacks the right: a right may have been taken away meanwhile. */
  get isRefusal() {
    return this.status === 403;
  }

  /** Whether the same may go well in a moment. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status === 503;
  }

  /** Whether nobody knows if it was done. */
  get isUncertain() {
    return this.status === 0 || this.status >= 500;
  }

  /** What is wrong with which field of what was sent: [{pointer, code, detail}]. */
  get fields() {
    return this.body.errors || [];
  }
}

/** Whether it says for good what became of a request: not where it was given up, nor while another one like it is under way. */
const isAnswer = (problem) => problem instanceof Problem && !problem.isUncertain && !problem.isPassing
  && problem.body.reason !== 'key_in_flight';

/**
 * Calls the API.
 *
 * path     below /api/v1, begins with a slash; its variable parts by seg()
 * options  query: {name: text | number | boolean | list; empty ones are left out}, body: JSON, headers, signal,
 *          once: true for what must be done once only, however often it is sent (Idempotency-Key), by this call or, where no
          answer came, by the next one,
 *          open: true for what needs no credential, bearer: a credential to try, which is not yet that of the session
 * Gives {data, etag, status}; throws Problem, or AbortError where the signal said so.
 */
export async function call(method, path, options = {}) {
  const headers = { Accept: 'application/json', ...options.headers };
  const ofSession = !options.open && !options.bearer;
  const signal = ofSession ? within(options.signal) : options.signal;
  let body;
  if (options.form) {
    headers['Content-Type'] = 'application/x-www-form-urlencoded';
    body = new URLSearchParams(options.form).toString();
  } else if (options.body !== undefined) {
    headers['Content-Type'] = options.type || 'application/json';
    body = JSON.stringify(options.body);
  }
  const repeatable = method === 'GET' || options.once === true;
  const what = method + ' ' + path + queryText(options.query);
  let once = options.once ? keyFor(what) : null;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    if (once) {
      headers['Idempotency-Key'] = once.key;
    }
    const bearer = ofSession ? credential() : options.bearer;
    if (bearer) {
      headers.Authorization = 'Bearer ' + bearer;
    }
    try {
      const answer = await send(method, BASE + path + queryText(options.query), headers, body, signal);
      once && answerTo(what);
      return answer;
    } catch (problem) {
      if (once?.again && problem.fields?.some((field) => field.code === 'key_reused')) {
        once = fresh(); // what got no answer was done, and this is something else
        continue;
      }
      if (!(problem instanceof Problem) || !problem.isPassing || !repeatable || attempt === ATTEMPTS) {
        if (once) {
          isAnswer(problem) ? answerTo(what) : noAnswerTo(what, once.key);
        }
        if (ofSession) {
          endedBy(problem, bearer);
        }
        throw problem;
      }
      await pause(wait(problem, attempt), signal);
    }
  }
}

/** A credential that is not accepted any more ends the sign-in, unless another one has taken its place meanwhile. */
function endedBy(problem, bearer) {
  if (problem.status === 401 && caller() && bearer === credential()) {
    ended('Your sign-in has ended: the key or session was revoked, or its time is over.');
  }
}

const within = (signal) => (signal ? AbortSignal.any([signal, session()]) : session());

/** An answer of any length, as it comes: a Response whose body has not been read. Throws as call() does. */
export async function stream(path, query, asked) {
  const signal = within(asked);
  const bearer = credential();
  let response;
  try {
    response = await fetch(BASE + path + queryText(query), {
      headers: { Authorization: 'Bearer ' + bearer }, cache: 'no-store', credentials: 'omit', redirect: 'error',
      referrerPolicy: 'no-referrer', signal,
    });
  } catch (failure) {
    throw signal.aborted ? failure : new Problem(0, {});
  }
  if (!response.ok) {
    const told = parsed(await response.text(), response.headers.get('Content-Type'));
    const problem = new Problem(response.status, told, response.headers.get('X-Request-Id'));
    endedBy(problem, bearer);
    throw problem;
  }
  return response;
}

export const get = (path, query, options) => call('GET', path, { ...options, query }).then((answer) => answer.data);
export const post = (path, body = {}, options) => call('POST', path, { once: true, ...options, body });
export const put = (path, body, options) => call('PUT', path, { ...options, body });
export const patch = (path, body, options) => call('PATCH', path, { type: 'application/merge-patch+json', ...options, body });
export const del = (path, query, options) => call('DELETE', path, { ...options, query });

/** A variable part of a path. Dots alone would lead to another path, and name nothing. */
export function seg(text) {
  if (text === '.' || text === '..') {
    throw new Problem(404, { title: 'There is no such thing', code: 'not_found' });
  }
  return encodeURIComponent(text);
}

/** The query of a scope: {project, domain}, where empty means none. */
export const scopeQuery = (scope) => ({ project: scope?.project || undefined, domain: scope?.domain || undefined });

export function queryText(query = {}) {
  const all = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== '' && one !== false) {
        all.append(name, String(one));
      }
    }
  }
  const text = all.toString();
  return text ? '?' + text : '';
}

async function send(method, url, headers, body, signal) {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  let response;
  let text;
  try {
    response = await fetch(url, {
      method, headers, body, cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    text = await response.text();
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new Problem(0, { detail: 'Check the network; what is shown may be old.' });
  }
  const requestId = response.headers.get('X-Request-Id');
  const data = parsed(text, response.headers.get('Content-Type'));
  if (!response.ok) {
    throw new Problem(response.status, { title: 'The broker refused with ' + response.status, ...data }, requestId);
  }
  return { data, status: response.status, etag: response.headers.get('ETag'), location: response.headers.get('Location') };
}

function parsed(text, type) {
  if (!text || !/json/.test(type || '')) {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function wait(problem, attempt) {
  const asked = (problem.body.retry_after_seconds || 0) * 1000;
  return Math.min(MOST_WAIT_MS, asked + Math.random() * 200 * 2 ** attempt);
}

function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, millis);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
