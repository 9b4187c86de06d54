// What views share: loading, paging, listening.
import { useCallback, useEffect, useMemo, useRef, useState } from './lib.js';
import { get } from './api.js';
import { guard } from './leaving.js';
import { onEvents, states, liveState } from './live.js';
import { moves, place } from './router.js';
import { changes } from './session.js';

const PAGE_SIZE = 50;
const NEVER_MS = 2 ** 31 - 1;
const REST_MS = 400;
const LARGEST_PAGE = 500;

/** Draws again when it tells something, also what it told between the drawing and its effects. */
function useEmitter(emitter, read) {
  const [value, set] = useState(read);
  const drawn = useRef(emitter.told);
  useEffect(() => {
    const look = () => set(read());
    if (emitter.told !== drawn.current) {
      look();
    }
    return emitter.on(look);
  }, [emitter]);
  return value;
}

/** Where one is; draws again when that changes. */
export const usePlace = () => useEmitter(moves, place);

/** 'connecting', 'live', 'cut' or 'off'. */
export const useLiveState = () => useEmitter(states, liveState);

/** Draws again when somebody signs in or out. */
export const useSession = () => useEmitter(changes, () => ({}));

/**
 * Loads something, again whenever `inputs` change. What was loaded stays while it is loaded again.
 *
 * load   (signal) => promise
 * Gives {data, problem, loading, reload}.
 */
export function useLoad(load, inputs) {
  const [state, set] = useState({ data: undefined, problem: null, loading: true });
  const latest = useRef(load);
  latest.current = load;
  const running = useRef(null);
  const reload = useCallback(() => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    set((was) => ({ ...was, loading: true }));
    return Promise.resolve(latest.current(control.signal)).then(
      (data) => !control.signal.aborted && set({ data, problem: null, loading: false }),
      (problem) => !control.signal.aborted && set((was) => ({ ...was, problem, loading: false })),
    );
  }, []);
  useEffect(() => {
    set((was) => ({ ...was, data: undefined, problem: null }));
    reload();
    return () => running.current?.abort();
  }, inputs);
  return { ...state, reload };
}

/**
 * A list that the server gives in pages.
 *
 * path, query   as of get(); of a path that is null nothing is asked
 * field         the name of the list in the answer, such as `secrets`
 * Gives {items, first (the first page's other fields), more (or null), loading, problem, reload}; items is undefined until
 * the first page is there. reload() asks for as many as there are now.
 */
export function usePages(path, query, field, pageSize = PAGE_SIZE) {
  const key = JSON.stringify([path, query]);
  const [state, set] = useState({ loading: true });
  const current = useRef(null);
  const shown = useRef(0);

  const load = useCallback(async (wanted, token, before) => {
    current.current?.abort();
    const control = new AbortController();
    current.current = control;
    set((was) => ({ ...was, loading: true }));
    try {
      let items = before;
      let next = token;
      let first;
      do {
        const size = Math.min(LARGEST_PAGE, Math.max(pageSize, wanted - items.length));
        const page = await get(path, { ...query, page_size: size, page_token: next }, { signal: control.signal });
        first ??= page;
        items = items.concat(page[field]);
        next = page.next_page_token;
      } while (next && items.length < wanted);
      if (!control.signal.aborted) {
        shown.current = items.length;
        set((was) => ({ key, items, next, first: before.length ? was.first : first, loading: false, problem: null }));
      }
    } catch (problem) {
      if (!control.signal.aborted) {
        set((was) => ({ ...was, key, loading: false, problem }));
      }
    }
  }, [key]);

  useEffect(() => {
    shown.current = 0;
    if (path) {
      load(1, undefined, []);
    }
    return () => current.current?.abort();
  }, [key]);

  const mine = state.key === key ? state : { loading: true };
  return {
    items: mine.items,
    first: mine.first,
    loading: mine.loading,
    problem: mine.problem || null,
    more: mine.next ? () => load(mine.items.length + 1, mine.next, mine.items) : null,
    reload: () => load(Math.max(1, shown.current), undefined, []),
  };
}

/** Calls back with events of these types, see onEvents(). */
export function useEvents(prefixes, callback) {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => onEvents(prefixes, (all) => latest.current(all)), [prefixes.join()]);
}

/** Runs again every so many milliseconds, while the page is seen. */
export function useEvery(millis, callback) {
  const latest = useRef(callback);
  latest.current = callback;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), millis);
    return () => clearInterval(timer);
  }, [millis]);
}

/** A value that follows another one when that has rested: for searching as one types. */
export function useRested(value, millis = 200) {
  const [rested, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), millis);
    return () => clearTimeout(timer);
  }, [value, millis]);
  return rested;
}

/** Something to do by a click: {run, busy, problem, clear}. run() gives what it gave, or undefined if it failed. */
export function useAction(action) {
  const [state, set] = useState({ busy: false, problem: null });
  const latest = useRef(action);
  latest.current = action;
  const run = useCallback(async (...args) => {
    set({ busy: true, problem: null });
    try {
      const done = await latest.current(...args);
      set({ busy: false, problem: null });
      return done === undefined ? true : done;
    } catch (problem) {
      set({ busy: false, problem });
      return undefined;
    }
  }, []);
  return { ...state, run, clear: () => set({ busy: false, problem: null }) };
}

/**
 * A form that one is asked about before it is left with something typed in it.
 * Gives {typing: attributes of its element, isTyped, send: (run) => runs what sends it, as run() of useAction: when that went
 * well nothing is lost any more, forget: to be called where one has said that it may be lost}.
 */
export function useTyped() {
  const typed = useRef(false);
  useEffect(() => guard(typed), []);
  const type = () => {
    typed.current = true;
  };
  const send = async (run) => {
    typed.current = false;
    const done = await run();
    typed.current ||= !done;
    return done;
  };
  return useMemo(() => ({
    typing: { onInput: type, onChange: type, onDrop: type }, isTyped: () => typed.current, send,
    forget: () => {
      typed.current = false;
    },
  }), []);
}

/**
 * Something that changes while one looks at it: loaded as by useLoad, again after events of these types, and every so many
 * milliseconds. A load that is under way is never cut short by the next one, so that a slow broker is seen too, and between two
 * there is a rest, so that a busy one is not asked without end.
 *
 * options  {types: as of useEvents, about: (event) => whether it matters, every: milliseconds or 0, rest: milliseconds}
 * Gives what useLoad gives and `at`: when it was last read, in milliseconds.
 */
export function useFollow(load, inputs, { types = [], about = () => true, every = 0, rest = REST_MS }) {
  const at = useRef(0);
  const again = useRef(false);
  const busy = useRef(true);
  const timer = useRef(null);
  const rested = () => {
    busy.current = false;
    again.current && read();
  };
  const state = useLoad(async (signal) => {
    busy.current = true;
    clearTimeout(timer.current);
    try {
      const data = await load(signal);
      at.current = Date.now();
      return data;
    } finally {
      timer.current = signal.aborted ? null : setTimeout(rested, rest);
    }
  }, inputs);
  const read = () => {
    again.current = busy.current;
    return busy.current ? undefined : state.reload();
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEvents(types, (events) => events.some((event) => event.type === 'reset' || about(event)) && read());
  useEvery(every || NEVER_MS, () => every && read());
  return { ...state, at: at.current };
}
