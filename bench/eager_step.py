#!/usr/bin/python3
"""Times optimisation steps of a StyleFarm recipe as everybody writes them in PyTorch eager mode.

    stylefarm recipes tf-eager --json > recipe.json
    bench/eager_step.py recipe.json --size 128 [--precision bf16] [--channels-last] [--steps 20] [--threads 2]

Prints one line of JSON with the keys of `stylefarm bench --json`. The same maths on the same numbers: seeded network 1, pictures of
noise 1 and 2, all from SplitMix64. Weights ask for no gradient, gradients are set to None, and the graph holds nothing that the loss
does not need: eager mode at its best, short of packing weights.
"""
import argparse
import json
import statistics
import time

import numpy as np
import torch
import torch.nn.functional as F

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
CAFFE_MEAN = [123.68, 116.779, 103.939]
CHANNELS = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256)] + [(256, 256)] * 3 + [(256, 512)] + [(512, 512)] * 7
BLOCKS = [2, 2, 4, 4, 4]
WARM_UP = 3


def stream(seed, count, first=0):
    z = np.uint64(seed) + np.arange(first + 1, first + count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def seeded_weights(seed, layers):
    first, weights = 0, []
    for inputs, outputs in CHANNELS[:layers]:
        count = outputs * inputs * 9
        u = (stream(seed, count, first) >> np.uint64(40)).astype(np.float32) * np.float32(2.0 ** -24)
        bound = np.float32(np.sqrt(6.0 / (9 * inputs)))
        weights.append(torch.from_numpy((np.float32(2) * u - np.float32(1)) * bound).reshape(outputs, inputs, 3, 3))
        first += count
    return weights


def noise_picture(seed, side):
    return torch.from_numpy((stream(seed, 3 * side * side) >> np.uint64(56)).astype(np.float64)).reshape(side, side, 3).permute(2, 0, 1)[None]


def column(values):
    return torch.tensor(values, dtype=torch.float64).reshape(1, 3, 1, 1)


class Space:
    """Where the optimised image lives, as an affine map of RGB bytes."""

    def __init__(self, name):
        self.name = name

    def of(self, rgb):
        if self.name == "rgb01":
            x = rgb / 255
        elif self.name == "rgbnorm":
            x = (rgb / 255 - column(MEAN)) / column(STD)
        else:
            x = rgb - column(CAFFE_MEAN)
        return (x.flip(1) if self.name == "bgr255" else x).float().contiguous()

    def network_input(self, x):
        return (x - column(MEAN).float()) / column(STD).float() if self.name == "rgb01" else x


class Vgg19(torch.nn.Module):
    def __init__(self, taps, pooling):
        super().__init__()
        names = [f"{block + 1}_{i + 1}" for block, count in enumerate(BLOCKS) for i in range(count)]
        depth = 1 + max(names.index(tap[4:]) for tap in taps)
        self.names, self.taps, self.pooling = names[:depth], taps, pooling
        self.convolutions = torch.nn.ModuleList()
        for weight in seeded_weights(1, depth):
            convolution = torch.nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            convolution.weight.data, convolution.bias.data = weight, torch.zeros(weight.shape[0])
            self.convolutions.append(convolution)
        self.requires_grad_(False)

    def forward(self, x):
        found = {}
        for i, (name, convolution) in enumerate(zip(self.names, self.convolutions)):
            x = convolution(x)
            if f"conv{name}" in self.taps:
                found[f"conv{name}"] = x
            if len(found) == len(self.taps):
                break
            x = F.relu(x, inplace=f"conv{name}" not in self.taps)
            if f"relu{name}" in self.taps:
                found[f"relu{name}"] = x
            if len(found) == len(self.taps):
                break
            if i + 1 < len(self.names) and self.names[i + 1][0] != name[0]:
                x = (F.max_pool2d if self.pooling == "max" else F.avg_pool2d)(x, 2, 2)
        return found


def gram(features, form):
    n, c, h, w = features.shape
    flat = features.reshape(n, c, h * w)
    product = flat.bmm(flat.transpose(1, 2))
    return product / {"chw": c * h * w, "hw": h * w, "none": 1}[form]


def content_loss(features, target, form):
    squares, count = (features - target).square().sum(), features.numel()
    return squares / {"mse": count, "sum": 1, "sum/4HWC": 4 * count, "relative": target.square().sum()}[form]


def style_loss(features, target, recipe, pixels):
    c, positions = features.shape[1], features.shape[2] * features.shape[3]
    squares = (gram(features, recipe["gram"]) - target).square().sum()
    return squares / {"mse": c * c, "sum/(4*9*image^2)": 36 * pixels ** 2, "sum/(4*C^2*HW^2)": 4 * c ** 2 * positions ** 2,
                      "relative": target.square().sum()}[recipe["style_form"]]


def total_variation(x, form):
    dy, dx = x[:, :, 1:] - x[:, :, :-1], x[:, :, :, 1:] - x[:, :, :, :-1]
    if form == "half-mean-abs":
        return 0.5 * (dy.abs().mean() + dx.abs().mean())
    if form == "mean-sq":
        return dy.square().mean() + dx.square().mean()
    return (dy[..., :-1].square() + dx[:, :, :-1].square()).pow(1.25).sum()


class AdamTf:
    """TensorFlow's Adam: epsilon beside the root of the raw second moment."""

    def __init__(self, x, lr, betas, eps):
        self.x, self.lr, self.betas, self.eps, self.t = x, lr, betas, eps, 0
        self.m, self.v = torch.zeros_like(x), torch.zeros_like(x)

    def zero_grad(self, set_to_none):
        self.x.grad = None

    @torch.no_grad()
    def step(self):
        b1, b2 = self.betas
        self.t += 1
        self.m.mul_(b1).add_(self.x.grad, alpha=1 - b1)
        self.v.mul_(b2).addcmul_(self.x.grad, self.x.grad, value=1 - b2)
        rate = self.lr * (1 - b2 ** self.t) ** 0.5 / (1 - b1 ** self.t)
        self.x.addcdiv_(self.m, self.v.sqrt().add_(self.eps), value=-rate)


def optimizer_of(spec, x):
    betas = (spec.get("beta1"), spec.get("beta2"))
    if spec["kind"] == "adam":
        return torch.optim.Adam([x], spec["lr"], betas, spec["eps"])
    if spec["kind"] == "adam-tf":
        return AdamTf(x, spec["lr"], betas, spec["eps"])
    if spec["kind"] == "rmsprop":
        return torch.optim.RMSprop([x], spec["lr"], spec["alpha"], spec["eps"])
    return torch.optim.SGD([x], spec["lr"], spec.get("momentum", 0))


def run(recipe, size, precision, channels_last, steps):
    content_weights, style_weights = recipe["content"], recipe["style"]
    network = Vgg19(set(content_weights) | set(style_weights), recipe["pooling"])
    space = Space(recipe["space"])
    network_type = torch.bfloat16 if precision == "bf16" else torch.float32
    network.to(network_type)
    if channels_last:
        network.to(memory_format=torch.channels_last)

    def features_of(x):
        x = space.network_input(x).to(network_type)
        if channels_last:
            x = x.contiguous(memory_format=torch.channels_last)
        return {tap: features.float() for tap, features in network(x).items()}

    with torch.no_grad():
        content, style = space.of(noise_picture(1, size)), space.of(noise_picture(2, size))
        targets, styles = features_of(content), features_of(style)
        contents = {tap: targets[tap].clone() for tap in content_weights}
        grams = {tap: gram(styles[tap], recipe["gram"]) for tap in style_weights}
        del targets, styles
    low, high = space.of(torch.zeros(1, 3, 1, 1, dtype=torch.float64)), space.of(torch.full((1, 3, 1, 1), 255.0, dtype=torch.float64))

    x = content.clone().requires_grad_()
    optimizer = optimizer_of(recipe["optimizer"], x)
    best, milliseconds, totals = None, [], []
    for _ in range(WARM_UP + steps):
        began = time.perf_counter()
        if recipe["clamp_before_step"]:
            x.data.clamp_(low, high)
        optimizer.zero_grad(set_to_none=True)
        features = features_of(x)
        content_part = sum(weight * content_loss(features[tap], contents[tap], recipe["content_form"]) for tap, weight in content_weights.items())
        style_part = sum(weight * style_loss(features[tap], grams[tap], recipe, size * size) for tap, weight in style_weights.items())
        total = recipe["content_weight"] * content_part + recipe["style_weight"] * style_part
        if recipe["tv_form"] not in (None, "none"):
            total = total + recipe["tv_weight"] * total_variation(x, recipe["tv_form"])
        total.backward()
        optimizer.step()
        if recipe["clamp_after_step"]:
            x.data.clamp_(low, high)
        totals.append(total.item())
        if recipe["keep"] == "best" and (best is None or totals[-1] < best[0]):
            best = totals[-1], x.detach().clone()
        milliseconds.append((time.perf_counter() - began) * 1e3)
    return milliseconds[WARM_UP:], totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe", help="as `stylefarm recipes NAME --json` prints it")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    with open(arguments.recipe) as file:
        recipe = json.load(file)
    milliseconds, totals = run(recipe, arguments.size, arguments.precision, arguments.channels_last, arguments.steps)
    print(json.dumps({"size": arguments.size, "precision": arguments.precision, "median_ms": statistics.median_low(milliseconds),
                      "ms": milliseconds, "totals": totals, "threads": torch.get_num_threads(), "torch": torch.__version__}))


if __name__ == "__main__":
    main()
