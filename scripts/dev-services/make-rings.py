"""Makes Swift's rings, which say that everything lies on one device: make-rings.py FOLDER PORT; the three parts listen from PORT on."""
import sys

from swift.common.ring import RingBuilder

folder, port = sys.argv[1], int(sys.argv[2])
for number, part in enumerate(("account", "container", "object")):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({
        "id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port + number, "device": "d1", "weight": 1, "meta": "",
        "replication_ip": "127.0.0.1", "replication_port": port + number})
    builder.rebalance(seed=1)
    builder.get_ring().save(f"{folder}/{part}.ring.gz")
