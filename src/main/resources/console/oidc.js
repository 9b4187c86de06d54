// Signing in with an identity provider: OpenID Connect, the code flow with PKCE (RFC 7636), in a window of its own, so that
// verifier, code and tokens never leave the memory of this page. The signature of the token is checked by the broker, which
// exchanges it for a token of its own; what only this page can know (state and nonce) is checked here.
import { channelOf } from './answers.js';
import { call, get } from './api.js';
import { Emitter } from './emitter.js';
import { ended, renewed, signIn } from './session.js';

const CALLBACK = '/console/callback.html';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token';
const DEADLINE_MS = 15_000;
const LOOK_MS = 400;
const EARLY_MS = 90_000;
const SKEW_S = 60;

/** What went wrong, for people: a title, and what to do. */
export class Fault extends Error {
  constructor(title, advice) {
    super(title);
    this.advice = advice;
  }
}

/** Tells {provider} when the sign-in is about to end and only the person can go on with it; null when that is over. */
export const endings = new Emitter();

/** [{title, tenant, issuer, client_id, scopes}] that the operator has configured; none if they cannot be asked for. */
export async function providers() {
  try {
    const response = await fetch('/console/sign-in.json',
        { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(DEADLINE_MS) });
    return response.ok ? (await response.json()).sign_in : [];
  } catch {
    return [];
  }
}

/**
 * Signs in. To be called in the handler of a click, as it opens a window.
 *
 * seemsClosed   told once if the window seems to be closed; an answer that comes nevertheless is taken
 * Throws Fault, Problem of the broker, or AbortError where the signal said so.
 */
export async function signInWith(provider, signal, seemsClosed) {
  const { about, tokens } = await authenticated(provider, signal, seemsClosed);
  const kept = { provider, about, idToken: tokens.id_token, refresh: tokens.refresh_token, timer: null,
      over: new AbortController() };
  const token = await exchanged(provider, kept.idToken, signal);
  await signIn(token.access_token, (bearer) => get('/auth/whoami', {}, { bearer, signal }), () => forget(kept));
  keep(kept, token.expires_in);
}

/** The same for somebody whose sign-in is about to end: the session goes on. */
export async function signInAgainWith(kept, signal, seemsClosed) {
  const { tokens } = await authenticated(kept.provider, signal, seemsClosed);
  if (claims(tokens.id_token).sub !== claims(kept.idToken).sub) {
    throw new Fault('This is somebody else', 'Sign out first, to go on as another person.');
  }
  kept.idToken = tokens.id_token;
  kept.refresh = tokens.refresh_token || kept.refresh;
  const token = await exchanged(kept.provider, kept.idToken, AbortSignal.any([signal, kept.over.signal]));
  kept.over.signal.throwIfAborted();
  renewed(token.access_token);
  keep(kept, token.expires_in);
}

async function authenticated(provider, signal, seemsClosed) {
  if (!globalThis.crypto?.subtle) {
    throw new Fault('This page has to be opened by https',
        'A browser signs in by an identity provider on https alone, or on this machine itself.');
  }
  const popup = open('about:blank', '', 'popup,width=480,height=640');
  if (!popup) {
    throw new Fault('The browser has not opened the window', 'Allow this page to open windows, and try again.');
  }
  popup.opener = null; // the issuer's window gets no handle on this page; its answer comes by a channel named after the state
  try {
    const about = await discovered(provider, signal);
    const verifier = random();
    const nonce = random();
    const state = random() + '.' + random();
    const answering = answered(state, popup, signal, seemsClosed);
    popup.location.replace(await authorizeAddress(provider, about, { verifier, nonce, state }));
    const code = codeOf(await answering, provider, about, state);
    const tokens = await token(provider, about, {
      grant_type: 'authorization_code', code, redirect_uri: location.origin + CALLBACK, code_verifier: verifier,
    }, signal);
    check(tokens.id_token, provider, nonce);
    return { about, tokens };
  } finally {
    popup.close();
  }
}

/** The issuer's own description; it must be of this issuer, and what the page will ask must be at it. */
async function discovered(provider, signal) {
  const address = provider.issuer.replace(/\/$/, '') + '/.well-known/openid-configuration';
  const about = await asked(provider, address, {}, signal);
  const at = new URL(provider.issuer);
  const fits = (text, sameOrigin) => {
    const url = URL.canParse(text) && new URL(text);
    return url && url.protocol === at.protocol && (!sameOrigin || url.origin === at.origin);
  };
  if (about.body.issuer !== provider.issuer || !fits(about.body.authorization_endpoint, false)
      || !fits(about.body.token_endpoint, true)) {
    throw new Fault(provider.title + ' describes itself as another issuer',
        'The configuration of the broker and of the issuer do not fit. Tell whoever runs the broker.');
  }
  return about.body;
}

async function authorizeAddress(provider, about, { verifier, nonce, state }) {
  const address = new URL(about.authorization_endpoint);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const asks = {
    response_type: 'code', client_id: provider.client_id, redirect_uri: location.origin + CALLBACK,
        scope: provider.scopes.join(' '),
    state, nonce, code_challenge: base64(new Uint8Array(hash)), code_challenge_method: 'S256',
  };
  Object.entries(asks).forEach(([name, value]) => address.searchParams.set(name, value));
  return address.href;
}

