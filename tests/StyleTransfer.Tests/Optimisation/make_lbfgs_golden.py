#!/usr/bin/python3
"""Writes lbfgs-golden.json: what SciPy's fmin_l_bfgs_b does on the functions that LbfgsFunctions.cs repeats.

Debian 12: apt-get install python3-scipy (1.10.1 on liblbfgsb 3.0); then /usr/bin/python3 make_lbfgs_golden.py
That library knows no `maxls`: its line searches always take at most 20 evaluations, so no case sets another number.
Each case holds the number of calls of the function and of iterations, the task text, and for every call in order f, the norm and some
components of x, and `drift`: how far, relative to the larger of the component and its start, x departs in SciPy's own trace when every
gradient component is off by a random 1e-15. That is what rounding alone does; where it exceeds 2e-4 the trace ends. `drift_calls` are
the numbers of calls then.
"""
import json
import os
import numpy as np
import scipy
from scipy.optimize import fmin_l_bfgs_b

MAX_COMPONENTS = 6
MAX_DRIFT = 2e-4


def rosenbrock(x):
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    g = np.zeros_like(x)
    g[:-1] = -400 * a * x[:-1] - 2 * b
    g[1:] += 200 * a
    return float(np.sum(100 * a * a + b * b)), g


def quadratic(condition):
    def f(x):
        n = len(x)
        c = condition ** (np.arange(n) / (n - 1))
        d = x - 1 / (1 + np.arange(n))
        return float(0.5 * np.sum(c * d * d)), c * d
    return f


def coupled(x):
    """A convex chain with neighbours coupled and a quartic wall."""
    d = x[1:] - x[:-1]
    f = np.sum(d * d) + 0.01 * np.sum(x ** 4) - 0.3 * np.sum(x)
    g = 0.04 * x ** 3 - 0.3
    g[1:] += 2 * d
    g[:-1] -= 2 * d
    return float(f), g


def bad_scale(x):
    """Nonconvex and badly scaled: Beale's function on (1000 x0, x1 / 1000) and a double well in each other component."""
    u, v = 1000 * x[0], x[1] / 1000
    t = [1.5 - u * (1 - v), 2.25 - u * (1 - v * v), 2.625 - u * (1 - v * v * v)]
    f = t[0] * t[0] + t[1] * t[1] + t[2] * t[2]
    gu = -2 * (t[0] * (1 - v) + t[1] * (1 - v * v) + t[2] * (1 - v * v * v))
    gv = 2 * u * (t[0] + 2 * t[1] * v + 3 * t[2] * v * v)
    g = np.zeros_like(x)
    g[0], g[1] = 1000 * gu, gv / 1000
    w = x[2:]
    f += np.sum((w * w - 1) ** 2) * 10 + 0.1 * np.sum(w)
    g[2:] = 40 * (w * w - 1) * w + 0.1
    return float(f), g


def flat_exit(x):
    """Falls without bound ever more slowly: the line search goes on to longer and longer steps."""
    s = np.sqrt(1 + x * x)
    return float(np.sum(s - 1.0001 * x)), x / s - 1.0001


def wrong_gradient(x):
    """The gradient is that of the negative function in the second component: no descent can be found."""
    g = 2 * x
    g[1] = -g[1]
    return float(np.sum(x * x)), g


def uphill(x):
    """The gradient is that of the negative function: steps shrink until the point stays, which is then not evaluated again."""
    return float(np.sum(x * x)), -2 * x


def kinked(x):
    """Not smooth: |x| with a curvature, so that line searches end in the kink."""
    return float(np.sum(np.abs(x) * (1 + 0.1 * np.arange(len(x)))) + np.sum(x * x) * 0.5), \
        np.where(x >= 0, 1.0, -1.0) * (1 + 0.1 * np.arange(len(x))) + x


def linear(x):
    """Without curvature: every pair is dropped."""
    c = 1.0 + np.arange(len(x))
    return float(-np.sum(c * x)), -c


