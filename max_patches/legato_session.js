"use strict";
/** A connection to Legato over TCP that comes back by itself, and the calls made over it. */

const { EventEmitter } = require("events");
const net = require("net");
const { Frames, decode, encode, framed } = require("./legato_osc.js");

/** @typedef {import("./legato_osc.js").Atom} Atom */
/**
 * @typedef {{ name: string, kind: string, optional?: boolean, rest?: boolean,
 *   start?: Atom[] }} Argument
 * @typedef {{ address: string, id: string, arguments: Argument[], options: Argument[],
 *   asynchronous: boolean, makes: boolean }} Command
 */

const ROOT = "/legato";
const AGAIN_MS = [250, 500, 1000, 2000];
const ENDINGS = ["/done", "/fail", "/cancelled"];

/**
 * Emits `connected`, `lost` (why), and `told` (address without its root, atoms) for each reply.
 */
class Session extends EventEmitter {
  /** @param {{ commands: Command[], topics: string[] }} table */
  constructor(table) {
    super();
    /** @type {Map<string, Command>} */
    this.commands = new Map(table.commands.map((command) => [command.address, command]));
    this.topics = table.topics;
    /** @type {Map<number, string>} */
    this.calls = new Map();
    /** @type {net.Socket | null} */
    this.socket = null;
    this.tries = 0;
    this.wanted = false;
    this.count = 0;
  }

  /** @returns {boolean} */
  get connected() {
    return this.socket !== null && this.socket.readyState === "open";
  }

  /**
   * Connect, and again whenever the connection is lost, until `close`.
   * @param {string} host
   * @param {number} port
   * @param {string} token empty where the server needs none
   */
  connect(host, port, token) {
    this.close();
    this.wanted = true;
    this.tries = 0;
    this._open(host, port, token);
  }

  /** Let the connection go. */
  close() {
    this.wanted = false;
    clearTimeout(this.again);
    clearTimeout(this.lease);
    if (this.socket) {
      this.socket.destroy();
      this.socket = null;
    }
  }

  /**
   * Send a command; one that takes an id gets a fresh one.
   * @param {string} address without the root
   * @param {Atom[]} atoms its arguments after the id
   * @returns {number} the id, 0 where the command takes none
   * @throws {Error} when the address is none of Legato's, or nothing is connected
   */
  ask(address, atoms) {
    const command = this.commands.get(address);
    if (!command) {
      throw new Error(`${address} is none of Legato's commands; they are in its README`);
    }
    if (!this.connected) {
      throw new Error("not connected; start `legato serve`, and connect");
    }
    const id = command.id === "none" ? 0 : this._nextId();
    if (command.asynchronous) {
      this.calls.set(id, address);
    }
    this._send(ROOT + address, id ? [id, ...atoms] : atoms);
    return id;
  }

  /** @returns {number} */
  _nextId() {
    this.count = (this.count % 0x7fffffff) + 1;
    return this.count;
  }

  /**
   * @param {string} host
   * @param {number} port
   * @param {string} token
   */
  _open(host, port, token) {
    const socket = net.connect({ host, port, noDelay: true });
    const frames = new Frames();
    this.socket = socket;
    let reason = "the server closed the connection";
    socket.on("connect", () => {
      this.tries = 0;
      this._send(`${ROOT}/hello`, ["", 0, ...(token ? [token] : [])]);
    });
    socket.on("data", (piece) => {
      try {
        frames.feed(piece).flatMap((packet) => decode(packet)).forEach((m) => this._hear(m));
      } catch (error) {
        reason = String(error instanceof Error ? error.message : error);
        socket.destroy();
      }
    });
    socket.on("error", (error) => {
      reason = error.message;
    });
    socket.on("close", () => {
      if (this.socket === socket) {
        this._lost(reason, host, port, token);
      }
    });
  }

  /**
   * @param {string} reason
   * @param {string} host
   * @param {number} port
   * @param {string} token
   */
  _lost(reason, host, port, token) {
    clearTimeout(this.lease);
    this.socket = null;
    this.calls.clear();
    this.emit("lost", reason);
    if (this.wanted) {
      const wait = AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
      this.tries += 1;
      this.again = setTimeout(() => this._open(host, port, token), wait);
    }
  }

  /** @param {import("./legato_osc.js").Message} message */
  _hear({ address, atoms }) {
    const reply = address.startsWith(`${ROOT}/`) ? address.slice(ROOT.length) : address;
    if (reply === "/welcome") {
      this._subscribe();
      this.emit("connected");
    } else if (reply === "/notify") {
      this.lease = setTimeout(() => this._subscribe(), Number(atoms[1]) * 500);
    }
    this.emit("told", reply, atoms);
    if (ENDINGS.includes(reply)) {
      this.calls.delete(Number(atoms[0]));
    }
  }

  /** Ask for notifications, and again when half of the lease is over. */
  _subscribe() {
    clearTimeout(this.lease);
    if (this.connected) {
      this._send(`${ROOT}/notify`, [1, ...this.topics]);
    }
  }

  /**
   * @param {string} address
   * @param {Atom[]} atoms
   */
  _send(address, atoms) {
    if (this.socket) {
      this.socket.write(framed(encode(address, atoms)));
    }
  }
}

module.exports = { Session };
