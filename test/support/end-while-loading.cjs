// Required before a part: tells it to end at the very moment at which it begins to load the package named in END_AT.
const Module = require('node:module');

const load = Module._load;
Module._load = function (name, ...more) {
  if (name === process.env.END_AT) process.kill(process.pid, 'SIGTERM');
  return load.call(this, name, ...more);
};
