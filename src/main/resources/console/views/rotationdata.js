// What the page of a rotation knows: the rotation, who held the secret when it began, and what happened since.
import { useEffect, useRef, useState } from '../lib.js';
import { get, seg } from '../api.js';
import { useEvents, useFollow, useLoad } from '../hooks.js';
import { may } from '../session.js';
import { MOST_CELLS } from '../ui/holders.js';
import { holderName, isOpen, reloadText, stateTitle } from './rotationwords.js';

const PAGE = 500;
const EVERY_MS = 2000;
const TYPES = ['rotation', 'secret', 'lease', 'run'];

/** A rotation with all of its laggards, as far as `most`; read again while it is open. */
export function useRotation(id, most) {
  const open = useRef(true);
  const secret = useRef(null);
  const state = useFollow(async (signal) => {
    const first = await get('/rotations/' + seg(id), { page_size: PAGE }, { signal });
    let { laggards = [], next_page_token: next } = first;
    while (next && laggards.length < most) {
      const page = await get('/rotations/' + seg(id), { page_size: PAGE, page_token: next }, { signal });
      laggards = laggards.concat(page.laggards || []);
      next = page.next_page_token;
    }
    open.current = isOpen(first);
    secret.current = first.secret_id;
    return { ...first, laggards, more: !!next };
  }, [id, most], { types: TYPES, every: open.current ? EVERY_MS : 0, about: (event) => !event.data?.secret_id
      || event.data.secret_id === secret.current });
  return state;
}

/** The leases that lived when it began, as far as the caller may see them: they give the cells their names. */
export function useHeldThen(rotation) {
  const wanted = rotation && rotation.holders?.total > 0 && rotation.holders.total <= MOST_CELLS && may('lease_read');
  const state = useLoad(async (signal) => {
    if (!wanted) {
      return [];
    }
    let all = [];
    let next;
    do {
      const page = await get('/leases', { secret: rotation.secret_id, held_at: rotation.started_at, page_size: PAGE,
          page_token: next }, { signal });
      all = all.concat(page.leases);
      next = page.next_page_token;
    } while (next && all.length < MOST_CELLS);
    return all.reverse(); // oldest first: they keep their places
  }, [rotation?.id, !!wanted]);
  return state.problem ? [] : state.data;
}

const key = (lease, member) => lease + (member ? ' ' + member : '');

/**
 * A cell for each holder, always in the same order: who is behind says so, all others have moved. Of a gang the members are
 * known once they were seen to be behind; who is not known by name is a cell all the same, so that the picture counts right.
 */
export function useCells(rotation, held) {
  const known = useRef(new Map());
  if (!rotation?.holders || rotation.holders.total > MOST_CELLS || held === undefined
    || (!isOpen(rotation) && rotation.laggards_total > rotation.laggards.length)) {
    return [];
  }
  const cells = known.current;
  for (const lease of held) {
    if (!cells.has(lease.id) && ![...cells.keys()].some((one) => one.startsWith(lease.id + ' '))) {
      cells.set(lease.id, { id: lease.id, name: holderName(lease) });
    }
  }
  for (const one of rotation.laggards) {
    const id = key(one.lease, one.member);
    cells.set(id, { id, name: holderName(one) });
    if (one.member) {
      cells.delete(one.lease);
    }
  }
  const behind = new Map(rotation.laggards.map((one) => [key(one.lease, one.member), one]));
  const over = !isOpen(rotation);
  const drawn = [...cells.values()].slice(0, rotation.holders.total).map((cell) => cellOf(cell, behind.get(cell.id), over));
  for (let i = drawn.length; i < rotation.holders.total; i++) {
    drawn.push(cellOf({ id: 'unnamed ' + i, name: 'A holder that has moved or ended' }, undefined, over));
  }
  return drawn;
}

function cellOf(cell, late, over) {
  const state = !late ? 'moved' : over ? 'left' : late.status || 'pending';
  const note = !late ? '' : late.detail || (late.reload ? reloadText(late.reload) : '');
  return { ...cell, state, status: stateTitle(state), note, short: state === 'failed' && late.detail ? late.detail : undefined };
}

/** What was told of a rotation, oldest first; more as it comes. */
export function useStory(rotation) {
  const [told, set] = useState([]);
  const cursor = useRef('earliest');
  const reading = useRef(false);
  const gone = useRef(false);
  const read = async () => {
    if (!rotation || !may('event_read') || reading.current) {
      return;
    }
    reading.current = true;
    try {
      for (let more = true; more && !gone.current; ) {
        const page = await get('/events', { after: cursor.current, secret: rotation.secret_id, page_size: PAGE });
        more = page.events.length === PAGE;
        cursor.current = page.cursor;
        const mine = page.events.filter((event) => event.data?.rotation === rotation.id);
        if (mine.length && !gone.current) {
          set((was) => [...was, ...mine.filter((event) => !was.some((one) => one.id === event.id))]);
        }
      }
    } catch {
      // The story is an extra: what it tells is on the page by other words, and it is tried again with the next event.
    } finally {
      reading.current = false;
    }
  };
  useEffect(() => {
    gone.current = false;
    set([]);
    cursor.current = 'earliest';
    read();
    return () => {
      gone.current = true;
    };
  }, [rotation?.id]);
  useEvents(['rotation', 'secret'], read);
  return told;
}
