"""Values that the accountant is held against, in 30 digits and by other means than its own.

python3 test/shared/privacy/accountant/high_precision.py > test/shared/privacy/accountant/high-precision.json
takes a Python with mpmath (Debian: python3-mpmath), and some minutes.

- Renyi divergences: the integral of the definition by mpmath's own quadrature, in pieces of half a deviation.
- Epsilons of many steps: the inverse Laplace transform of delta, along a line beside the imaginary axis,
      delta(epsilon) = 1/(2 pi) integral of exp(sum of steps K(s) - s epsilon) / (s (s + 1)) dt,  s = theta + i t,
  K(s) = ln E[e^(s loss)]. No grid of losses, nothing rounded.
- Epsilons of one step and of Gaussian noise without sampling: the closed forms.
"""
import json

from mpmath import mp, mpf, mpc, exp, log, sqrt, pi, erfc, quad

mp.dps = 30


def ratio(q, sigma, x):
    return 1 - q + q * exp((2 * x - 1) / (2 * sigma**2))


def normal(sigma, x):
    return exp(-(x**2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))


def rdp(q, sigma, order):
    mp.dps = 45
    q, sigma, order = mpf(q), mpf(sigma), mpf(order)
    surplus = lambda x: normal(sigma, x) * (ratio(q, sigma, x) ** order - 1 - order * (ratio(q, sigma, x) - 1))
    low, high = -16 * sigma, order + 16 * sigma
    pieces = int((high - low) / (sigma / 2)) + 1
    points = [low + (high - low) * i / pieces for i in range(pieces + 1)]
    found = log(1 + quad(surplus, points)) / (order - 1)
    mp.dps = 30
    return found


class Line:
    """delta of a composition, in one direction, from the moments on one line."""

    def __init__(self, mechanisms, direction, theta):
        self.theta = mpf(theta)
        tables = []
        for q, sigma, steps in mechanisms:
            q, sigma = mpf(q), mpf(sigma)
            width = sigma * min(sigma, 1) / 12
            low, high = -13 * sigma, self.theta + 2 + 13 * sigma
            xs = [low + i * width for i in range(int((high - low) / width) + 1)]
            table = [(log(normal(sigma, x) * width), log(ratio(q, sigma, x))) for x in xs]
            tables.append((table, steps))
        self.tables, self.direction = tables, direction
        k = [self.cumulant(self.theta + d) for d in (mpf(-1) / 1000, 0, mpf(1) / 1000)]
        deviation = sqrt(mp.re(k[0] - 2 * k[1] + k[2]) * 10**6)
        self.mean = mp.re(k[2] - k[0]) * 500
        self.dt = 2 * pi / (70 * deviation)
        self.values, i = [], 0
        while True:
            s = mpc(self.theta, i * self.dt)
            value = self.cumulant(s)
            self.values.append((s, value))
            if mp.re(value) - mp.re(self.values[0][1]) < -60 or i > 3000:
                break
            i += 1
        self.complete = i <= 3000

    def cumulant(self, s):
        power = s + 1 if self.direction == "remove" else -s
        total = mpf(0)
        for table, steps in self.tables:
            total += steps * log(mp.fsum(exp(weight + power * loss) for weight, loss in table))
        return total

    def delta(self, epsilon):
        terms = [mp.re(exp(k - s * epsilon) / (s * (s + 1))) for s, k in self.values]
        return self.dt / pi * (mp.fsum(terms) - terms[0] / 2)


def bisect(delta_at, delta, low, high):
    low, high = mpf(low), mpf(high)
    if delta_at(low) <= delta:
        return mpf(0)
    for _ in range(60):
        middle = (low + high) / 2
        if delta_at(middle) > delta:
            low = middle
        else:
            high = middle
    return high


def composed(mechanisms, delta):
    found = []
    for direction in ("remove", "add"):
        theta, rough = best_order(mechanisms, direction, mpf(delta))
        line = Line(mechanisms, direction, theta)
        assert line.complete, (mechanisms, direction)
        found.append(bisect(line.delta, mpf(delta), rough / 4, rough))
    return max(found)


