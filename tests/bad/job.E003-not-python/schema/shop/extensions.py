@effect
def reprice(doing, factor)
    pass
