// How a form speaks to the part in which a value is typed: by a ref, so that the value is nobody's state.
import { useEffect, useRef } from '../lib.js';

/** A ref for ValueField: its `read()` gives the fields to send, or null if something is wrong, which is shown then; `clear()`. */
export const useValue = () => useRef({ read: () => null, clear: () => {} });

/** What is wrong with a field as the broker says it, by the beginning of its pointer. */
export const faultAt = (problem, ...pointers) =>
  (problem?.fields || []).find(({ pointer }) => pointers.some((one) => pointer === one || pointer.startsWith(one + '/')))?.detail
    || '';

/** Gives an editor that is about to appear what was pasted or dropped before it was there. */
export const offer = (editor, what) => {
  editor.current.offered = what;
};

export function useOffered(editor, take) {
  useEffect(() => {
    const what = editor.current.offered;
    delete editor.current.offered;
    if (what) {
      take(what);
    }
    return () => editor.current.clear();
  }, []);
}
