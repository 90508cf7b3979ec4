"""The town in its own numbers: data sets and their vintages, and the observations of declared indicators that pages show."""
