// Required before a part: tells it to end, once, at the very moment at which it begins to load the package named in END_AT.
const Module = require('node:module');

const load = Module._load;
let isTold = false;
Module._load = function (name, ...more) {
  if (name === process.env.END_AT && !isTold) {
    isTold = true;
    process.kill(process.pid, 'SIGTERM');
  }
  return load.call(this, name, ...more);
};
