"""How is it trained and kept?

- `loop`: `train` plays any game, `cooled` lets a learning rate fall, `Average` follows the parameters;
- `history`: what a run leaves; `keeping`: how it goes on after an interruption, and what is done about NaN;
- `diagnose`: what is wrong with a run, read off its history;
- `systems`: the image systems by name; `runs`: `gancourse train`; `checkpoints`: trained models, saved and loaded.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "history": ["History", "Snapshot"],
        "keeping": ["Diverged"],
        "loop": ["ADAM", "Average", "cooled", "train"],
    },
)
