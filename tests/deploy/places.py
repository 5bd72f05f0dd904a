"""Where an operator's files are, and the smallest site to try them on."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NOTE = """
label: 记录
fields:
  text: {type: text, label: 文字, max: 50}
"""
PORTAL = """
title: 商店
imports: {note: {columns: [text], most: 20000}}
"""
