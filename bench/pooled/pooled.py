"""What scikit-learn makes of the pooled table, prepared by its own means: reads {task, train, test, columns} as JSON."""
import json
import sys
import warnings

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, mean_absolute_error, r2_score, roc_auc_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
given = json.load(sys.stdin)


def table(rows):
    x = np.array([row[:-1] for row in rows], dtype=object)
    for at in given["numbers"]:
        x[:, at] = [np.nan if cell == "" else float(cell) for cell in x[:, at]]
    for at in given["dates"]:
        x[:, at] = [(np.datetime64(cell) - np.datetime64("1970-01-01")).astype(int) for cell in x[:, at]]
    return x, np.array([row[-1] for row in rows], dtype=float)


numbers = given["numbers"] + given["dates"]
prepare = lambda: ColumnTransformer([
    ("numbers", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
    ("words", OneHotEncoder(handle_unknown="ignore"), given["words"]),
])
(x, y), (xt, yt) = table(given["train"]), table(given["test"])
out = {}
if given["task"] == "binary":
    models = {"linear": LogisticRegression(max_iter=2000), "mlp": MLPClassifier((16,), alpha=1e-2, max_iter=60, random_state=1)}
    for name, model in models.items():
        p = make_pipeline(prepare(), model).fit(x, y).predict_proba(xt)[:, 1]
        out[name] = {"rocAuc": roc_auc_score(yt, p), "prAuc": average_precision_score(yt, p), "brier": brier_score_loss(yt, p)}
else:
    models = {"linear": LinearRegression(), "mlp": MLPRegressor((16,), alpha=1e-2, max_iter=60, random_state=1)}
    for name, model in models.items():
        p = make_pipeline(prepare(), model).fit(x, y).predict(xt)
        out[name] = {"r2": r2_score(yt, p), "mae": mean_absolute_error(yt, p)}
print(json.dumps(out))
