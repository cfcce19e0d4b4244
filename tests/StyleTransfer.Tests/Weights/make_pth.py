#!/usr/bin/env python3
"""Writes weights files with the real PyTorch, for PytorchFileTests. Usage: make_pth.py FOLDER

Files: features-legacy.pth, features-zip.pth, features-p4.pth (pickle protocol 4), features.safetensors (made by hand), bare-module.pth
(keys module.0.weight), whole-legacy.pth (with the real classifier's shapes), and odd-legacy.pth, odd-zip.pth: small tensors that are
strided, shifted, shared, of other types, with their plain float32 values in odd-expected.safetensors.
"""
import collections
import json
import os
import struct
import sys

import torch

LAYERS = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
CHANNELS = [64, 64, 128, 128] + [256] * 4 + [512] * 8


def features():
    torch.manual_seed(7)
    state, channels = collections.OrderedDict(), 3
    for index, out in zip(LAYERS, CHANNELS):
        state[f"features.{index}.weight"] = torch.rand(out, channels, 3, 3) - 0.5
        state[f"features.{index}.bias"] = torch.rand(out)
        channels = out
    state._metadata = collections.OrderedDict([("", {"version": 1})])
    return state


def write_safetensors(path, tensors):
    header, blobs, at = {}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.detach().float().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def odd():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 8
    return collections.OrderedDict(
        plain=base,
        transposed=base.transpose(0, 2),
        shifted=base[1:, 1:, 1:],
        every_second=base[:, :, ::2],
        expanded=base[:1, :1, :1].expand(2, 2, 5),
        last=base.permute(0, 2, 1).contiguous().permute(0, 2, 1),
        half=(base * 3).half(),
        bfloat=(base * 3).bfloat16(),
        double=base.double() / 3,
        scalar=torch.tensor(2.5),
        parameter=torch.nn.Parameter(base + 1),
        empty=torch.zeros(0, 3),
    )


def main(folder):
    def save(name, state, **options):
        torch.save(state, os.path.join(folder, name), **options)

    state = features()
    save("features-legacy.pth", state, _use_new_zipfile_serialization=False)
    save("features-zip.pth", state)
    save("features-p4.pth", state, _use_new_zipfile_serialization=False, pickle_protocol=4)
    write_safetensors(os.path.join(folder, "features.safetensors"), state)
    save("bare-module.pth", {"state_dict": {key.replace("features", "module"): value for key, value in state.items()}, "epoch": 3})

    whole = collections.OrderedDict(state)
    for index, out, inner in (0, 4096, 25088), (3, 4096, 4096), (6, 1000, 4096):
        whole[f"classifier.{index}.weight"] = torch.zeros(out, inner)
        whole[f"classifier.{index}.bias"] = torch.zeros(out)
    save("whole-legacy.pth", whole, _use_new_zipfile_serialization=False)

    save("odd-legacy.pth", odd(), _use_new_zipfile_serialization=False)
    save("odd-zip.pth", odd())
    write_safetensors(os.path.join(folder, "odd-expected.safetensors"), odd())


main(sys.argv[1])
