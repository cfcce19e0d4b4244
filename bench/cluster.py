#!/usr/bin/python3
"""The measurements of bench/cluster. Whatever is compared is measured in turn, in one run; judge ratios, not seconds."""
import os
import sys

from farm import Farm, mean_ratio, measure, median, verdict
from machine import commit, processor

GOAL_TRANSITIONS = 5000
GOAL_UTILISATION = 0.95


def say(text):
    print(f"bench/cluster: {text}  (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)


class Cluster(Farm):
    def __init__(self, program, folder, options):
        super().__init__(program, folder, options)
        self.fabric, self.journal = options.fabric, options.journal

    def lines(self, *command):
        return self.run("bench", *command)[2]

    def farm(self, *command, fabric=False, database=False):
        more = (["--fabric", self.fabric] if fabric else []) + (["--journal", self.journal] if database else [])
        return self.lines("farm", *command, *more)[0]


def runs(options):
    return "one run" if options.rounds == 1 else f"medians of {options.rounds} runs"


def of(rows, key):
    return median([row[key] for row in rows])


def fabric(cluster, options):
    messages = 1000 if options.quick else 5_000
    windows = ["1", "16", "256", "1024"]
    all_runs = []
    for _ in range(options.rounds):
        all_runs.append(cluster.lines("fabric", "--fabric", cluster.fabric, "--messages", str(messages), "--json", "--window", *windows))
        trip = next(line for line in all_runs[-1] if "median_milliseconds" in line)
        say(f"a message and its answer take {trip['median_milliseconds']:.2f} ms")
    trips = [line for run in all_runs for line in run if "median_milliseconds" in line]
    yield "## Messages\n"
    yield (f"`stylefarm bench fabric --messages {messages}`: one connection to another over the broker, {runs(options)}. "
           "The window is how many may be on their way unconfirmed; the farm's is 256. A coordinator's queue is a quorum queue.\n")
    yield "| window | to the coordinator, a second | to a node, a second |\n| ---: | ---: | ---: |"
    for window in windows:
        rates = [of([line for run in all_runs for line in run if line.get("window") == int(window) and line["to"] == to],
                    "delivered_per_second") for to in ("coordinator", "node")]
        yield f"| {window} | {rates[0]:,.0f} | {rates[1]:,.0f} |"
    yield (f"\nTo the coordinator and back, one at a time: median {of(trips, 'median_milliseconds'):.2f} ms, "
           f"p99 {of(trips, 'p99_milliseconds'):.2f} ms.\n")


def journal(cluster, options):
    seconds = "1" if options.quick else "3"
    batches = ["1", "8", "64", "512", "2048"]
    kinds = {"SQLite": "sqlite", "PostgreSQL": cluster.journal}
    all_runs = {name: [] for name in kinds}
    for _ in range(options.rounds):
        for name, url in kinds.items():
            all_runs[name].append(cluster.lines("journal", "--journal", url, "--json", "--seconds", seconds, "--batch", *batches))
            say(f"{name}: {max(line.get('transitions_per_second', 0) for line in all_runs[name][-1]):,.0f} transitions a second at best")

    def appended(name, batch):
        return [line for run in all_runs[name] for line in run if line.get("batch") == int(batch) and "median_milliseconds" in line]

    yield "## The journal\n"
    yield (f"`stylefarm bench journal --seconds {seconds}`, SQLite and PostgreSQL in turn, {runs(options)}: the records that a "
           "coordinator writes, so many to an append, each append durable before the next. A transition is a change of a cell: found, "
           "claimed, accepted, put in place.\n")
    yield ("| records | SQLite, transitions/s | median | p99 | PostgreSQL, transitions/s | median | p99 | **ratio** |"
           "\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for batch in batches:
        cells, rates = [], []
        for name in kinds:
            lines = appended(name, batch)
            rates.append([line["transitions_per_second"] for line in lines])
            cells.append(f"{median(rates[-1]):,.0f} | {of(lines, 'median_milliseconds'):.2f} ms | {of(lines, 'p99_milliseconds'):.2f} ms")
        yield f"| {batch} | {' | '.join(cells)} | **{mean_ratio(zip(rates[1], rates[0])):.2f}** |"
    starts = {name: [line for run in all_runs[name] for line in run if "read_per_second" in line] for name in kinds}
    copies = [line["records_per_second"] for run in all_runs["PostgreSQL"] for line in run if set(line) == {"batch", "records_per_second"}]
    largest = [line["records_per_second"] for line in appended("PostgreSQL", batches[-1])]
    yield (f"\nCOPY with {batches[-1]} records to a transaction, which keeps no other writer out, takes {median(copies):,.0f} records a "
           f"second; appends of that size {mean_ratio(zip(largest, copies)):.2f} times that. A start from the first record: "
           + "; ".join(f"{name} {of(lines, 'records_per_second'):,.0f} records a second read and folded, "
                       f"{of(lines, 'read_per_second'):,.0f} only read" for name, lines in starts.items()) + ".\n")


def coordinator(cluster, options):
    cells = "10000" if options.quick else "200000"
    command = ["--nodes", "64", "--cells", cells]
    places = [("in one process, SQLite", False, False), ("in one process, **PostgreSQL**", False, True),
              ("**RabbitMQ**, SQLite", True, False), ("**RabbitMQ**, **PostgreSQL**", True, True)]
    all_runs = {place: [] for place in places}
    for _ in range(options.rounds):
        for place in places:
            all_runs[place].append(cluster.farm(*command, fabric=place[1], database=place[2]))
            say(f"{place[0].replace('*', '')}: {all_runs[place][-1]['transitions_per_second']:,.0f} transitions a second")
    yield "## Durable transitions of cells\n"
    yield (f"`stylefarm bench farm {' '.join(command)}`, and with `--fabric` and `--journal`, in turn, {runs(options)}: as "
           "fast as it goes. With RabbitMQ the nodes are in a process of their own, with a connection each. The coordinator writes "
           "together what it decided while it wrote before.\n")
    yield ("| | **a second** | against the first | goal | | records an append, median | an append, median | p99 | lost messages |"
           "\n| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    base = [row["transitions_per_second"] for row in all_runs[places[0]]]
    for place in places:
        rates = [row["transitions_per_second"] for row in all_runs[place]]
        yield (f"| {place[0]} | **{median(rates):,.0f}** | {mean_ratio(zip(rates, base)):.2f} | {GOAL_TRANSITIONS:,} "
               f"| {verdict(median(rates) >= GOAL_TRANSITIONS)} | {of(all_runs[place], 'records_per_append_median'):.0f} "
               f"| {of(all_runs[place], 'append_ms_median'):.1f} ms | {of(all_runs[place], 'append_ms_p99'):.1f} ms "
               f"| {sum(row['lost_messages'] for row in all_runs[place])} |")
    yield ""


def nodes(cluster, options):
    count, shards = (32, 3) if options.quick else (256, 20)
    command = ["--nodes", str(count), "--cells", str(count * 4 * shards), "--shard-cells", "4", "--shard-ms", "2000"]
    turns = [("in one process, SQLite", False, 0), ("in one process, SQLite", False, 20), ("RabbitMQ, PostgreSQL", True, 0),
             ("RabbitMQ, PostgreSQL", True, 20)]
    yield f"## {count} nodes with shards of 2 s\n"
    yield (f"`stylefarm bench farm {' '.join(command)}`, with `--fabric` and `--journal`, and with `--shard-spread 20`: every node takes "
           f"about {shards} shards in a row. With RabbitMQ they are in a process of their own, each with a connection and a queue. "
           "Without a spread all nodes end their shards at the same moment, and all their messages are one burst. Message times are from "
           "Send to delivery into the receiver's mailbox.\n")
    yield ("| | spread | **utilisation** | goal | | wait, median | p99 | messages/s | to coordinator, median | p99 "
           "| to node, median | p99 | coordinator, cores | lost |\n| --- | ---: | ---: | ---: | --- |" + " ---: |" * 9)
    for name, is_cluster, spread in turns:
        found = cluster.farm(*command, "--shard-spread", str(spread), fabric=is_cluster, database=is_cluster)
        say(f"{name}, spread {spread} %: utilisation {found['utilisation']:.4f}")
        more = ([f"{found[key]:{form}}" for key, form in (
            ("messages_per_second", ",.0f"), ("to_coordinator_ms_median", ".1f"), ("to_coordinator_ms_p99", ".0f"),
            ("to_node_ms_median", ".1f"), ("to_node_ms_p99", ".0f"), ("coordinator_cpu", ".2f"))] if is_cluster else [""] * 6)
        more = [f"{value} ms" if value and 0 < at < 5 else value for at, value in enumerate(more)]
        yield (f"| {name} | {spread} % | **{100 * found['utilisation']:.2f} %** | {GOAL_UTILISATION:.0%} "
               f"| {verdict(found['utilisation'] >= GOAL_UTILISATION)} | {found['idle_ms_median']:.1f} ms | {found['idle_ms_p99']:.1f} ms "
               f"| {' | '.join(more)} | {found['lost_messages']} |")
    yield ""


PARTS = {"fabric": fabric, "journal": journal, "coordinator": coordinator, "nodes": nodes}


def header(options):
    yield "# The farm on servers\n"
    yield (f"{processor()}, {os.cpu_count()} threads, commit {commit()}. Made by `bench/cluster --rounds {options.rounds}`; load average at the "
           f"start {os.getloadavg()[0]:.1f}. Broker, database, coordinator and nodes share this one machine, and whatever else ran on it: "
           "judge ratios first. Everything is durable: fsync is on, and a commit waits for it.\n")


if __name__ == "__main__":
    measure("bench/cluster", PARTS, Cluster, header, more=["--fabric", "--journal"])
