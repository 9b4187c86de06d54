// The newest events that the broker keeps, as far as a filter lets them through; and what comes after them.
import { useEffect, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { TYPES, typeFull, typeWord } from './eventwords.js';

/** So many are kept here. */
export const MOST = 500;

const PAGE = 500;
const PAGES = 60;
const OF_RUNS = ['run.lost', 'lease.revoked'];

/** Words of types that a kind stands for: a type or what several begin with; [] for all. */
export const typesOf = (kind) => TYPES.map(([word]) => word).filter((word) => word === kind || word.startsWith(kind + '.'));

/** Whether an event passes: the same that the broker is asked for, for those that come afterwards. */
export function passes(one, { kind, project, projectId, secret, run }) {
  return (!kind || typesOf(kind).includes(typeWord(one.type)))
    && (!project || one.data?.scope?.project === project || (projectId && one.data?.project_id === projectId))
    && (!secret || one.subject === 'secrets/' + secret || [one.data?.secret_id, one.data?.selector?.secret_id].includes(secret))
    && (!run || one.subject === 'runs/' + run || one.data?.holder === 'run:' + run
      || [one.data?.run_id, one.data?.selector?.run_id].includes(run));
}

/** Reads from the oldest on, keeping the newest: the broker gives events in their order alone. */
async function read(filter, signal) {
  const { kind, project, secret, run } = filter;
  const words = kind ? typesOf(kind) : run ? OF_RUNS : [];
  let after = 'earliest';
  let kept = [];
  for (let i = 0; i < PAGES; i++) {
    const asked = { after, page_size: PAGE, wait: '0s', type: words.map(typeFull), project, secret };
    const page = await get('/events', asked, { signal });
    kept = merged(page.events.filter((one) => passes(one, filter)), kept);
    after = page.cursor;
    if (page.events.length < PAGE) {
      return { kept, whole: true };
    }
  }
  return { kept, whole: false };
}

const order = (one) => Number(one.sequence || 0);

export function merged(news, known = []) {
  const ids = new Set(known.map((one) => one.id));
  return [...news.filter((one) => !ids.has(one.id)), ...known].sort((a, b) => order(b) - order(a)).slice(0, MOST);
}

/**
 * Read anew for each filter: {all: newest first, or undefined, whole: whether the newest are among them, problem, busy,
 * reload, add}.
 */
export function useKept(filter) {
  const key = JSON.stringify(filter);
  const [state, set] = useState({ whole: true, busy: true });
  const running = useRef(null);
  const reload = async () => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    set((was) => ({ ...was, busy: true, problem: null }));
    try {
      const { kept, whole } = await read(filter, control.signal);
      const all = (was) => merged(was.key === key ? was.news || [] : [], kept);
      control.signal.aborted || set((was) => ({ key, all: all(was), whole, busy: false }));
    } catch (problem) {
      control.signal.aborted || set((was) => ({ ...was, all: was.key === key ? was.all : [], key, problem, busy: false }));
    }
  };
  useEffect(() => {
    set({ key, news: [], whole: true, busy: true });
    reload();
    return () => running.current?.abort();
  }, [key]);
  const add = (news) => set((was) => {
    const mine = news.filter((one) => passes(one, filter));
    return was.all ? { ...was, all: merged(mine, was.all) } : { ...was, news: merged(mine, was.news) };
  });
  return { ...(state.key === key ? state : { whole: true, busy: true }), reload, add };
}
