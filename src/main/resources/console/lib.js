// The one place that names the libraries: everything else imports from here.
import { h } from './vendor/preact.js';
import htm from './vendor/htm.js';

export { render, Fragment, createContext } from './vendor/preact.js';
export {
  useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useContext, useReducer, useId,
} from './vendor/hooks.js';

/** Markup as a template: html`<p class=${name}>${text}</p>`. Text is text: nothing is ever parsed as HTML. */
export const html = htm.bind(h);
