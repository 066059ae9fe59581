"""A local Bot API server with phones on a web page; it knows nothing of this product.

Run it with `python -m sandbox`; `sandbox.view.SHAPE` says what a phone shows, and
`sandbox.faults.KINDS` which troubles can be ordered.
"""
