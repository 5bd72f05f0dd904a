"""Field types: one file each, found by themselves (``fields/family.py``)."""
