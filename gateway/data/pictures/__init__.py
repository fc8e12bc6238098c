"""Pictures for sites that take no script: buttons as paths and pixels, and the letters for captions.

`scripts/draw_pictures.py` draws them anew. The letters are a part of PT Sans under a name of their own; their licence
is beside them (LICENCE.txt).
"""