def best_order(mechanisms, direction, delta):
    """The order, less one, of the least bound by Renyi divergences: a line through there loses no digits."""
    best = None
    for i in range(-12, 60):
        theta = mpf(2) ** (mpf(i) / 4)
        line = Line.__new__(Line)
        line.theta, line.direction, line.tables = theta, direction, []
        for q, sigma, steps in mechanisms:
            q, sigma = mpf(q), mpf(sigma)
            width = sigma * min(sigma, 1) / 4
            low, high = -9 * sigma, theta + 2 + 9 * sigma
            if (high - low) / width > 20000:
                return best[1], best[0]
            xs = [low + j * width for j in range(int((high - low) / width) + 1)]
            line.tables.append(([(log(normal(sigma, x) * width), log(ratio(q, sigma, x))) for x in xs], steps))
        bound = (line.cumulant(theta) - theta * log(1 + 1 / theta) - log(1 + theta) - log(delta)) / theta
        if best is None or bound < best[0]:
            best = (bound, theta)
        elif bound > 1.3 * best[0]:
            break
    return best[1], best[0]


def above(x):
    return erfc(x / sqrt(mpf(2))) / 2


def one_step(q, sigma, delta):
    q, sigma = mpf(q), mpf(sigma)
    point = lambda loss: sigma**2 * log((exp(loss) - (1 - q)) / q) + mpf(1) / 2

    def remove(epsilon):
        x = point(epsilon)
        return (1 - q) * above(x / sigma) + q * above((x - 1) / sigma) - exp(epsilon) * above(x / sigma)

    def add(epsilon):
        if exp(-epsilon) <= 1 - q:
            return mpf(0)
        x = -point(-epsilon)
        return above(x / sigma) - exp(epsilon) * ((1 - q) * above(x / sigma) + q * above((x + 1) / sigma))

    delta = mpf(delta)
    return max(bisect(remove, delta, 0, 200), bisect(add, delta, 0, 200))


def gaussian(mu, delta):
    mu, delta = mpf(mu), mpf(delta)
    at = lambda e: above(e / mu - mu / 2) - exp(e) * above(e / mu + mu / 2)
    mp.dps = 60
    found = bisect(at, delta, 0, mu**2 / 2 + mu * sqrt(-2 * log(delta)))
    mp.dps = 30
    return found


divergences = [
    (q, sigma, order)
    for q, sigma in [("0.04", "1.5"), ("1e-6", "100"), ("1e-6", "0.3"), ("0.5", "3"), ("0.5", "0.3"), ("0.999", "1"), ("0.01", "0.1")]
    for order in ["1.01", "1.1", "1.5", "2", "2.5", "7.3", "10.9", "32"]
]
compositions = [
    ([("0.04", "1.5", 2250)], "1e-5"),
    ([("0.04", "1.5", 2250)], "1e-12"),
    ([("0.001", "1", 30000)], "1e-7"),
    ([("0.0064", "1", 782)], "1e-6"),
    ([("0.01", "100", 100000)], "1e-12"),
    ([("0.01", "0.7", 100000)], "1e-5"),
    ([("0.2", "4", 500)], "1e-30"),
    ([("0.9", "20", 400)], "1e-9"),
    ([("0.04", "1.5", 1000), ("0.01", "0.8", 700), ("0.2", "5", 100)], "1e-6"),
]
single = [("0.2", "0.5", "1e-5"), ("1e-6", "0.3", "1e-12"), ("1e-6", "0.3", "1e-7"), ("1e-6", "100", "1e-12"), ("0.5", "100", "1e-12"), ("0.5", "0.3", "1e-12"), ("0.999", "2", "0.01")]
gaussians = [("1e-3", "1e-12"), ("0.01", "1e-5"), ("1", "1e-5"), ("1", "1e-100"), ("5", "1e-12"), ("40", "1e-6"), ("1054.0925533894598", "1e-12")]

number = lambda value: float(mp.nstr(value, 17))
print(json.dumps({
    "rdp": [{"q": float(q), "sigma": float(s), "order": float(a), "rdp": number(rdp(q, s, a))} for q, s, a in divergences],
    "composed": [
        {
            "mechanisms": [{"q": float(q), "sigma": float(s), "steps": n} for q, s, n in mechanisms],
            "delta": float(delta),
            "epsilon": number(composed(mechanisms, delta)),
        }
        for mechanisms, delta in compositions
    ],
    "oneStep": [{"q": float(q), "sigma": float(s), "delta": float(d), "epsilon": number(one_step(q, s, d))} for q, s, d in single],
    "gaussian": [{"mu": float(mu), "delta": float(d), "epsilon": number(gaussian(mu, d))} for mu, d in gaussians],
}, indent=1))
