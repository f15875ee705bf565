"""FedAvg on the MNIST 2NN of McMahan et al. 2017 in PyTorch, written apart from fedstep to check its study mcmahan:
rounds to 97 % on the test set, 100 clients of 600 images, ten in each round, one epoch in batches of 10, rate 0.1.

    python3 studies/reference/fedavg_2nn.py MNIST_FOLDER iid|noniid SEED
"""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.set_num_threads(1)


def read_idx(folder, name):
    plain = Path(folder, name)
    data = plain.read_bytes() if plain.exists() else gzip.decompress(Path(folder, name + ".gz").read_bytes())
    dimensions = data[3]
    start = 4 + 4 * dimensions
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def read_part(folder, part):
    images = read_idx(folder, f"{part}-images-idx3-ubyte").reshape(-1, 784).astype(np.float32) / 255
    return torch.from_numpy(images), torch.from_numpy(read_idx(folder, f"{part}-labels-idx1-ubyte").astype(np.int64))


def deal(labels, split, rng):
    """Two of 200 shards for each client: of images sorted by label, or in random order."""
    order = np.argsort(labels, kind="stable") if split == "noniid" else rng.permutation(len(labels))
    return order.reshape(200, 300)[rng.permutation(200)].reshape(100, 600)


def train(parameters, model, x, y, order):
    for batch in order.reshape(-1, 10):
        gradients = torch.autograd.grad(cross_entropy(model(x[batch]), y[batch]), parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter.sub_(gradient, alpha=0.1)


def load(parameters, values):
    with torch.no_grad():
        for parameter, value in zip(parameters, values):
            parameter.copy_(value)


def main(folder, split, seed):
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    (x, y), (test_x, test_y) = read_part(folder, "train"), read_part(folder, "t10k")
    clients = deal(y.numpy(), split, rng)
    layers = [nn.Linear(784, 200), nn.ReLU(), nn.Linear(200, 200), nn.ReLU(), nn.Linear(200, 10)]
    model = nn.Sequential(*layers)
    parameters = list(model.parameters())
    model_of_round = [parameter.detach().clone() for parameter in parameters]
    for number in range(1, 1001):
        mean = [torch.zeros_like(value) for value in model_of_round]
        for client in rng.choice(100, 10, replace=False):
            load(parameters, model_of_round)
            train(parameters, model, x, y, rng.permutation(clients[client]))
            for total, parameter in zip(mean, parameters):
                total.add_(parameter.detach(), alpha=0.1)
        model_of_round = mean
        load(parameters, mean)
        with torch.no_grad():
            accuracy = (model(test_x).argmax(1) == test_y).float().mean().item()
        if accuracy >= 0.97:
            print(f"{split}, seed {seed}: {accuracy:.4f} after {number} rounds")
            return
    print(f"{split}, seed {seed}: not in 1000 rounds")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