def wiggly(x):
    """A bowl with narrow dents and bumps on the way: line searches of many trials, in all cases of the step's choice."""
    f, g = np.sum(0.02 * x * x), 0.04 * x
    for j in range(12):
        centre, height, width = (j * 7 % 12) - 5.5, (1.5, -1.0, 0.6, -2.0, 3.0)[j % 5], (0.15, 0.4, 0.07)[j % 3]
        d = (x - centre) / width
        bell = 1 / (1 + d * d)
        f += np.sum(height * bell)
        g = g - 2 * height * d * bell * bell / width
    return float(f), g


def quartic(value, slope):
    """In each component x^4 + ... with value 0 and slope -1 at 0 and these at 1, the first trial: picks the branch of the line search."""
    b = (slope + 1 - 4) - 2 * (value + 1 - 1)
    a = value + 1 - 1 - b

    def f(x):
        return float(np.sum(x * (-1 + x * (a + x * (b + x))))), -1 + x * (2 * a + x * (3 * b + x * 4))
    return f


def noisy(x):
    """A bowl with a ripple whose slope is not reported: gradients and values disagree near the minimum."""
    k = np.floor(x * 64)
    return float(np.sum(x * x) + 1e-3 * np.sum(np.where(k % 2 == 0, 1.0, -1.0))), 2 * x


def start(n, kind):
    i = np.arange(n)
    if kind == "classic":
        return np.where(i % 2 == 0, -1.2, 1.0)
    if kind == "ramp":
        return (i + 1) / n - 0.25
    if kind == "far":
        return np.where(i % 3 == 0, 37.5, -12.25) + i * 0.5
    if kind == "small":
        return np.array([0.0005, 250.0] + [0.3 - 0.05 * j for j in range(n - 2)])
    if kind == "zero":
        return np.zeros(n)
    if kind.startswith("spread-"):
        return (i * 17 + int(kind[7:]) * 29) % 120 / 8 - 7.3
    raise ValueError(kind)


QUARTICS = [(-0.0005, -2.0), (-0.0005, 2.0), (-0.0009, -0.95), (-0.65, -0.95), (-0.6, -0.99), (-2.0, -3.0), (-0.5, 4.0), (0.75, 1.0),
            (0.75, -1.5), (-0.0001, 0.95)]

FUNCTIONS = {
    "rosenbrock": rosenbrock,
    "quadratic-1e2": quadratic(1e2),
    "quadratic-1e4": quadratic(1e4),
    "quadratic-1e8": quadratic(1e8),
    "coupled": coupled,
    "bad-scale": bad_scale,
    "flat-exit": flat_exit,
    "wrong-gradient": wrong_gradient,
    "uphill": uphill,
    "kinked": kinked,
    "noisy": noisy,
    "linear": linear,
    "wiggly": wiggly,
    **{"quartic %r %r" % vs: quartic(*vs) for vs in QUARTICS},
}

