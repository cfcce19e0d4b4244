#!/usr/bin/python3
"""Makes a Markdown table of the turns that bench/run logged. Fails if the two sides did not compute the same losses."""
import argparse
import collections
import json
import os
import statistics

from machine import commit, processor

MIB = 1 << 20
# Before the first update both sides see the same image: only rounding differs. bfloat16 keeps 8 bits of each activation.
TOLERANCE = {"fp32": 1e-4, "bf16": 3e-2}
EAGER = "eager fp32"


def check_losses(groups):
    worst = {precision: 0.0 for precision in TOLERANCE}
    for (recipe, size, who), turns in groups.items():
        reference = groups[recipe, size, EAGER][0]["totals"][0]
        precision = "bf16" if "bf16" in who else "fp32"
        for turn in turns:
            off = abs(turn["totals"][0] - reference) / reference
            worst[precision] = max(worst[precision], off)
            if not off <= TOLERANCE[precision]:
                raise SystemExit(f"bench: {who} begins {recipe} at {size} px with a loss of {turn['totals'][0]}, eager with {reference}: "
                                 "the two do not compute the same, so the comparison means nothing")
    return worst


def ratio(groups, recipe, size, ours, other):
    """The median over rounds of the ratio of the two sides' median steps; both sides of a round ran one after the other."""
    pairs = zip(groups[recipe, size, ours], groups[recipe, size, other])
    return statistics.median(a["median_ms"] / b["median_ms"] for a, b in pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--steps", type=int, required=True)
    arguments = parser.parse_args()

    groups, starts = collections.OrderedDict(), []
    with open(arguments.log) as log:
        for entry in map(json.loads, log):
            if "start_ms" in entry:
                starts.append(entry["start_ms"])
            else:
                groups.setdefault((entry["recipe"], entry["turn"]["size"], entry["who"]), []).append(entry["turn"])
    worst = check_losses(groups)
    recipes = list(dict.fromkeys(recipe for recipe, _, _ in groups))
    sizes = sorted({size for _, size, _ in groups})
    any_turn = next(iter(groups.values()))[0]
    eager_turn = groups[recipes[0], sizes[0], EAGER][0]

    print("# One optimisation step against PyTorch eager mode\n")
    print(f"{processor()}, {any_turn['threads']} threads, PyTorch {eager_turn['torch']}, commit {commit()}. {arguments.rounds} rounds in turn of "
          f"{arguments.steps} steps each; medians of steps, then of rounds.")
    print(f"Same weights, images, taps, losses and step rule: first totals differ from eager fp32's by at most {worst['fp32']:.0e} "
          f"(fp32) and {worst['bf16']:.0e} (bf16). Load average at the end: {os.getloadavg()[0]:.1f}.\n")

    for recipe in recipes:
        print(f"## {recipe}\n")
        print("| px | ours fp32 | eager fp32 | (channels last) | ours bf16 | eager bf16 | (channels last) | "
              "**fp32 / eager fp32** | / channels last | **bf16 / eager fp32** | / eager bf16 | / bf16 channels last |")
        print("| ---: " * 12 + "|")
        for size in sizes:
            def ms(who):
                return f"{statistics.median(turn['median_ms'] for turn in groups[recipe, size, who]):.1f} ms"

            def of(ours, other):
                return f"{ratio(groups, recipe, size, ours, other):.2f}"

            print(f"| {size} | {ms('ours fp32')} | {ms(EAGER)} | {ms('eager fp32, channels last')} | {ms('ours bf16')} | {ms('eager bf16')} "
                  f"| {ms('eager bf16, channels last')} | **{of('ours fp32', EAGER)}** | {of('ours fp32', 'eager fp32, channels last')} "
                  f"| **{of('ours bf16', EAGER)}** | {of('ours bf16', 'eager bf16')} | {of('ours bf16', 'eager bf16, channels last')} |")
        print()

    print("## Memory and checkpoints\n")
    print("Peak of all tensors, weights included, against the forecast; what a checkpoint on disk adds to a step.\n")
    print("| recipe | px | precision | peak | forecast | peak / forecast | checkpoint | adds |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for (recipe, size, who), turns in groups.items():
        if not who.startswith("ours"):
            continue
        peak, forecast = turns[0]["peak_bytes"], turns[0]["forecast_bytes"]
        adds = statistics.median(turn["checkpoint_ms"] for turn in turns)
        print(f"| {recipe} | {size} | {who[5:]} | {peak / MIB:.0f} MiB | {forecast / MIB:.0f} MiB | {peak / forecast:.2f} "
              f"| {turns[0]['checkpoint_bytes'] / MIB:.1f} MiB | {adds:.1f} ms |")
    if starts:
        print(f"\n`./stylefarm --version`, built already: {statistics.median(starts):.0f} ms.")


if __name__ == "__main__":
    main()
