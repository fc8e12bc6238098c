"""What an agency's sorted messages teach: the topics of a new text, best first, each with its probability.

`features` makes numbers of a text, `vocabulary` keeps the ones worth knowing, `network` learns from them, `train` puts
several networks together and makes their confidence honest, `model` answers with them, `files` keeps it on the disk,
`evaluation` says how good it is. What is kept of a text are check sums of pieces that at least two texts share.
"""

from gateway.adapters.learning.evaluation import Evaluation, evaluate
from gateway.adapters.learning.files import load_model
from gateway.adapters.learning.model import LearnedModel
from gateway.adapters.learning.train import train

__all__ = ["Evaluation", "LearnedModel", "evaluate", "load_model", "train"]