CASES = [
    ("rosenbrock", 2, "classic", {}),
    ("rosenbrock", 2, "far", {}),
    ("rosenbrock", 3, "ramp", {}),
    ("rosenbrock", 5, "classic", {}),
    ("rosenbrock", 10, "classic", {"maxfun": 20}),
    ("rosenbrock", 10, "classic", {"m": 3}),
    ("rosenbrock", 10, "far", {"factr": 1e12}),
    ("rosenbrock", 20, "ramp", {"maxfun": 60}),
    ("rosenbrock", 50, "classic", {"maxfun": 20}),
    ("rosenbrock", 50, "classic", {}),
    ("rosenbrock", 4, "classic", {"maxiter": 7}),
    ("rosenbrock", 4, "far", {}),
    ("rosenbrock", 6, "classic", {"factr": 0.0, "pgtol": 1e-9}),
    ("rosenbrock", 6, "classic", {"factr": 0.0, "pgtol": 0.0}),
    ("quadratic-1e2", 12, "ramp", {}),
    ("quadratic-1e4", 20, "far", {}),
    ("quadratic-1e2", 20, "far", {"pgtol": 1e-2}),
    ("quadratic-1e8", 30, "ramp", {"maxfun": 20}),
    ("quadratic-1e8", 30, "ramp", {"maxiter": 60}),
    ("quadratic-1e8", 8, "ramp", {"m": 1, "maxfun": 100}),
    ("coupled", 40, "far", {}),
    ("coupled", 40, "ramp", {"factr": 10.0, "pgtol": 1e-7}),
    ("bad-scale", 2, "small", {}),
    ("bad-scale", 8, "small", {"maxfun": 20}),
    ("bad-scale", 8, "small", {}),
    ("flat-exit", 3, "ramp", {"maxfun": 20}),
    ("flat-exit", 3, "ramp", {"maxfun": 100}),
    ("wrong-gradient", 3, "ramp", {}),
    ("wrong-gradient", 3, "far", {}),
    ("uphill", 3, "ramp", {}),
    ("uphill", 7, "far", {}),
    ("kinked", 4, "ramp", {}),
    ("kinked", 9, "far", {}),
    *[("quartic %r %r" % vs, 1, "zero", {}) for vs in QUARTICS],
    ("linear", 3, "ramp", {"maxiter": 5}),
    *[("wiggly", n, "spread-%d" % seed, {"maxfun": 60}) for n in (1, 2, 4) for seed in range(12)],
    ("noisy", 5, "far", {}),
    ("noisy", 5, "ramp", {"factr": 0.0, "pgtol": 0.0}),
    ("quadratic-1e2", 5, "at-minimum", {}),
]


def trace(function, x0, options, jitter=None):
    points = []

    def f(x):
        value, gradient = function(x)
        if jitter is not None:
            gradient = gradient * (1 + 1e-15 * jitter.uniform(-1, 1, len(x)))
        points.append((value, x.copy()))
        return value, gradient

    x, value, info = fmin_l_bfgs_b(f, x0.copy(), **options)
    return points, x, float(value), info


def drift(points, others, i):
    """How far evaluation i departs in any of the other traces; infinite where one has ended."""
    if any(len(other) <= i for other in others):
        return 1e300
    x = points[i][1]
    scale = np.maximum(np.maximum(np.abs(x), np.abs(points[0][1])), 1e-300)
    return max(float(np.max(np.abs(x - other[i][1]) / scale)) for other in others)


def case(name, n, kind, options):
    function = FUNCTIONS[name]
    x0 = 1.0 / (1 + np.arange(n)) if kind == "at-minimum" else start(n, kind)
    points, x, value, info = trace(function, x0, options)
    jitters = [trace(function, x0, options, np.random.default_rng(seed))[0] for seed in range(5)]
    task = info["task"] if isinstance(info["task"], str) else info["task"].decode()
    drifts = [drift(points, jitters, i) for i in range(len(points))]
    clear = next((i for i, d in enumerate(drifts) if d > MAX_DRIFT), len(points))
    return {
        "function": name, "n": n, "start": kind, "options": options, "x0": x0.tolist(),
        "calls": len(points), "funcalls": info["funcalls"], "iterations": info["nit"], "task": task.rstrip("\0 "),
        "f": value, "x": x.tolist(),
        "drift_calls": [len(other) for other in jitters],
        "trace": [{"f": v, "norm": float(np.linalg.norm(p)), "x": p[:MAX_COMPONENTS].tolist(), "drift": float("%.1e" % d)}
                  for (v, p), d in zip(points[:clear], drifts)],
    }


def main():
    cases = [case(*c) for c in CASES]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lbfgs-golden.json")
    with open(path, "w") as out:
        out.write('{"scipy": "%s", "cases": [\n' % scipy.__version__)
        out.write(",\n".join(json.dumps(c) for c in cases))
        out.write("\n]}\n")
    for c in cases:
        print(c["function"], c["n"], c["start"], c["options"], c["calls"], c["funcalls"], c["iterations"], c["task"],
              "%d clear" % len(c["trace"]), c["drift_calls"])


if __name__ == "__main__":
    main()
