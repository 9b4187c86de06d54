// The event stream: one connection, opened with a ticket, that goes on from its cursor after a cut.
import { Emitter } from './emitter.js';
import { post, queryText } from './api.js';
import { caller } from './session.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
// The broker says something every 15 seconds; a connection that is silent for longer is gone.
const SILENCE_MS = 40_000;
const TOGETHER_MS = 250;

/** Tells {id, type, data, ...} of each event as CloudEvents, and {type: 'reset'} when some may have been missed. */
export const events = new Emitter();

/** Tells 'connecting', 'live' or 'cut'. */
export const states = new Emitter();

let state = 'off';
let running = null;
let cursor = 'now';

export const liveState = () => state;

/** Begins to listen, until the function that it gives is called. */
export function listen() {
  running = new AbortController();
  cursor = 'now';
  follow(running.signal);
  const stop = running;
  return () => {
    stop.abort();
    say('off');
  };
}

/**
 * Calls back when events of these types come (the words before `.v1`, such as `rotation`): at once, then at most every
 * quarter of a second, with what came in between. Gives a function that ends it.
 */
export function onEvents(prefixes, callback) {
  let gathered = [];
  let timer = null;
  const tell = () => {
    timer = null;
    const all = gathered;
    gathered = [];
    if (all.length) {
      callback(all);
      timer = setTimeout(tell, TOGETHER_MS);
    }
  };
  const stop = events.on((event) => {
    if (event.type === 'reset' || prefixes.some((prefix) => event.type.startsWith('io.hushbus.' + prefix))) {
      gathered.push(event);
      timer ??= setTimeout(tell, 0);
    }
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

function say(next) {
  if (state !== next) {
    state = next;
    states.emit(next);
  }
}

async function follow(signal) {
  for (let failures = 0; !signal.aborted; ) {
    say(failures ? 'cut' : 'connecting');
    try {
      await stream(signal, () => {
        failures = 0;
        say('live');
      });
    } catch (failure) {
      if (signal.aborted || !caller()) {
        return; // a ticket that is refused by 401 is asked for anew, and that ends the sign-in if it has to
      }
      if (failure.status === 403 || failure.status === 404) {
        say('off'); // may not read events: views look by themselves
        return;
      }
      failures++;
    }
    if (!signal.aborted) {
      say('cut');
      await new Promise((go) => setTimeout(go, waitAfter(failures)));
    }
  }
}

const waitAfter = (failures) => Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);

async function stream(signal, opened) {
  const { data } = await post('/auth/stream-tickets', {}, { signal });
  const quiet = new AbortController();
  const response = await fetch('/api/v1/events' + queryText({ ticket: data.ticket, after: cursor }), {
    headers: { Accept: 'text/event-stream' }, cache: 'no-store', credentials: 'omit',
    signal: AbortSignal.any([signal, quiet.signal]),
  });
  if (!response.ok) {
    throw Object.assign(new Error('no stream'), { status: response.status });
  }
  opened();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const watch = setTimeout(() => quiet.abort(), SILENCE_MS);
    const { done, value } = await reader.read().finally(() => clearTimeout(watch));
    if (done) {
      return;
    }
    const frames = (rest + value).split('\n\n');
    rest = frames.pop();
    frames.forEach(take);
  }
}

/** One frame of text/event-stream, as the broker writes it: a field a line. */
function take(frame) {
  const fields = {};
  for (const line of frame.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) {
      fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
  }
  if (!fields.event) {
    return;
  }
  if (fields.id) {
    cursor = fields.id;
  }
  if (fields.event === 'stream.reset') {
    events.emit({ type: 'reset' });
  } else if (fields.event !== 'stream.close') {
    events.emit(JSON.parse(fields.data));
  }
}
