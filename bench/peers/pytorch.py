"""One epoch in PyTorch: nn.Sequential, SGD, batches indexed from tensors; no DataLoader, whose overhead is larger."""

import re

import torch
from protocol import serve
from torch import nn

torch.set_num_threads(1)


def open_case(case, x, y):
    widths = [case["features"], *case["hidden"], case["classes"]]
    layers = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        layers += [nn.ReLU()] if i else []
        layers.append(nn.Linear(inputs, outputs))
    model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=case["learningRate"], momentum=case["momentum"])
    cross_entropy = nn.CrossEntropyLoss()
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def epoch():
        total = torch.zeros(())
        order = torch.randperm(len(x))
        for rows in order.split(case["batchSize"]):
            optimizer.zero_grad(set_to_none=True)
            loss = cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
        return total / len(x)

    return epoch


def blas():
    """As PyTorch was built; oneDNN multiplies in its place where it is there."""
    found = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    one_dnn = "oneDNN" if torch.backends.mkldnn.is_available() else None
    return " and ".join(filter(None, [found and found[1], one_dnn])) or None


serve(f"PyTorch {torch.__version__}", blas(), open_case)
