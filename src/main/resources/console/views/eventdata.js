// The newest events that the broker keeps, as far as a filter lets them through; and what comes after them.
import { useEffect, useRef, useState } from '../lib.js';
import { get } from '../api.js';
import { TYPES, typeFull, typeWord } from './eventwords.js';

/** So many are kept here. */
export const MOST = 500;

/** Words of types that a kind stands for: a type or what several begin with; [] for all. */
export const typesOf = (kind) => TYPES.map(([word]) => word).filter((word) => word === kind || word.startsWith(kind + '.'));

/** Whether an event passes: the same that the broker is asked for, for those that come afterwards. */
export function passes(one, { kind, project, projectId, secret, run }) {
  return (!kind || typesOf(kind).includes(typeWord(one.type)))
    && (!project || one.data?.scope?.project === project || (projectId && one.data?.project_id === projectId))
    && (!secret || one.subject === 'secrets/' + secret
      || [one.data?.secret_id, one.data?.selector?.secret_id, ...(one.data?.secret_ids || [])].includes(secret))
    && (!run || one.subject === 'runs/' + run || one.data?.holder === 'run:' + run
      || [one.data?.run_id, one.data?.selector?.run_id].includes(run));
}

/** The newest of those that pass, in whatever order. */
const read = ({ kind, project, secret, run }, many, signal) => get('/events',
  { newest: many, type: kind ? typesOf(kind).map(typeFull) : [], project, secret, run }, { signal }).then((page) => page.events);

const order = (one) => Number(one.sequence || 0);

export function merged(news, known = []) {
  const ids = new Set(known.map((one) => one.id));
  return [...news.filter((one) => !ids.has(one.id)), ...known].sort((a, b) => order(b) - order(a)).slice(0, MOST);
}

/**
 * Read anew for each filter, and for more of them: {all: newest first, or undefined, more: whether there are older ones, problem,
 * busy, reload, add}.
 */
export function useKept(filter, many) {
  const key = JSON.stringify([filter.kind, filter.project, filter.secret, filter.run]);
  const [state, set] = useState({ busy: true });
  const running = useRef(null);
  const reload = async () => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    set((was) => (was.key === key ? { ...was, busy: true, problem: null } : { key, news: [], busy: true }));
    try {
      const found = await read(filter, many, control.signal);
      const more = found.length >= many && many < MOST;
      control.signal.aborted || set((was) => ({ key, all: merged(found, was.all || was.news), more, busy: false }));
    } catch (problem) {
      control.signal.aborted || set((was) => ({ ...was, all: was.all || [], problem, busy: false }));
    }
  };
  useEffect(() => {
    reload();
    return () => running.current?.abort();
  }, [key, many]);
  const add = (news) => set((was) => {
    const mine = news.filter((one) => passes(one, filter));
    return was.all ? { ...was, all: merged(mine, was.all) } : { ...was, news: merged(mine, was.news) };
  });
  return { ...(state.key === key ? state : { busy: true }), reload, add };
}
