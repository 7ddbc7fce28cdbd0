"""The benchmarks run to their end at a tiny size. What they measure is not judged here."""
