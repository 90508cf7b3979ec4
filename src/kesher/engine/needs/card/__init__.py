"""The points card: whole points for the answers to a few questions, learnt from an office's own history.

``card`` holds and applies it, ``fitting`` learns it, ``calibration`` turns points into chances, area by area, and into
"likely", "unlikely" or "cannot tell"; ``refusals`` says when it does not answer; ``sensitive`` what it never asks.
"""
