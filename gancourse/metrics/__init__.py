"""How good is it?

- `distances`: between two sets of feature vectors (Fréchet, kernel), of labels, and modes counted;
- `neighbours`: precision and recall, density and coverage, memorisation;
- `features`: the networks whose features all of these compare, with their weights;
- `latent_space`: how evenly images change with z, and what can be read in it;
- `fidelity`: image against image, or against the class that was asked for;
- `edits`: what an edit changed that it should, and what else;
- `solids`, `motion`: how near shapes of voxels are; what stands still in a clip, and how the rest flies;
- `segmentation`: can a network read the layout off an image?
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "distances": [
            "Estimate",
            "Modes",
            "Moments",
            "frechet_distance",
            "inception_score",
            "kernel_distance",
            "mode_coverage",
            "moments",
        ],
        "edits": ["drift", "factor_changes"],
        "features": [
            "Classifier",
            "FeatureNetwork",
            "Inception",
            "disturbed",
            "load_features",
            "save_features",
            "train_classifier",
        ],
        "fidelity": ["grey_levels", "perceptual_distance", "psnr", "share_as_asked"],
        "latent_space": ["largest_step", "read_linearly"],
        "motion": ["centres", "flicker", "flight", "moving"],
        "neighbours": [
            "DensityCoverage",
            "Neighbours",
            "PrecisionRecall",
            "density_coverage",
            "nearest_neighbours",
            "precision_recall",
        ],
        "solids": ["nearest_iou", "pieces", "voxel_iou"],
        "segmentation": ["Segmenter", "confusion", "mean_iou", "pixel_accuracy", "train_segmenter"],
    },
)
