"use strict";
/**
 * Node for Max: the whole OSC contract over one TCP connection, for `node.script legato_node.js`.
 *
 * In: connect [host port [token]] · disconnect · set ADDRESS NAME value... · typed ADDRESS NAME
 * text value... · go ADDRESS · ask ADDRESS atoms... · cancel · takes · choose INDEX ·
 * keep FOLDER · stream RATE · silence · capture FILE SECONDS.
 * Out: connected 0|1 · told ADDRESS atoms... · call ID ADDRESS · progress FRACTION ·
 * clip FILE SECONDS RATE · takes clear|append... · chosen TAKE · port PORT · server HOST PORT ·
 * problem text.
 */

const fs = require("fs");
const net = require("net");
const path = require("path");
const max = require("max-api");
const { Session } = require("./legato_session.js");
const { Form, nativePath } = require("./legato_form.js");
const table = require("./legato_table.json");

/** @typedef {import("./legato_osc.js").Atom} Atom */

const HOST = "127.0.0.1";
const PORT = 7770;
const LISTENS_AFTER_MS = 300;
const WHOLE_TRIES = 50;
const WHOLE_WAIT_MS = 100;
const HEADER_BYTES = 8;

const session = new Session(table);
const form = new Form(session.commands);
/** @type {string[]} */
const takes = [];
let folder = "";
let stream = "";

/**
 * Send a message out of the object; Max takes numbers and symbols alone.
 * @param {Atom[]} atoms
 */
function out(...atoms) {
  max.outlet(...atoms.map((atom) => (Buffer.isBuffer(atom) ? `<${atom.length} bytes>` : atom)));
}

/**
 * Tell what went wrong, in the patch and in the console.
 * @param {unknown} error
 */
function problem(error) {
  const text = error instanceof Error ? error.message : String(error);
  max.post(`Legato: ${text}`, max.POST_LEVELS.WARN);
  out("problem", text);
}

/**
 * Return a handler whose errors are told instead of thrown.
 * @param {(...atoms: any[]) => void | Promise<void>} work
 * @returns {(...atoms: any[]) => Promise<void>}
 */
function told(work) {
  return async (...atoms) => {
    try {
      await work(...atoms);
    } catch (error) {
      problem(error);
    }
  };
}

/**
 * @param {string} address
 * @param {Atom[]} atoms
 */
function ask(address, atoms) {
  const short = address.startsWith("/legato/") ? address.slice("/legato".length) : address;
  const id = session.ask(short, atoms);
  form.called(short, id);
  out("call", id, short);
}

/**
 * Put a finished file where the set keeps its own, so that no clean-up takes it away.
 * @param {string} file
 * @returns {Promise<string>} where it lies now
 */
async function kept(file) {
  if (!folder) {
    return file;
  }
  const name = `legato ${path.basename(path.dirname(file))}${path.extname(file)}`;
  await fs.promises.mkdir(folder, { recursive: true });
  await fs.promises.copyFile(file, path.join(folder, name));
  return path.join(folder, name);
}

/**
 * @param {number} index
 * @param {number} count
 * @param {Atom[]} row take, state, operation, model, seconds, title
 */
function listTake(index, count, row) {
  if (index === 0) {
    takes.length = 0;
    out("takes", "clear");
  }
  if (count > 0) {
    const [take, state, operation, model, seconds, title] = row;
    takes[index] = String(take);
    const length = `${Number(seconds).toFixed(1)} s`;
    out("takes", "append", `${operation} ${title || take} ${length} ${model} ${state}`);
  }
}

/** @type {Record<string, (atoms: Atom[]) => void>} */
const REPLIES = {
  "/progress": ([, fraction]) => out("progress", fraction),
  "/take/list": ([, index, count, ...row]) => listTake(Number(index), Number(count), row),
  "/fail": ([, code, text]) => problem(`${code}: ${text}`),
  "/done": ([id, seconds, rate, file]) => {
    const command = session.commands.get(session.calls.get(Number(id)) || "");
    if (command && command.makes) {
      told(async () => out("clip", await kept(String(file)), seconds, rate))();
    }
  },
};

/**
 * Wait until a recorded WAV says the size that it has, so that a half-written one is not sent.
 * @param {string} file
 */
async function whole(file) {
  for (let tries = 0; tries < WHOLE_TRIES; tries += 1) {
    const size = await fs.promises.stat(file).then((found) => found.size, () => 0);
    if (size > HEADER_BYTES && (await riffSize(file)) + HEADER_BYTES <= size) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, WHOLE_WAIT_MS));
  }
  throw new Error(`${file} was not written; choose a folder that exists`);
}

/**
 * @param {string} file
 * @returns {Promise<number>} the size its header tells, never a number where it is no WAV
 */
async function riffSize(file) {
  const handle = await fs.promises.open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const size = buffer.readUInt32LE(4);
    return buffer.toString("latin1", 0, 4) === "RIFF" && size > 0 ? size : Infinity;
  } finally {
    await handle.close();
  }
}

/** @returns {Promise<number>} a TCP port that nobody listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on("error", reject);
    server.listen(0, HOST, () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Let jit.net.recv listen on a port of its own, then have Legato send the stream there.
 * @param {number} rate
 */
async function openStream(rate) {
  closeStream();
  const port = await freePort();
  out("port", port);
  await new Promise((resolve) => setTimeout(resolve, LISTENS_AFTER_MS));
  stream = `max-${port}`;
  ask("/sink/open", ["jitter", stream, "port", port, "rate", Math.round(rate)]);
}

function closeStream() {
  if (stream) {
    ask("/sink/close", [stream]);
    stream = "";
  }
}

/**
 * @param {string} host
 * @param {number} port
 * @param {string} token
 */
function connect(host, port, token) {
  session.connect(host, port, token);
  out("server", host, port);
}

session.on("connected", () => {
  out("connected", 1);
  session.ask("/take/list", []);
});
session.on("lost", (reason) => {
  out("connected", 0);
  problem(reason);
});
session.on("told", (/** @type {string} */ address, /** @type {Atom[]} */ atoms) => {
  out("told", address, ...atoms);
  if (REPLIES[address]) {
    REPLIES[address](atoms);
  }
});

max.addHandlers({
  connect: told((host = HOST, port = PORT, token = "") =>
    connect(String(host), Number(port), String(token))),
  disconnect: told(() => {
    session.close();
    out("connected", 0);
  }),
  set: told((address, name, ...atoms) => form.set(address, name, atoms)),
  typed: told((address, name, _text, ...atoms) => form.set(address, name, atoms)),
  go: told((address) => ask(address, form.atoms(address))),
  ask: told((address, ...atoms) => ask(address, atoms)),
  cancel: told(() => ask("/cancel", [form.latest])),
  takes: told(() => session.ask("/take/list", [])),
  choose: told((index) => {
    form.chosen = takes[index] || "";
    out("chosen", form.chosen || "none");
  }),
  keep: told((...words) => {
    folder = nativePath(words.join(" "));
  }),
  stream: told((rate) => openStream(rate)),
  silence: told(closeStream),
  capture: told(async (file, seconds) => {
    const native = nativePath(String(file));
    await whole(native);
    ask("/continue", [native, seconds]);
  }),
});

// Only Max says that it is Max; elsewhere nothing is connected unasked.
if (process.env.MAX_ENV) {
  connect(HOST, PORT, "");
}
