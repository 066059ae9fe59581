"""A local Bot API server with phones on a web page; it knows nothing of this product."""
