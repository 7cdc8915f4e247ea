"""A real llama.cpp with the real weights behind its own HTTP server, on a free port of the loopback.

`python llama_server.py MODEL.gguf` prints its address and serves until its standard input ends.
"""

from __future__ import annotations

import sys


def main() -> None:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = sys.argv[1]
    parameters.n_ctx = 2048
    parameters.n_parallel = 1
    parameters.n_gpu_layers = 0
    for group in (parameters.cpuparams, parameters.cpuparams_batch):
        group.n_threads = 1  # several wait for one another where other programs have the cores
        group.poll = 0
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.warmup = False
    parameters.ui = False
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
