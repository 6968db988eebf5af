"""M/M/10 at load 0.9 in SimPy: prints customers per second. Called by queue.ts."""
import random
import sys
import time

import simpy

CUSTOMERS = int(sys.argv[1])
waits = []


def customer(env, servers):
    arrived = env.now
    with servers.request() as request:
        yield request
        waits.append(env.now - arrived)
        yield env.timeout(random.expovariate(1.0))


def arrivals(env, servers):
    for _ in range(CUSTOMERS):
        env.process(customer(env, servers))
        yield env.timeout(random.expovariate(9.0))


random.seed(1)
env = simpy.Environment()
env.process(arrivals(env, simpy.Resource(env, 10)))
began = time.perf_counter()
env.run()
print(CUSTOMERS / (time.perf_counter() - began))
