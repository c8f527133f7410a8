'use strict';
// Loaded into every test and every part that a test starts: a test that talks to the outside world is wrong.
const { Socket } = require('node:net');

const MARK = Symbol.for('continuo.network-guard');
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|0\.0\.0\.0|::)$/;

/** Host of any of the forms in which connect is called, or null for a path on this machine. */
function hostOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) return first.path ? null : (first.host ?? 'localhost');
  if (typeof first === 'string' && Number.isNaN(Number(first))) return null;
  return typeof second === 'string' ? second : 'localhost';
}

if (!Socket.prototype[MARK]) {
  const connect = Socket.prototype.connect;
  Socket.prototype.connect = function guardedConnect(...args) {
    const host = hostOf(args);
    if (host === null || LOOPBACK.test(host)) return connect.apply(this, args);
    throw new Error(`A test tried to reach ${host}: tests may talk to this machine only.`);
  };
  Object.defineProperty(Socket.prototype, MARK, { value: true });
}
