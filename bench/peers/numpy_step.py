"""One epoch in NumPy: the step written out by hand, in place where NumPy can."""

import numpy as np
from protocol import serve


def open_case(case, x, y):
    random = np.random.default_rng(1)
    widths = [case["features"], *case["hidden"], case["classes"]]
    weights, biases = [], []
    for inputs, outputs in zip(widths, widths[1:]):
        limit = (6 / (inputs + outputs)) ** 0.5
        weights.append(random.uniform(-limit, limit, (inputs, outputs)).astype(np.float32))
        biases.append(np.zeros(outputs, np.float32))
    velocity = [np.zeros_like(p) for p in weights + biases] if case["momentum"] else None
    rate, momentum = np.float32(case["learningRate"]), np.float32(case["momentum"])

    def epoch():
        total = 0.0
        order = random.permutation(len(x))
        for first in range(0, len(x), case["batchSize"]):
            rows = order[first : first + case["batchSize"]]
            count = len(rows)
            activations = [x[rows]]
            for w, b in zip(weights[:-1], biases[:-1]):
                z = activations[-1] @ w
                z += b
                activations.append(np.maximum(z, 0, out=z))
            delta = activations[-1] @ weights[-1]
            delta += biases[-1]
            delta -= delta.max(axis=1, keepdims=True)
            np.exp(delta, out=delta)
            delta /= delta.sum(axis=1, keepdims=True)
            labels = y[rows]
            total -= np.log(delta[np.arange(count), labels]).sum()
            delta[np.arange(count), labels] -= 1
            delta *= np.float32(1 / count)
            gradients = [None] * (2 * len(weights))
            for i in reversed(range(len(weights))):
                gradients[i] = activations[i].T @ delta
                gradients[len(weights) + i] = delta.sum(axis=0)
                if i > 0:
                    delta = delta @ weights[i].T
                    delta *= activations[i] > 0
            for i, (parameter, step) in enumerate(zip(weights + biases, gradients)):
                if velocity is not None:
                    velocity[i] *= momentum
                    velocity[i] += step
                    step = velocity[i].copy()
                step *= rate
                parameter -= step
        return total / len(x)

    return epoch


def blas():
    """As NumPy was built: 1.26 and later tell it as data, earlier ones print a page."""
    try:
        found = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    except (KeyError, TypeError):
        return None
    return f"{found['name']} {found['version']}"


serve(f"NumPy {np.__version__}", blas(), open_case)
