"""The model at run time: windows, tokens, the ONNX session, decoding.

Not for resolving what a span stands for (actors, times, places) nor for training (the folder `training`).
"""
