// SPDX-License-Identifier: BSL-1.0
//
// Runs a component on jco: node host.mjs COMPONENT [ARGUMENT...]
//
// Exit code 0 where the component's run() answered ok, 1 where it answered an error, 134 after a trap or a crash of
// the host. JavaScript is made of the component once, and kept beside it until the component changes.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// The packages lie where they were installed, not beside this file: the working directory of the installation comes
// by the environment.
const packages = process.env.ESTATE_JCO_PACKAGES;
if (!packages || process.argv.length < 3) {
  console.error('usage: ESTATE_JCO_PACKAGES=DIR node host.mjs COMPONENT [ARGUMENT...]');
  process.exit(2);
}
const require = createRequire(path.join(packages, 'package.json'));
const shim = path.join(packages, 'node_modules/@bytecodealliance/preview2-shim/dist/nodejs');

// Of a component's bytes: two tests that run beside each other make the same one, and neither removes what the other
// has begun to read.
async function transpiled(component) {
  const all = `${path.resolve(component)}.jco`;
  const name = createHash('sha256').update(readFileSync(component)).digest('hex').slice(0, 16);
  const made = path.join(all, name);
  const entry = path.join(made, 'component.js');
  if (existsSync(entry)) return entry;
  const { transpile } = await import(pathToFileURL(
    path.join(packages, 'node_modules/@bytecodealliance/jco-transpile/dist/index.js')));
  const map = Object.fromEntries(['cli', 'clocks', 'io', 'sockets', 'random', 'filesystem'].map(
    (name) => [`wasi:${name}/*`, `${pathToFileURL(path.join(shim, name + '.js'))}#*`]));
  const scratch = `${made}.${process.pid}`;
  const { files } = await transpile(component, { name: 'component', outDir: scratch, map, noTypescript: true });
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  try {
    renameSync(scratch, made);  // whole or not at all
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    if (!existsSync(entry)) throw error;  // or somebody else was first
  }
  for (const old of readdirSync(all).filter((other) => !other.startsWith(name))) {
    rmSync(path.join(all, old), { recursive: true, force: true });
  }
  return entry;
}

let code = 0;
try {
  const entry = await transpiled(process.argv[2]);
  const { _setArgs } = await import(pathToFileURL(path.join(shim, 'cli.js')));
  _setArgs(process.argv.slice(2));
  const { run } = await import(pathToFileURL(entry));
  run.run();
} catch (error) {
  if (error?.exitError) {
    code = error.code;
  } else if (error?.name === 'ComponentError' || error?.payload !== undefined || error === undefined) {
    code = 1;
  } else {
    console.error(`wasm trap: ${error?.stack ?? error}`);
    code = 134;
  }
}
process.exit(code);
