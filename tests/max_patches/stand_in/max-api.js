"use strict";
/**
 * Node for Max without Max: `max-api` as its reference describes it, and nothing more.
 *
 * Each line on stdin is a message to the object, each line on stdout one out of it, both as JSON
 * lists. What the API would not take ends the process.
 */

const POST_LEVELS = Object.freeze({ ERROR: "error", INFO: "info", WARN: "warn" });
const MESSAGE_TYPES = Object.freeze({ ALL: "all", BANG: "bang", LIST: "list", NUMBER: "number" });

/** @type {Map<string, (...atoms: unknown[]) => unknown>} */
const handlers = new Map();

/** @param {unknown} value */
function checkAtom(value) {
  const number = typeof value === "number" && Number.isFinite(value);
  if (!number && typeof value !== "string") {
    throw new TypeError(`${JSON.stringify(value)} would not go through an outlet of Max`);
  }
}

/** @param {unknown[]} atoms */
async function outlet(...atoms) {
  atoms.forEach(checkAtom);
  process.stdout.write(`${JSON.stringify(atoms)}\n`);
}

/** @param {unknown[]} words */
async function post(...words) {
  const level = words.length > 1 ? words.pop() : POST_LEVELS.INFO;
  if (!Object.values(POST_LEVELS).includes(String(level))) {
    throw new TypeError(`${level} is no level of the console`);
  }
}

/**
 * @param {string} selector
 * @param {(...atoms: unknown[]) => unknown} handler
 */
function addHandler(selector, handler) {
  if (typeof selector !== "string" || typeof handler !== "function") {
    throw new TypeError("a handler is a name and a function");
  }
  handlers.set(selector, handler);
}

/** @param {Record<string, (...atoms: unknown[]) => unknown>} all */
function addHandlers(all) {
  Object.entries(all).forEach(([selector, handler]) => addHandler(selector, handler));
}

/** @param {string} line */
function receive(line) {
  const [selector, ...atoms] = JSON.parse(line);
  const handler = handlers.get(selector);
  if (!handler) {
    throw new TypeError(`the script has no handler for ${selector}`);
  }
  handler(...atoms);
}

const lines = require("readline").createInterface({ input: process.stdin });
lines.on("line", receive);
lines.on("close", () => process.exit(0));

module.exports = { MESSAGE_TYPES, POST_LEVELS, addHandler, addHandlers, outlet, post };
