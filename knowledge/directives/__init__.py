"""The directives that come with the product, as their owner gave them."""
