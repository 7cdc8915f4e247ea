"""The network of NLLB (M2M100) on torch, for one sentence at a time."""
