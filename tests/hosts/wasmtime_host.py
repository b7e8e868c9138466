#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Runs a component on wasmtime, by its Python package: wasmtime_host.py COMPONENT [ARGUMENT...]

As `wasmtime run -S inherit-network -S allow-ip-name-lookup COMPONENT` does, for machines without that tool. Exit
code 0 where the component's run() answered ok, 1 where it answered an error, 134 after a trap. What was compiled
is kept beside the component until that changes.
"""

import importlib.metadata
import os
import signal
import sys
import tempfile

import wasmtime
from wasmtime import Engine, Store, WasiConfig, WasmtimeError
from wasmtime import _ffi as ffi
from wasmtime.component import Component, Linker

RUN = "wasi:cli/run@0.2.0"


def load(engine, path):
    """The component, compiled at most once."""
    compiled = f"{path}.wasmtime-{importlib.metadata.version('wasmtime')}"
    if os.path.exists(compiled) and os.path.getmtime(compiled) >= os.path.getmtime(path):
        return Component.deserialize_file(engine, compiled)
    component = Component.from_file(engine, path)
    handle, scratch = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)))
    with os.fdopen(handle, "wb") as file:
        file.write(component.serialize())
    os.replace(scratch, compiled)  # whole or not at all, for tests that run beside each other
    return component


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's handler would wait for the component
    engine = Engine()
    component = load(engine, sys.argv[1])
    linker = Linker(engine)
    linker.add_wasip2()
    config = WasiConfig()
    config.argv = sys.argv[1:]
    config.inherit_stdin()
    config.inherit_stdout()
    config.inherit_stderr()
    # The package wraps neither of these two.
    ffi.wasi_config_inherit_network(config.ptr())
    if hasattr(ffi, "wasi_config_allow_ip_name_lookup"):
        ffi.wasi_config_allow_ip_name_lookup(config.ptr(), True)
    store = Store(engine)
    store.set_wasi(config)
    try:
        instance = linker.instantiate(store, component)
        where = instance.get_export_index(store, RUN)
        answer = instance.get_func(store, instance.get_export_index(store, "run", where))(store)
    except wasmtime.ExitTrap as ended:
        return ended.code
    except (wasmtime.Trap, WasmtimeError) as trap:
        print(f"wasm trap: {trap}", file=sys.stderr)
        return 134
    return 0 if getattr(answer, "tag", "ok") == "ok" else 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the destructors of the package have nothing left to do