/** What the callback page is sent, as a query. */
function answered(state, popup, signal, seemsClosed) {
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(channelOf(state));
    const look = setInterval(() => {
      if (popup.closed) {
        clearInterval(look);
        seemsClosed();
      }
    }, LOOK_MS);
    const over = () => {
      clearInterval(look);
      channel.close();
    };
    channel.onmessage = ({ data }) => {
      channel.postMessage('taken');
      over();
      resolve(new URLSearchParams(data));
    };
    signal.addEventListener('abort', () => {
      over();
      reject(signal.reason);
    }, { once: true });
  });
}

const STRANGE = 'Nothing was taken from it. Sign in again; if it happens twice, tell whoever runs the broker.';

function codeOf(answer, provider, about, state) {
  if (answer.get('state') !== state) {
    throw new Fault('The answer is of another sign-in', STRANGE);
  }
  const from = answer.get('iss');
  if (from ? from !== provider.issuer : about.authorization_response_iss_parameter_supported === true) {
    throw new Fault('The answer is of another issuer', STRANGE);
  }
  const error = answer.get('error');
  if (error === 'access_denied') {
    throw new Fault(provider.title + ' did not let you in', 'You or ' + provider.title + ' refused. You can try again.');
  }
  if (error || !answer.get('code')) {
    throw new Fault(provider.title + ' could not sign you in', 'It says: ' + word(error) + '.');
  }
  return answer.get('code');
}

async function token(provider, about, form, signal) {
  const { status, body } = await asked(provider, about.token_endpoint, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    body: new URLSearchParams({ ...form, client_id: provider.client_id }).toString(),
  }, signal);
  if (status !== 200 || (form.code && !body.id_token)) {
    throw body.error === 'invalid_grant'
      ? new Fault('It took too long', provider.title + ' does not take its answer any more. Sign in again.')
      : new Fault(provider.title + ' gave no token', 'It says: ' + word(body.error) + '.');
  }
  return body;
}

/** Asks the issuer, and nobody else: it may not send elsewhere. */
async function asked(provider, address, options, signal) {
  try {
    const response = await fetch(address, {
      ...options, mode: 'cors', cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    if (response.status >= 500) {
      throw new Error('away');
    }
    return { status: response.status, body: await response.json() };
  } catch (failure) {
    if (signal.aborted) {
      throw failure;
    }
    throw new Fault(provider.title + ' does not answer',
        'It may be away, or not allow this page to ask it (CORS). Try again in a moment, or sign in with a key.');
  }
}

/** The broker checks the rest. `nonce` is null for a token that was renewed, which need not have it. */
function check(idToken, provider, nonce) {
  const { iss, aud, nonce: told } = claims(idToken);
  if (iss !== provider.issuer || ![aud].flat().includes(provider.client_id) || (nonce !== null && told !== nonce)) {
    throw new Fault('The token is not for this sign-in', STRANGE);
  }
}

function claims(jwt) {
  try {
    const bytes = Uint8Array.from(atob(jwt.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')),
        (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}

/** The broker's own token for that of the issuer. */
async function exchanged(provider, idToken, signal) {
  const { data } = await call('POST', '/auth/token', {
    open: true, signal,
    form: { grant_type: EXCHANGE, subject_token: idToken, subject_token_type: ID_TOKEN, tenant: provider.tenant },
  });
  return data;
}

function keep(kept, seconds) {
  if (kept.over.signal.aborted) {
    return;
  }
  clearTimeout(kept.timer);
  kept.timer = setTimeout(() => renew(kept), Math.max(seconds * 500, seconds * 1000 - EARLY_MS));
  endings.emit(null);
}

/** Before the token ends: by the refresh token, or by the issuer's token while it lives; else the person is asked. */
async function renew(kept) {
  const over = kept.over.signal;
  const signal = AbortSignal.any([over, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    if (kept.refresh) {
      const tokens = await token(kept.provider, kept.about, { grant_type: 'refresh_token', refresh_token: kept.refresh }, signal);
      over.throwIfAborted();
      kept.refresh = tokens.refresh_token || kept.refresh;
      if (tokens.id_token) {
        check(tokens.id_token, kept.provider, null);
        if (claims(tokens.id_token).sub !== claims(kept.idToken).sub) {
          throw new Fault('The token is of somebody else', STRANGE);
        }
        kept.idToken = tokens.id_token;
      }
    }
    if (claims(kept.idToken).exp < Date.now() / 1000 + SKEW_S) {
      throw new Fault('over', '');
    }
    const broker = await exchanged(kept.provider, kept.idToken, signal);
    over.throwIfAborted();
    renewed(broker.access_token);
    keep(kept, broker.expires_in);
  } catch {
    if (over.aborted) {
      return;
    }
    kept.timer = setTimeout(() => ended('Your sign-in with ' + kept.provider.title + ' has ended. Sign in again to go on.'),
        EARLY_MS);
    endings.emit(kept);
  }
}

function forget(kept) {
  kept.over.abort();
  clearTimeout(kept.timer);
  kept.idToken = '';
  kept.refresh = undefined;
  endings.emit(null);
}

const word = (text) => (/^[a-z_]{1,64}$/.test(text || '') ? text.replaceAll('_', ' ') : 'something unknown');
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
