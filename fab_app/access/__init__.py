"""Who acts, which rows and fields each may touch: computed once, written into every statement."""
