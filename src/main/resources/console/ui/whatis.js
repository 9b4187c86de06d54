// A term explained once where it is used, for who wants to know: closed until it is opened.
import { html } from '../lib.js';

/** what: the term, as after "What is". children: paragraphs. */
export const WhatIs = ({ what, children }) => html`
  <details class="what-is"><summary>What is ${what}?</summary><div class="stack tight">${children}</div></details>`;
