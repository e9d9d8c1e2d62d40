"use strict";
/**
 * Max's js object without Max: the globals that a script sees, as the JS API describes them.
 *
 * A script that uses anything else fails. `load` returns what the object's inlets take and what
 * came out of its outlets.
 */

const fs = require("fs");
const vm = require("vm");

/**
 * Return an object that has these members and refuses every other.
 * @param {string} name
 * @param {Record<string, unknown>} members
 */
function strict(name, members) {
  return new Proxy(members, {
    get(target, key) {
      if (typeof key === "string" && !(key in target)) {
        throw new TypeError(`${name} has no ${key}`);
      }
      return Reflect.get(target, key);
    },
  });
}

/** A buffer~ of 2 channels and 1 second. */
function bufferClass() {
  return class {
    /** @param {string} name */
    constructor(name) {
      return strict("Buffer", {
        name,
        channelcount: () => 2,
        framecount: () => 48000,
        length: () => 1000,
      });
    }
  };
}

/**
 * A Live set by path: its properties, what can be called, and how many children there are.
 * @param {Record<string, LiveObject>} set
 * @typedef {{ get?: Record<string, unknown>, call?: Record<string, (...atoms: any[]) => unknown>,
 *   count?: Record<string, number>, at?: string }} LiveObject
 */
function liveClass(set) {
  return class {
    /** @param {string} path */
    constructor(path) {
      const found = set[path];
      if (!found) {
        throw new TypeError(`the set has nothing at ${path}`);
      }
      const { get = {}, call = {}, count = {}, at = path } = found;
      return strict("LiveAPI", {
        path: `"${at}"`,
        unquotedpath: at,
        get: (/** @type {string} */ name) => [need(get, name, path)],
        getcount: (/** @type {string} */ name) => need(count, name, path),
        call: (/** @type {string} */ name, /** @type {any[]} */ ...atoms) =>
          need(call, name, path)(...atoms),
      });
    }
  };
}

/**
 * @param {Record<string, any>} members
 * @param {string} name
 * @param {string} path
 */
function need(members, name, path) {
  if (!(name in members)) {
    throw new TypeError(`${path} has no ${name}`);
  }
  return members[name];
}

/**
 * Load a script as `js FILE argument...` would.
 * @param {string} file
 * @param {string[]} [words]
 * @param {Record<string, LiveObject>} [set]
 */
function load(file, words = [], set = {}) {
  /** @type {unknown[][]} */
  const sent = [];
  const globals = {
    autowatch: 0,
    inlets: 1,
    outlets: 1,
    inlet: 0,
    jsarguments: [file, ...words],
    Buffer: bufferClass(),
    LiveAPI: liveClass(set),
    post: () => undefined,
    outlet: (/** @type {number} */ number, /** @type {unknown[]} */ ...atoms) => {
      if (!(Number.isInteger(number) && number >= 0 && number < globals.outlets)) {
        throw new RangeError(`outlet ${number} of ${globals.outlets}`);
      }
      sent.push([number, ...atoms]);
    },
  };
  vm.createContext(globals);
  vm.runInContext(fs.readFileSync(file, "utf8"), globals, { filename: file });
  return { script: /** @type {any} */ (globals), sent };
}

module.exports = { load };
