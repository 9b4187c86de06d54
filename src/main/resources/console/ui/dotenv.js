// Reads lines of NAME=value as the command line does: export before a name, comments, quotes of three kinds, nothing expanded.

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,126}$/;
const ESCAPES = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

/** {pairs: [{name, value}], faults: [{line, what}]}; what is said never repeats a value. */
export function readDotenv(text) {
  const pairs = new Map();
  const faults = [];
  const all = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  let at = 0;
  let line = 1;
  const rest = () => {
    const end = all.indexOf('\n', at);
    return all.slice(at, end < 0 ? all.length : end);
  };
  const nextLine = () => {
    at += rest().length + 1;
    line++;
  };
  while (at < all.length) {
    const here = rest();
    if (/^\s*(#|$)/.test(here)) {
      nextLine();
      continue;
    }
    const begun = line;
    const equals = here.indexOf('=');
    const name = here.slice(0, Math.max(0, equals)).trim().replace(/^export[ \t]+/, '');
    if (!NAME.test(name)) {
      faults.push({ line, what: equals < 0 ? 'this is no KEY=value'
        : 'what stands before the equals sign is no good key' });
      nextLine();
      continue;
    }
    at += equals + 1;
    at += rest().length - rest().trimStart().length;
    const quote = all[at];
    let value;
    if (quote === '"' || quote === "'" || quote === '`') {
      const read = quoted(all, at, quote);
      if (!read) {
        faults.push({ line, what: 'the closing quotes are missing' });
        break;
      }
      line += all.slice(at, read.end).split('\n').length - 1;
      at = read.end;
      value = read.value;
      if (!/^\s*(#|$)/.test(rest())) {
        faults.push({ line, what: 'there is something after the closing quotes' });
      }
    } else {
      value = rest().replace(/(^|[ \t])#.*$/, '').trimEnd();
    }
    nextLine();
    if (pairs.has(name)) {
      faults.push({ line: begun, what: name + ' is there twice' });
    }
    pairs.set(name, value);
  }
  return { pairs: [...pairs].map(([name, value]) => ({ name, value })), faults };
}

function quoted(all, begins, quote) {
  let value = '';
  for (let at = begins + 1; at < all.length; at++) {
    if (all[at] === quote) {
      return { value, end: at + 1 };
    }
    if (quote === '"' && all[at] === '\\' && all[at + 1] in ESCAPES) {
      at++;
      value += ESCAPES[all[at]];
    } else {
      value += all[at];
    }
  }
  return null;
}
