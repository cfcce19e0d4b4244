#!/usr/bin/python3
"""The measurements of bench/farm. Whatever is compared is measured in turn, A B A B, in one run; judge ratios, not seconds."""
import argparse
import glob
import json
import math
import os
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

from machine import commit, processor

MIB = 1 << 20
SIDE = 128
GRID = [(weight, tv) for weight in (1e2, 1e3, 1e4, 1e5) for tv in (0, 0.05, 0.5, 5)]
# Cells in one batch and alone differ by the rounding of sums only.
TOLERANCE = 2e-2


class Farm:
    def __init__(self, program, folder, options):
        self.program, self.folder = program, folder

    def run(self, *command):
        """Seconds of the wall and of the processors, and the lines of JSON."""
        # Else threads that wait for one another count as work, and the more so the busier the machine is.
        environment = dict(os.environ, OMP_WAIT_POLICY="passive")
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        ended = subprocess.run([self.program, *command], cwd=self.folder, env=environment, stdout=subprocess.PIPE, check=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = [json.loads(line) for line in ended.stdout.decode().splitlines() if line.startswith("{")]
        return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, lines

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def forget(self, *names):
        for name in names:
            shutil.rmtree(self.path(name), ignore_errors=True)

    def results(self, state):
        return {r["cell"]: r for r in (json.load(open(path)) for path in glob.glob(self.path(state, "cells", "*", "result.json")))}

    def picture(self, name, number):
        """Waves of colour: what a picture shows does not matter for its speed."""
        rows = bytearray()
        for y in range(SIDE):
            rows.append(0)
            for x in range(SIDE):
                for channel in range(3):
                    rows.append(int(128 + 100 * math.sin(x * (number + 2) / 23 + y * (channel + 1) / 17 + number)))

        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        with open(self.path(name), "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
                       + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def say(text):
    print(f"bench/farm: {text}  (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)


def median(values):
    return statistics.median(values)


def verdict(is_met):
    return "met" if is_met else "**missed**"


def mean_ratio(pairs):
    return median([a / b for a, b in pairs])


def coordinator(farm, options):
    cells = 20_000 if options.quick else 200_000
    command = f"bench farm --nodes 64 --cells {cells}"
    rates = []
    for _ in range(options.rounds):
        rates.append(farm.run(*command.split())[2][0]["transitions_per_second"])
        say(f"{rates[-1]:,.0f} transitions a second")
    yield "## Durable transitions of cells\n"
    yield f"`stylefarm {command}`, {options.rounds} times: found, claimed, accepted and put in place, each in the journal before anybody hears of it.\n"
    yield "| median a second | lowest | goal | |\n| ---: | ---: | ---: | --- |"
    yield f"| **{median(rates):,.0f}** | {min(rates):,.0f} | 5,000 | {verdict(median(rates) >= 5000)} |\n"


def nodes(farm, options):
    count, rounds = (64, 3) if options.quick else (256, 20)
    command = f"bench farm --nodes {count} --cells {count * 4 * rounds} --shard-cells 4 --shard-ms 2000"
    found = farm.run(*command.split())[2][0]
    say(f"utilisation {found['utilisation']:.4f}")
    yield f"## {count} nodes with shards of 2 s\n"
    yield f"`stylefarm {command}`: every node takes {rounds} shards in a row; the wait is that between two of its shards.\n"
    yield "| utilisation | goal | | median wait | p99 wait | lost messages |\n| ---: | ---: | --- | ---: | ---: | ---: |"
    yield (f"| **{100 * found['utilisation']:.2f} %** | 95 % | {verdict(found['utilisation'] >= 0.95)} | {found['idle_ms_median']:.1f} ms "
           f"| {found['idle_ms_p99']:.1f} ms | {found['lost_messages']} |\n")


def memory(farm, options):
    sizes = (16, 10_000, 50_000) if options.quick else (16, 100_000, 1_000_000)
    yield "## Memory for an archive\n"
    yield ("`stylefarm bench farm --nodes 16 --cells N`: coordinator, journal and 16 nodes in one process, the listing made up as it is read. "
           "The row of 16 photos is what the program itself takes, libtorch and libvips mapped.\n")
    yield "| photos | peak resident | managed heap, garbage included | journal | seconds |\n| ---: | ---: | ---: | ---: | ---: |"
    for cells in sizes:
        found = farm.run("bench", "farm", "--nodes", "16", "--cells", str(cells))[2][0]
        peak = found["peak_resident_bytes"] / MIB
        say(f"{cells:,} photos: {peak:.0f} MiB")
        yield (f"| {cells:,} | **{peak:.0f} MiB** | {found['peak_managed_bytes'] / MIB:.0f} MiB "
               f"| {found['journal_bytes'] / MIB:.0f} MiB | {found['seconds']:.0f} |")
    yield f"\nGoal at {sizes[-1]:,}: below 512 MiB, {verdict(peak < 512)}.\n"


def checkpoints(farm, options):
    steps, photos = (20, 2) if options.quick else (200, 8)
    for photo in range(photos):
        farm.picture(f"photo{photo}.png", photo)
    farm.picture("style.png", 99)
    common = (f"--style style.png --out painted --state state --size {SIDE} --steps {steps} --weights seeded:1 --shard-size {photos} --json "
              "--checkpoint-every")
    turns = []
    for _ in range(options.rounds):
        turn = []
        for every in (0, 10):
            farm.forget("painted", "state")
            _, processor, _ = farm.run("batch", *(f"photo{photo}.png" for photo in range(photos)), *common.split(), str(every))
            turn.append((max(r["timings"]["render_seconds"] for r in farm.results("state").values()), processor))
        turns.append(turn)
        say(f"{turn[0][1]:.1f} s and {turn[1][1]:.1f} s of the processors")
    wall = mean_ratio((ten[0], none[0]) for none, ten in turns)
    processor = mean_ratio((ten[1], none[1]) for none, ten in turns)
    yield "## Checkpoints every 10 steps\n"
    yield (f"`stylefarm batch photo*.png {common}` 0 and 10 in turn, {options.rounds} rounds of {photos} cells in one shard. "
           "Processor time is that of the whole process, wall time that of rendering.\n")
    yield "| | none | every 10 steps | **ratio** | goal | |\n| --- | ---: | ---: | ---: | ---: | --- |"
    for name, at, ratio in (("processor time", 1, processor), ("wall time", 0, wall)):
        yield (f"| {name} | {median([none[at] for none, _ in turns]):.1f} s | {median([ten[at] for _, ten in turns]):.1f} s "
               f"| **{ratio:.3f}** | 1.030 | {verdict(ratio < 1.03)} |")
    yield ""


def sweep(farm, options):
    cells, steps = (GRID[:4], 8) if options.quick else (GRID, 40)
    weights, tvs = (sorted({cell[at] for cell in cells}) for at in (0, 1))
    farm.picture("content.png", 1)
    farm.picture("style.png", 99)
    lines = ["content: content.png", "style: style.png", f"size: {SIDE}", f"steps: {steps}", "parameters:",
             f"  style_weight: {weights}", f"  tv_weight: {tvs}"]
    for name, more in (("grid", []), ("asha", [f"stop: {{asha: {{first: {steps // 4}, factor: 2, keep: 0.5}}}}"])):
        with open(farm.path(f"{name}.yaml"), "w") as file:
            file.write("\n".join(lines + more) + "\n")

    def swept(name):
        farm.forget("out", name)
        return farm.run("sweep", f"{name}.yaml", "--out", "out", "--state", name, "--weights", "seeded:1", "--json")[:2]

    def singly():
        farm.forget("alone")
        turns = [farm.run("stylize", "content.png", "style.png", "-o", "one.png", "--size", str(SIDE), "--steps", str(steps), "--set",
                          f"style_weight={weight}", "--set", f"tv_weight={tv}", "--weights", "seeded:1", "--state", "alone", "--json")[:2]
                 for weight, tv in cells]
        return tuple(map(sum, zip(*turns)))

    turns = []
    for _ in range(options.rounds):
        turns.append((singly(), swept("grid"), swept("asha")))
        say("singly {:.0f} s, sweep {:.0f} s, with early stopping {:.0f} s".format(*(turn[0] for turn in turns[-1])))
    alone, grid = farm.results("alone"), farm.results("grid")
    if set(alone) != set(grid):
        raise SystemExit("bench/farm: the sweep and the single runs did not render the same cells, so the comparison means nothing")
    worst = max(abs(grid[cell]["losses"]["total"] / one["losses"]["total"] - 1) for cell, one in alone.items())
    if worst > TOLERANCE:
        raise SystemExit(f"bench/farm: a cell of the sweep ends with a loss that differs by {worst:.1e}: the comparison means nothing")
    yield f"## A sweep of {len(cells)} cells\n"
    yield (f"{SIDE} px, {steps} steps, fp32, on the processor: `stylefarm stylize` {len(cells)} times, one after another, against one `stylefarm sweep`, the same "
           f"again with early stopping, in turn, {options.rounds} rounds. Everything counts: start, weights, report. "
           f"The cells are the same to their ids; their last losses differ by at most {worst:.0e}.\n")
    yield "| | wall | **against singly** | processor time | against singly | goal | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for name, at, goal in (("singly", 0, None), ("sweep", 1, 2), (f"sweep, early stopping from step {steps // 4}", 2, None)):
        wall, processor = (mean_ratio((turn[0][which], turn[at][which]) for turn in turns) for which in (0, 1))
        yield (f"| {name} | {median([turn[at][0] for turn in turns]):.1f} s | **{wall:.2f}x** | {median([turn[at][1] for turn in turns]):.1f} s "
               f"| {processor:.2f}x | {'2x' if goal else ''} | {verdict(wall >= goal) if goal else ''} |")
    yield ""


PARTS = {"coordinator": coordinator, "nodes": nodes, "memory": memory, "checkpoints": checkpoints, "sweep": sweep}


def header(options):
    yield "# The farm on one machine\n"
    yield (f"{processor()}, {os.cpu_count()} threads, commit {commit()}. Made by `bench/farm --rounds {options.rounds}`; load average at the start "
           f"{os.getloadavg()[0]:.1f}: on a machine that others use, too, judge ratios, and those of processor time first. "
           "OMP_WAIT_POLICY=passive everywhere, so that waiting does not count as work.\n")


def measure(program, parts, place, head, more=()):
    """Takes the measurements that were asked for, prints the table, and keeps it when it is whole. `more` are options that must be given."""
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("program")
    parser.add_argument("report")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts))
    parser.add_argument("--quick", action="store_true")
    for name in more:
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        farm = place(options.program, folder, options)
        lines = list(head(options))
        for name in options.only:
            lines += parts[name](farm, options)
    lines.append(f"Load average at the end: {os.getloadavg()[0]:.1f}.")
    print("\n".join(lines))
    if not options.quick and list(parts) == options.only:
        with open(options.report, "w") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    measure("bench/farm", PARTS, Farm, header)
