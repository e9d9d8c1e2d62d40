"use strict";
/** What a patch's controls say of each command, put together when its button is pressed. */

/** @typedef {import("./legato_osc.js").Atom} Atom */
/** @typedef {import("./legato_session.js").Command} Command */
/** @typedef {import("./legato_session.js").Argument} Argument */

const TEXTS = ["string", "source", "file", "call", "any"];
const PATHS = ["source", "file"];

/**
 * Return a path as the system has it: Max writes `Macintosh HD:/Users/...` or `C:/...`.
 * @param {string} file
 * @returns {string}
 */
function nativePath(file) {
  return file.replace(/^[^/\\:]{2,}:(?=\/)/, "");
}

/**
 * Return one value of what a control sent: a text of several words is one again.
 * @param {Argument} argument
 * @param {Atom[]} atoms
 * @returns {Atom[]} empty where the control is
 */
function valueOf(argument, atoms) {
  if (argument.rest) {
    return atoms;
  }
  if (TEXTS.includes(argument.kind)) {
    const text = atoms.join(" ").trim();
    return text === "" ? [] : [PATHS.includes(argument.kind) ? nativePath(text) : text];
  }
  const number = Number(atoms[0]);
  return Number.isFinite(number) ? [argument.kind === "int" ? Math.trunc(number) : number] : [];
}

/** Remembers the value of each control until it is set again. */
class Form {
  /** @param {Map<string, Command>} commands by address */
  constructor(commands) {
    this.commands = commands;
    /** @type {Map<string, Atom[]>} */
    this.values = new Map();
    /** The take that stands for a source left empty. */
    this.chosen = "";
    /** The latest calls, which stand for a call left empty: of all, and of the live jobs. */
    this.latest = 0;
    this.live = 0;
  }

  /**
   * Remember a call that can be ended.
   * @param {string} address
   * @param {number} id
   */
  called(address, id) {
    const command = this.commands.get(address);
    if (command && command.makes) {
      this.latest = id;
      this.live = address === "/live/start" ? id : this.live;
    }
  }

  /**
   * Remember what a control says; nothing at all empties it.
   * @param {string} address
   * @param {string} name
   * @param {Atom[]} atoms
   */
  set(address, name, atoms) {
    this.values.set(`${address} ${name}`, atoms);
  }

  /**
   * Return the arguments of a command after its id, as its controls say.
   * @param {string} address
   * @returns {Atom[]}
   * @throws {Error} when a value is missing
   */
  atoms(address) {
    const command = this.commands.get(address);
    if (!command) {
      throw new Error(`${address} is none of Legato's commands`);
    }
    const fixed = this._fixed(command);
    const pairs = command.options.flatMap((option) => {
      const value = this._value(command, option);
      return value.length ? [option.name, ...value] : [];
    });
    const extra = this.values.get(`${address} parameters`) || [];
    const prompt = (this.values.get(`${address} prompt`) || []).join(" ").trim();
    return [...fixed, ...pairs, ...extra, ...(prompt ? ["prompt", prompt] : [])];
  }

  /**
   * @param {Command} command
   * @returns {Atom[]}
   */
  _fixed(command) {
    const atoms = [];
    for (const argument of command.arguments) {
      const value = this._value(command, argument);
      if (!value.length && !argument.optional) {
        throw new Error(`${command.address} needs ${argument.name}; give it first`);
      }
      if (!value.length) {
        break;
      }
      atoms.push(...value);
    }
    return atoms;
  }

  /**
   * @param {Command} command
   * @param {Argument} argument
   * @returns {Atom[]}
   */
  _value(command, argument) {
    const set = this.values.get(`${command.address} ${argument.name}`) || argument.start || [];
    const value = valueOf(argument, set);
    const required = command.arguments.includes(argument) && !argument.optional;
    return value.length || !required ? value : this._usual(command, argument);
  }

  /**
   * Return what stands for a source or a call that was left empty.
   * @param {Command} command
   * @param {Argument} argument
   * @returns {Atom[]}
   */
  _usual(command, argument) {
    if (argument.kind === "source") {
      return this.chosen ? [this.chosen] : [];
    }
    const call = command.address.startsWith("/live/") ? this.live : this.latest;
    return argument.kind === "call" && call ? [call] : [];
  }
}

module.exports = { Form, nativePath };
