"""M/M/10 at load 0.9 in Ciw; prints customers per second."""
import sys
import time

import ciw

customers = int(sys.argv[1])
network = ciw.create_network(
    arrival_distributions=[ciw.dists.Exponential(rate=9.0)],
    service_distributions=[ciw.dists.Exponential(rate=1.0)],
    number_of_servers=[10],
)
ciw.seed(1)
began = time.perf_counter()
simulation = ciw.Simulation(network)
simulation.simulate_until_max_customers(customers, method="Finish")
print(customers / (time.perf_counter() - began))
