// Says where a JSON document is broken. The browser's own messages quote the document, which may be a secret; these do not.

const DEEPEST = 32;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Broken extends Error {
  constructor(what, at) {
    super(what);
    this.at = at;
  }
}

/** Null if the text is one strict JSON document, else {what, line, column, at}: the line and column from 1. */
export function jsonFault(text) {
  const reader = new Reader(text);
  try {
    reader.space();
    reader.value(1);
    reader.space();
    reader.must(reader.at === text.length, 'There is something after the end');
    return null;
  } catch (broken) {
    if (!(broken instanceof Broken)) {
      throw broken;
    }
    const before = text.slice(0, broken.at).split('\n');
    return { what: broken.message, line: before.length, column: before[before.length - 1].length + 1, at: broken.at };
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  must(holds, what, at = this.at) {
    if (!holds) {
      throw new Broken(at >= this.text.length && this.text ? 'It ends too early: ' + lower(what) : what, at);
    }
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    this.at += found ? found[0].length : 0;
    return found !== null;
  }

  space() {
    this.take(SPACE);
  }

  /** Whether this character comes next, which then is read. */
  next(character) {
    const is = this.text[this.at] === character;
    this.at += is ? 1 : 0;
    return is;
  }

  value(depth) {
    this.must(depth <= DEEPEST, `It is nested deeper than ${DEEPEST} levels`);
    const first = this.text[this.at];
    if (first === '{') {
      this.members(depth);
    } else if (first === '[') {
      this.items(depth);
    } else if (first === '"') {
      this.string();
    } else {
      this.must(first !== "'", 'Texts stand in double quotes');
      this.must(this.take(WORD) || this.take(NUMBER), this.text.trim() ? 'A value is missing here, or has no quotes'
        : 'There is nothing yet');
    }
  }

  members(depth) {
    const seen = new Set();
    this.at++;
    this.space();
    if (this.next('}')) {
      return;
    }
    do {
      this.space();
      const begins = this.at;
      this.must(this.text[this.at] === '"', 'A name in double quotes is missing (or there is a comma too much)');
      this.string();
      const name = JSON.parse(this.text.slice(begins, this.at));
      this.must(!seen.has(name), 'This name is there twice', begins);
      seen.add(name);
      this.space();
      this.must(this.next(':'), 'A colon is missing');
      this.space();
      this.value(depth + 1);
      this.space();
    } while (this.next(','));
    this.must(this.next('}'), 'A comma or a closing } is missing');
  }

  items(depth) {
    this.at++;
    this.space();
    if (this.next(']')) {
      return;
    }
    do {
      this.space();
      this.must(this.text[this.at] !== ']', 'There is a comma too much');
      this.value(depth + 1);
      this.space();
    } while (this.next(','));
    this.must(this.next(']'), 'A comma or a closing ] is missing');
  }

  string() {
    const begins = this.at;
    this.at++;
    do {
      this.take(PLAIN);
    } while (this.text[this.at] === '\\' && this.escape());
    this.must(this.text[this.at] !== '\n', 'The closing quotes of a text are missing');
    this.must(this.at < this.text.length, 'The closing quotes of a text are missing', Math.min(begins, this.text.length - 1));
    this.must(this.next('"'), 'A control character must be written as an escape such as \\t');
  }

  escape() {
    this.must(this.take(ESCAPE), 'There is no such escape after a backslash');
    return true;
  }
}

const lower = (sentence) => sentence[0].toLowerCase() + sentence.slice(1);
